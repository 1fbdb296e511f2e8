package site

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// onPipes runs test against a server in memory, in fake time. Goroutines that are left are a deadlock.
func onPipes(t *testing.T, opts Options, test func(t *testing.T, srv *Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv, err := StartPipe(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		test(t, srv)
	})
}

// patience is how long a raw client waits for a server that may have nothing more to say. It is fake time.
const patience = time.Hour

// rawAnswer is what comes back, byte by byte, for a GET of path, and how it ended: io.EOF, os.ErrDeadlineExceeded, a reset.
// Of an answer without end it is the first 4 MB, with no error.
func rawAnswer(t *testing.T, srv *Server, path string) (string, error) {
	t.Helper()
	conn := rawAsk(t, srv, path)
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(patience))
	const limit = 4 << 20
	buf := make([]byte, limit)
	n, err := io.ReadFull(conn, buf)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return string(buf[:n]), err
}

func rawAsk(t *testing.T, srv *Server, path string) net.Conn {
	t.Helper()
	conn, err := srv.DialContext(context.Background(), "tcp", "tjeldhavn.example:80")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: tjeldhavn.example\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// client asks srv through net/http, following nothing, decoding nothing.
func client(t *testing.T, srv *Server) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: srv.DialContext, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// get is the answer to a GET and its body.
func get(t *testing.T, srv *Server, path string) (*http.Response, string) {
	t.Helper()
	return ask(t, srv, http.MethodGet, path, nil)
}

func ask(t *testing.T, srv *Server, method, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, srv.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	c := client(t, srv)
	defer c.CloseIdleConnections()
	resp, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: body: %v", method, path, err)
	}
	return resp, string(body)
}

// splitAnswer parts a raw answer behind its head.
func splitAnswer(t *testing.T, answer string) (headers, body string) {
	t.Helper()
	headers, body, found := strings.Cut(answer, "\r\n\r\n")
	if !found {
		t.Fatalf("no end of headers in %.200q", answer)
	}
	return headers, body
}

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
