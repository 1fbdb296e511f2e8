package fetch

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// roundTrip is a wire made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// pipes is a network of net.Pipes, each handed to server.
func pipes(server func(net.Conn)) *Network {
	return networkOf(&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		link, err := newConn(here, 0)
		go func() {
			defer there.Close()
			server(there)
		}()
		return link, err
	}})
}

// drip writes the first part, and then the second a byte a second.
func drip(first, second string) func(net.Conn) {
	return func(c net.Conn) {
		readRequest(bufio.NewReader(c))
		_, err := io.WriteString(c, first)
		time.Sleep(time.Second / 2) // so that no byte comes at the very instant of a limit
		for i := 0; i < len(second) && err == nil; i++ {
			time.Sleep(time.Second)
			_, err = io.WriteString(c, second[i:i+1])
		}
	}
}

// stuck is a connection on which nothing ever moves.
func stuck(c net.Conn) { time.Sleep(time.Hour) }

func TestTimeouts(t *testing.T) {
	limits := Timeouts{Connect: 10 * time.Second, TLS: 20 * time.Second, Header: 30 * time.Second, Body: 40 * time.Second, Total: 120 * time.Second}
	noTotal := limits
	noTotal.Total = 0
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
	for _, c := range []struct {
		name   string
		limits Timeouts
		url    string
		wire   http.RoundTripper
		phase  Phase
		during Phase
		after  time.Duration
		body   string
		part   string
	}{
		{
			"dial hangs", limits, "http://a.test", networkOf(&http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				time.Sleep(time.Hour)
				return nil, io.EOF
			}}),
			PhaseConnect, "", 10 * time.Second, "", "no connection within 10s (connect)",
		},
		{"TLS hangs", limits, "https://a.test", pipes(stuck), PhaseTLS, "", 20 * time.Second, "", "no TLS within 20s (tls)"},
		{"request is not taken", limits, "http://a.test", pipes(stuck), PhaseRequest, "", 30 * time.Second, "", "did not take the request within 30s"},
		{"headers hang", limits, "http://a.test", pipes(func(c net.Conn) {
			drip("", "")(c)
			stuck(c)
		}), PhaseHeaders, "", 30 * time.Second, "", "no answer within 30s (headers)"},
		{"headers drip", limits, "http://a.test", pipes(drip("", "HTTP/1.1 200 OK\r\n"+strings.Repeat("A: b\r\n", 100))),
			PhaseHeaders, "", 30 * time.Second, "", "no answer within 30s (headers)"},
		{"body hangs", limits, "http://a.test", pipes(func(c net.Conn) {
			drip(head+"some", "")(c)
			stuck(c)
		}), PhaseBody, "", 40 * time.Second, "some", "nothing more came for 40s (body)"},
		{"body drips", limits, "http://a.test", pipes(drip(head, strings.Repeat("x", 500))),
			PhaseTotal, PhaseBody, 120 * time.Second, strings.Repeat("x", 119), "not finished within 2m (total; it was at: body)"},
		{"total before headers", Timeouts{Header: 30 * time.Second, Total: 5 * time.Second}, "http://a.test", pipes(func(c net.Conn) {
			drip("", "")(c)
			stuck(c)
		}), PhaseTotal, PhaseHeaders, 5 * time.Second, "", "not finished within 5s"},
		{"a wire that is no network", limits, "http://a.test", roundTrip(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, context.Cause(req.Context())
		}), PhaseHeaders, "", 30 * time.Second, "", "no answer within 30s"},
		{"no total, no hurry", noTotal, "http://a.test", pipes(drip(head, strings.Repeat("x", 1000))),
			"", "", 1000*time.Second + time.Second/2, strings.Repeat("x", 1000), ""},
		{"no limits at all", Timeouts{}, "http://a.test", pipes(func(c net.Conn) {
			readRequest(bufio.NewReader(c))
			time.Sleep(time.Hour)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}), "", "", time.Hour, "ok", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := DefaultOptions()
				o.Timeouts, o.Wire = c.limits, c.wire
				tr := newTransport(t, o)
				start := time.Now()
				got := get(t, tr, c.url)
				if took := time.Since(start); took != c.after {
					t.Errorf("took %v, want %v", took, c.after)
				}
				switch {
				case c.phase == "" && got.err != nil:
					t.Error(got.err)
				case c.phase != "":
					wantError(t, got.err, KindTimeout, c.phase, c.part)
					if e := got.err.(*Error); e.During != c.during || !e.Timeout() {
						t.Errorf("during %q, want %q; timeout %v", e.During, c.during, e.Timeout())
					}
				}
				if got.body != c.body {
					t.Errorf("body %q, want %q", got.body, c.body)
				}
				if ht, ok := c.wire.(*Network); ok {
					ht.CloseIdleConnections()
				}
				time.Sleep(2 * time.Hour) // what is stuck comes to its end
			})
		})
	}
}

// TestTimeoutsOnSockets is the same over real sockets, with a server that hangs for ever.
func TestTimeoutsOnSockets(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
	for _, c := range []struct {
		name   string
		limits Timeouts
		server func(net.Conn)
		scheme string
		phase  Phase
	}{
		{"headers", Timeouts{Header: tiny}, hanging(""), "http", PhaseHeaders},
		{"half the headers", Timeouts{Header: tiny}, hanging("HTTP/1.1 200 OK\r\nA: b\r\n"), "http", PhaseHeaders},
		{"body", Timeouts{Body: tiny}, hanging(head + "some"), "http", PhaseBody},
		{"total", Timeouts{Total: tiny}, hanging(head + "some"), "http", PhaseTotal},
		{"tls", Timeouts{TLS: tiny}, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, "https", PhaseTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := unlimited()
			o.Timeouts = c.limits
			addr := serveRaw(t, c.server)
			tr := newTransport(t, o)
			got := get(t, tr, c.scheme+"://"+addr)
			wantError(t, got.err, KindTimeout, c.phase, "")
		})
	}
}

// A reader that is busy for an hour between two reads is not the server's fault.
func TestSlowReaderIsNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := DefaultOptions()
		o.Timeouts.Total = 0
		wire := pipes(func(c net.Conn) {
			readRequest(bufio.NewReader(c))
			for _, part := range []string{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "b", "o", "d", "y"} {
				_, _ = io.WriteString(c, part) // is taken when the reader reads
			}
		})
		defer wire.CloseIdleConnections()
		o.Wire = wire
		req, _ := http.NewRequest("GET", "http://a.test", nil)
		resp, err := newTransport(t, o).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for range 4 {
			time.Sleep(time.Hour)
			if _, err := resp.Body.Read(make([]byte, 1)); err != nil && err != io.EOF {
				t.Fatal(err)
			}
		}
	})
}

func TestCallerStops(t *testing.T) {
	cause := errors.New("the crawl is over\nreally")
	for _, c := range []struct {
		name    string
		context func(context.Context) (context.Context, func())
		is      error
		kind    Kind
		part    string
	}{
		{"cancel", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancel(ctx)
			return ctx, cancel
		}, context.Canceled, KindCanceled, "stopped by the caller"},
		{"deadline", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			return ctx, func() { time.Sleep(time.Minute); cancel() }
		}, context.DeadlineExceeded, KindCanceled, "deadline passed"},
		{"cause", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, func() { cancel(cause) }
		}, cause, KindCanceled, "the crawl is over really"},
		{"cause with a kind", func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, func() { cancel(&Error{Kind: KindRobots, Message: "no"}) }
		}, KindRobots, KindRobots, "no"},
	} {
		for phase, server := range map[Phase]func(net.Conn){
			PhaseHeaders: hanging(""),
			PhaseBody:    hanging("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"),
		} {
			t.Run(c.name+" in "+string(phase), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := DefaultOptions()
					o.Timeouts.Total, o.Timeouts.Header, o.Timeouts.Body = 0, 0, 0
					o.Wire = pipes(server)
					ctx, stop := c.context(t.Context())
					defer time.AfterFunc(time.Second/2, stop).Stop()
					got := getIn(t, ctx, newTransport(t, o), "http://a.test")
					wantError(t, got.err, c.kind, phase, c.part)
					if !errors.Is(got.err, c.is) {
						t.Errorf("%v is not %v", got.err, c.is)
					}
					time.Sleep(time.Hour)
				})
			})
		}
	}
}

// TestDrainKeepsConnections: a body closed near its end is read on, for the connection; one far from it is not.
func TestDrainKeepsConnections(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer string
		reused bool
	}{
		{"short", "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" + strings.Repeat("x", 4000), true},
		{"short in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", true},
		{"long", "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + strings.Repeat("x", 9000), false},
		{"long in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n" + strings.Repeat("x", 0x2000) + "\r\n0\r\n\r\n", false},
		{"hanging", "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nx", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := "http://" + serveRaw(t, answering(c.answer))
			tr := newTransport(t, unlimited())
			var timing Timing
			for range 2 {
				req, _ := http.NewRequestWithContext(WithTiming(t.Context(), &timing), "GET", url, nil)
				resp, err := tr.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				if err := resp.Body.Close(); err != nil {
					t.Fatal(err)
				}
				_, err = resp.Body.Read(make([]byte, 1))
				wantError(t, err, KindCanceled, PhaseBody, "closed")
			}
			if timing.Reused != c.reused {
				t.Errorf("reused: %v, want %v", timing.Reused, c.reused)
			}
		})
	}
}

// A Close in the middle of a Read ends the Read.
func TestCloseDuringRead(t *testing.T) {
	for _, coding := range []string{"", "Content-Encoding: gzip\r\n"} {
		url := "http://" + serveRaw(t, hanging("HTTP/1.1 200 OK\r\n"+coding+"Content-Length: 9\r\n\r\n"))
		req, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
		resp, err := newTransport(t, unlimited()).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		reading := make(chan struct{})
		done := make(chan error)
		go func() {
			close(reading)
			_, err := resp.Body.Read(make([]byte, 1))
			done <- err
		}()
		<-reading
		time.Sleep(tiny) // nearly always the Read has begun by then; if not the test shows less, and nothing false
		resp.Body.Close()
		if err := <-done; KindOf(err) != KindCanceled {
			t.Errorf("%q: %v", coding, err)
		}
	}
}
