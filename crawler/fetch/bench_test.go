//go:build unix

package fetch

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func startBenchServer(b *testing.B) (addr string) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveBench+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	if _, err := fmt.Fscanln(out, &addr); err != nil {
		b.Fatal(err)
	}
	return addr
}

// BenchmarkPage fetches pages of 26 KB through the whole stack and through a bare http.Transport, by turns, as the machine's mood changes.
// It reports the CPU time of this process, in which neither waiting nor the server is counted, and the ratio of the two.
func BenchmarkPage(b *testing.B) {
	addr := startBenchServer(b)
	o := unlimited()
	o.Timeouts = DefaultOptions().Timeouts
	full, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	defer full.CloseIdleConnections()
	bare := &http.Transport{DisableCompression: true}
	defer bare.CloseIdleConnections()
	const turn = 200 // pages
	var cost [2]time.Duration
	for b.Loop() {
		for i, rt := range []http.RoundTripper{bare, full} {
			start := cpuTime(b)
			benchPages(b, rt, "http://"+addr+"/", turn)
			cost[i] += cpuTime(b) - start
		}
	}
	perPage := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 / float64(b.N) / turn }
	b.ReportMetric(perPage(cost[0]), "bare-µs/page")
	b.ReportMetric(perPage(cost[1]), "full-µs/page")
	b.ReportMetric(float64(cost[1])/float64(cost[0]), "full/bare")
}

// BenchmarkStack is 200 pages through the whole stack, for profiles.
func BenchmarkStack(b *testing.B) {
	addr := startBenchServer(b)
	full, err := New(unlimited())
	if err != nil {
		b.Fatal(err)
	}
	defer full.CloseIdleConnections()
	for _, path := range []string{"/", "/gzip"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				benchPages(b, full, "http://"+addr+path, 200)
			}
		})
	}
}

func benchPages(b *testing.B, rt http.RoundTripper, url string, pages int) {
	req, err := http.NewRequestWithContext(b.Context(), "GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("User-Agent", "trawl")
	req.Header.Set("Accept-Encoding", AcceptEncoding) // as the crawler does
	var buf []byte
	for range pages {
		resp, err := rt.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		buf, err = ReadBody(resp, buf)
		resp.Body.Close()
		if err != nil || len(buf) != 26<<10 {
			b.Fatal(len(buf), err)
		}
	}
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
