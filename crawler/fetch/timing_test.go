package fetch

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestTiming(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := DefaultOptions()
		wire := pipes(func(c net.Conn) {
			r := bufio.NewReader(c)
			for readRequest(r) {
				time.Sleep(2 * time.Second)
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
				time.Sleep(3 * time.Second)
				_, _ = io.WriteString(c, "Content-Length: 2\r\n\r\no")
				time.Sleep(4 * time.Second)
				_, _ = io.WriteString(c, "k")
			}
		})
		defer wire.CloseIdleConnections()
		o.Wire = wire
		tr := newTransport(t, o)
		for i, reused := range []bool{false, true} {
			var timing Timing
			start := time.Now()
			if got := getIn(t, WithTiming(t.Context(), &timing), tr, "http://a.test"); got.err != nil {
				t.Fatal(got.err)
			}
			want := Timing{
				Start: start, WroteRequest: start, FirstByte: start.Add(2 * time.Second), End: start.Add(9 * time.Second), Reused: reused,
			}
			if timing != want {
				t.Errorf("fetch %d: %+v, want %+v", i, timing, want)
			}
		}
	})
}

func TestTimingOfARealConnection(t *testing.T) {
	ca := newAuthority(t)
	o := unlimited()
	o.RootCAs = ca.pool()
	addr := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, template("server"))}}, answering("HTTP/1.1 204 No Content\r\n\r\n"))
	tr := newTransport(t, o)
	for _, reused := range []bool{false, true} {
		var tm Timing
		if got := getIn(t, WithTiming(t.Context(), &tm), tr, "https://"+addr); got.err != nil {
			t.Fatal(got.err)
		}
		if tm.Reused != reused || tm.RemoteAddr.String() != addr {
			t.Errorf("%+v", tm)
		}
		if fresh := tm.Connect > 0 && tm.TLS > 0; fresh == reused || tm.DNS != 0 {
			t.Errorf("%+v", tm)
		}
		for _, pair := range [][2]time.Time{{tm.Start, tm.WroteRequest}, {tm.WroteRequest, tm.FirstByte}, {tm.FirstByte, tm.End}} {
			if pair[0].IsZero() || pair[1].Before(pair[0]) {
				t.Errorf("out of order: %+v", tm)
			}
		}
	}
}

func TestWroteRequest(t *testing.T) {
	for _, c := range []struct {
		name  string
		wire  http.RoundTripper
		calls int32
		at    time.Duration
	}{
		{"answered", pipes(func(c net.Conn) {
			time.Sleep(time.Second) // and only then takes the request
			closing("HTTP/1.1 204 No Content\r\n\r\n")(c)
		}), 1, time.Second},
		{"closed after it", pipes(closing("")), 1, 0},
		{"never taken", pipes(stuck), 0, 0},
		{"closed before it", pipes(func(c net.Conn) {}), 0, 0},
		{"no network", roundTrip(func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return &http.Response{StatusCode: 200}, nil
		}), 1, time.Second},
		{"no network and no answer", roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.EOF }), 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := DefaultOptions()
				o.Wire = c.wire
				start := time.Now()
				var calls atomic.Int32
				ctx := WithWroteRequest(t.Context(), func(at time.Time) {
					calls.Add(1)
					if at.Sub(start) != c.at {
						t.Errorf("at %v, want %v", at.Sub(start), c.at)
					}
				})
				getIn(t, ctx, newTransport(t, o), "http://a.test")
				if calls.Load() != c.calls {
					t.Errorf("called %d times, want %d", calls.Load(), c.calls)
				}
				if ht, ok := c.wire.(*Network); ok {
					ht.CloseIdleConnections()
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// net/http sends a request again when the connection it kept turns out to be closed.
func TestWroteRequestAgain(t *testing.T) {
	var conns atomic.Int32
	url := "http://" + serveRaw(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		readRequest(r)
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		if conns.Add(1) == 1 {
			readRequest(r)
			return // closed upon the second request
		}
		answering("HTTP/1.1 204 No Content\r\n\r\n")(c)
	})
	tr := newTransport(t, unlimited())
	if got := get(t, tr, url); got.err != nil {
		t.Fatal(got.err)
	}
	var calls atomic.Int32
	var timing Timing
	ctx := WithTiming(WithWroteRequest(t.Context(), func(time.Time) { calls.Add(1) }), &timing)
	if got := getIn(t, ctx, tr, url); got.err != nil {
		t.Fatal(got.err)
	}
	if calls.Load() != 2 || timing.Reused {
		t.Errorf("written %d times, %+v", calls.Load(), timing)
	}
}
