package fetch

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// smuggler answers /first with a second answer behind it, and everything else honestly.
func smuggler(first string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		for {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest"
			if req.URL.Path == "/first" {
				answer = first
			}
			_, _ = io.WriteString(c, answer)
		}
	}
}

// TestLeftoverIsNoAnswer has a second request take the very connection on which the first one's answer is followed by another, and be sent,
// before net/http looks at what is left there. It happens by itself on a busy machine.
func TestLeftoverIsNoAnswer(t *testing.T) {
	const evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
	for name, first := range map[string]string{
		"behind a body":  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + evil,
		"behind chunks":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + evil,
		"garbage":        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n\r\nwhat is this",
		"without a body": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n",
		"an honest one":  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	} {
		t.Run(name, func(t *testing.T) {
			addr := serveRaw(t, smuggler(first))
			var dials atomic.Int32
			asked, release := make(chan struct{}), make(chan struct{})
			askedOnce := sync.OnceFunc(func() { close(asked) })
			wire := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if dials.Add(1) > 1 {
					askedOnce()
					<-release
				}
				c, err := net.Dial(network, addr)
				if err != nil {
					return nil, err
				}
				return newConn(c, 0)
			}}
			defer wire.CloseIdleConnections()
			o := unlimited()
			o.Wire = &leftoverGuard{next: wire}
			tr := newTransport(t, o)

			sent := make(chan struct{})
			sentOnce := sync.OnceFunc(func() { close(sent) })
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{PutIdleConn: func(error) { <-sent }})
			req, _ := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/first", nil)
			resp, err := tr.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			second := make(chan result)
			go func() {
				ctx := WithWroteRequest(t.Context(), func(time.Time) { sentOnce() })
				second <- getIn(t, ctx, tr, "http://"+addr+"/second")
			}()
			<-asked // the second request is in line for the first connection that there is
			if body, err := ReadBody(resp, nil); string(body) != "ok" || err != nil {
				t.Errorf("first: %q, %v", body, err)
			}
			resp.Body.Close()
			<-sent
			close(release)
			if got := <-second; got.err != nil || got.body != "honest" {
				t.Errorf("second: %q, %v", got.body, got.err)
			}
		})
	}
}

// The body of a 204 does not become the next page, and the next request works.
func TestRequestsAfterSurplus(t *testing.T) {
	for name, answer := range map[string]string{
		"204 with a body":      "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n12345",
		"more than its length": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and so on",
	} {
		t.Run(name, func(t *testing.T) {
			url := "http://" + serveRaw(t, answering(answer))
			tr := newTransport(t, unlimited())
			for range 20 {
				if got := get(t, tr, url); got.err != nil || got.body != "" && got.body != "ok" {
					t.Fatalf("%q, %v", got.body, got.err)
				}
			}
		})
	}
}

func TestLeftoverWithoutEnd(t *testing.T) {
	calls := 0
	guard := &leftoverGuard{next: roundTrip(func(req *http.Request) (*http.Response, error) {
		calls++
		leaveOver(req)
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("evil"))}, nil
	})}
	wantError(t, get(t, guard, "http://a.test").err, KindConnection, PhaseHeaders, "more than its answers announce")
	if calls != leftoverTries {
		t.Errorf("%d tries", calls)
	}
	calls = 0
	req, _ := http.NewRequest("POST", "http://a.test", strings.NewReader("once"))
	if _, err := guard.RoundTrip(req); KindOf(err) != KindConnection || calls != 1 {
		t.Errorf("a request with a body: %v after %d tries", err, calls)
	}
}

// leaveOver makes it look as if the answer's first byte had come too early, and returns the server's end of the connection.
func leaveOver(req *http.Request) net.Conn {
	here, there := net.Pipe()
	ex := exchangeOf(req.Context())
	ex.mu.Lock()
	ex.leftover, ex.link = true, here
	ex.mu.Unlock()
	return there
}

// The connection is closed, and what becomes of the request over the next one is what counts.
func TestLeftoverThenError(t *testing.T) {
	var first net.Conn
	guard := &leftoverGuard{next: roundTrip(func(req *http.Request) (*http.Response, error) {
		if first == nil {
			first = leaveOver(req)
			return &http.Response{StatusCode: 204, Body: http.NoBody}, nil
		}
		return nil, &net.DNSError{Name: "a.test", IsNotFound: true}
	})}
	wantError(t, get(t, guard, "http://a.test").err, KindDNS, PhaseDNS, "no such host")
	if _, err := first.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection: %v", err)
	}
}
