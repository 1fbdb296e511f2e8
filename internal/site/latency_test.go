package site

import (
	"fmt"
	"testing"
	"time"
)

func TestLatencyIsAFunctionOfTheSeed(t *testing.T) {
	opts := Options{MinLatency: 100 * time.Millisecond, MaxLatency: 300 * time.Millisecond, Seed: 7}
	distinct := make(map[time.Duration]bool)
	for n := range 100 {
		path := fmt.Sprintf("/fan/%d", n)
		d := opts.latency(path, 1)
		if d < opts.MinLatency || d > opts.MaxLatency {
			t.Fatalf("%s waits %v", path, d)
		}
		if again := opts.latency(path, 1); again != d {
			t.Fatalf("%s waits %v, then %v", path, d, again)
		}
		distinct[d] = true
	}
	if len(distinct) < 90 {
		t.Errorf("100 paths have only %d different waits", len(distinct))
	}
	if other := (Options{MinLatency: opts.MinLatency, MaxLatency: opts.MaxLatency, Seed: 8}).latency("/", 1); other == opts.latency("/", 1) {
		t.Error("another seed gives the same wait")
	}
	if opts.latency("/", 1) == opts.latency("/", 2) {
		t.Error("the second request waits as long as the first")
	}
	if got := (Options{MinLatency: time.Second}).latency("/", 1); got != time.Second {
		t.Errorf("without a maximum the wait is %v, want the minimum", got)
	}
}

func TestLatencyIsWaited(t *testing.T) {
	opts := Options{MinLatency: time.Minute, MaxLatency: 2 * time.Minute}
	onPipes(t, opts, func(t *testing.T, srv *Server) {
		start := time.Now()
		get(t, srv, "/visit.html")
		if waited, want := time.Since(start), srv.opts.latency("/visit.html", 1); waited != want {
			t.Errorf("waited %v, want %v", waited, want)
		}
		start = time.Now()
		get(t, srv, "/fault/status/404")
		if waited := time.Since(start); waited != 0 {
			t.Errorf("a fault waited %v", waited)
		}
	})
}

func TestLatencyEndsWithItsClient(t *testing.T) {
	onPipes(t, Options{MinLatency: time.Hour}, func(t *testing.T, srv *Server) {
		start := time.Now()
		c := client(t, srv)
		c.Timeout = time.Second
		if resp, err := c.Get(srv.URL + "/"); err == nil {
			resp.Body.Close()
			t.Fatal("an answer")
		}
		srv.record.waitIdle()
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("the handler ended after %v, want 1s", waited)
		}
		go c.Get(srv.URL + "/")
		time.Sleep(time.Second)
		srv.Close()
		if waited := time.Since(start); waited != 2*time.Second {
			t.Errorf("closed after %v, want 2s", waited)
		}
	})
}
