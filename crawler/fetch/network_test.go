package fetch

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWireAroundANetwork(t *testing.T) {
	url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, encode(t, "gzip", "page"))
	})
	o := unlimited()
	network, err := NewNetwork(o)
	if err != nil {
		t.Fatal(err)
	}
	var recorded string
	o.Wire = roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := network.RoundTrip(req)
		if err == nil {
			recorded = resp.Header.Get("Content-Encoding")
		}
		return resp, err
	})
	t.Cleanup(network.CloseIdleConnections)
	if got := get(t, newTransport(t, o), url); got.err != nil || got.body != "page" || recorded != "gzip" {
		t.Errorf("%q, %v, recorded %q", got.body, got.err, recorded)
	}
	// By itself it is a RoundTripper as well.
	if got := get(t, network, url); got.err != nil || got.resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%q, %v", got.body, got.err)
	}
	if got := get(t, network, "http://127.0.0.1:1"); KindOf(got.err) != KindConnection {
		t.Error(got.err)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	const concurrency = 20
	var conns atomic.Int32
	s := answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	addr := serveRaw(t, countingConns(&conns, s))
	o := unlimited()
	o.Concurrency = concurrency
	tr := newTransport(t, o)
	var all sync.WaitGroup
	for range concurrency {
		all.Go(func() {
			for range 50 {
				if got := get(t, tr, "http://"+addr); got.err != nil {
					t.Error(got.err)
				}
			}
		})
	}
	all.Wait()
	// net/http may dial for a request that then gets another's connection: one more each, at worst.
	if n := conns.Load(); n > 2*concurrency {
		t.Errorf("%d connections for %d requests at once", n, concurrency)
	}
}

// A second handshake with a server is shorter.
func TestTLSSessionsAreResumed(t *testing.T) {
	ca := newAuthority(t)
	o := unlimited()
	o.RootCAs = ca.pool()
	config := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, template("server"))}}
	url := "https://" + serveTLS(t, config, closing("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))
	tr := newTransport(t, o)
	for i, resumed := range []bool{false, true} {
		got := get(t, tr, url)
		if got.err != nil || got.resp.TLS.DidResume != resumed {
			t.Errorf("fetch %d: resumed %v, %v", i, !resumed, got.err)
		}
	}
}

// piped is a Network that is real but for its sockets.
func piped(t *testing.T, o Options, server func(net.Conn)) *Network {
	t.Helper()
	n, err := NewNetwork(o)
	if err != nil {
		t.Fatal(err)
	}
	n.transport.DialContext = pipes(server).transport.DialContext
	return n
}

func TestIdleConnectionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var after time.Duration
		o := unlimited()
		o.Wire = piped(t, o, func(c net.Conn) {
			start := time.Now()
			answering("HTTP/1.1 204 No Content\r\n\r\n")(c)
			after = time.Since(start)
		})
		if got := get(t, newTransport(t, o), "http://a.test"); got.err != nil {
			t.Fatal(got.err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if after != idleTime {
			t.Errorf("ended after %v", after)
		}
	})
}

// A connection of HTTP/2 that is dead is given up also by requests without a limit. (That it works is net/http's to test, and can't be
// under synctest, over pipes that have no buffers.)
func TestDeadHTTP2ConnectionsEnd(t *testing.T) {
	n, err := NewNetwork(DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if c := n.transport.HTTP2; c.SendPingTimeout <= 0 || c.WriteByteTimeout <= 0 {
		t.Errorf("%+v", c)
	}
}

// A dial that net/http goes on with when its request has gone ends by itself.
func TestDialsEndByThemselves(t *testing.T) {
	o := unlimited()
	o.Resolver = (&nameServer{mute: true}).resolver(t)
	o.Timeouts.Connect = tiny
	network, err := NewNetwork(o)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, get(t, network, "http://slow.test").err, KindTimeout, PhaseDNS, "did not answer for slow.test")
}
