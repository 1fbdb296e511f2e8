//go:build unix

package soak

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-5a061891/trawl/internal/site"
)

const (
	webEnv  = "TRAWL_SOAK_WEB"  // site.WebOptions in JSON
	stepEnv = "TRAWL_SOAK_STEP" // after how many answers a role tells
)

func webFromEnv() (w *site.Web, step int64, err error) {
	var opts site.WebOptions
	if err := json.Unmarshal([]byte(os.Getenv(webEnv)), &opts); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", webEnv, err)
	}
	if step, err = strconv.ParseInt(os.Getenv(stepEnv), 10, 64); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", stepEnv, err)
	}
	w, err = site.NewWeb(opts)
	return w, step, err
}

func webToEnv(t *testing.T, opts site.WebOptions, step int) []string {
	t.Helper()
	text, err := json.Marshal(opts)
	if err != nil {
		t.Fatal(err)
	}
	return []string{webEnv + "=" + string(text), stepEnv + "=" + strconv.Itoa(step)}
}

// counted answers as next does, and tells on standard output each time that step more have been answered.
type counted struct {
	next     http.RoundTripper
	step     int64
	answered atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	c.count()
	return resp, err
}

func (c *counted) count() {
	if n := c.answered.Add(1); n%c.step == 0 {
		fmt.Println(n)
	}
}

// serveWeb is the role of a proxy before a site.Web. It tells its URL, and ends with its standard input.
func serveWeb() error {
	web, step, err := webFromEnv()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	count := &counted{step: step}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.ServeHTTP(w, r)
		count.count()
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Println("http://" + listener.Addr().String())
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = server.Close()
	<-served
	return nil
}

// startWeb serves a web in another process. It returns the proxy's URL, and the counts that it tells.
func startWeb(t *testing.T, opts site.WebOptions, step int) (proxy string, counts *bufio.Scanner) {
	t.Helper()
	cmd := role("web", webToEnv(t, opts, step)...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	startProcess(t, cmd)
	t.Cleanup(func() { _ = stdin.Close() })
	counts = bufio.NewScanner(stdout)
	if !counts.Scan() || !strings.HasPrefix(counts.Text(), "http://") {
		t.Fatalf("the web does not start: %q, %v", counts.Text(), counts.Err())
	}
	return counts.Text(), counts
}
