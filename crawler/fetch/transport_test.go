package fetch

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestNewRefusesNonsense(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"timeout": func(o *Options) { o.Timeouts.Body = -time.Second },
		"limit":   func(o *Options) { o.MaxBody = -1 },
		"proxy":   func(o *Options) { o.Proxy = "nonsense" },
	} {
		o := DefaultOptions()
		change(&o)
		if _, err := New(o); err == nil || !strings.HasPrefix(err.Error(), "fetch: ") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := NewNetwork(o); err == nil {
			t.Errorf("%s: a network of it", name)
		}
	}
}

// A Wire sees the request as it goes out and gives the answer as it came in.
func TestWire(t *testing.T) {
	var saw *http.Request
	body := encode(t, "gzip", "page")
	o := DefaultOptions()
	wire := &closable{RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
		saw = req
		return coded(body, "gzip").RoundTrip(req)
	})}
	o.Wire = wire
	tr := newTransport(t, o)
	if got := get(t, tr, "http://a.test/page"); got.err != nil || got.body != "page" {
		t.Errorf("%q, %v", got.body, got.err)
	}
	if saw.URL.String() != "http://a.test/page" || saw.Header.Get("Accept-Encoding") != acceptEncoding {
		t.Errorf("sent %v %v", saw.URL, saw.Header)
	}
	tr.CloseIdleConnections()
	if !wire.closed {
		t.Error("CloseIdleConnections does not reach the wire")
	}
}

type closable struct {
	http.RoundTripper
	closed bool
}

func (c *closable) CloseIdleConnections() { c.closed = true }

// A Wire around a Network is how a crawl is recorded.
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

// The password of a URL is nobody's to read in a log.
func TestErrorsHideThePassword(t *testing.T) {
	got := get(t, newTransport(t, unlimited()), "http://user:secret@127.0.0.1:1/")
	if e, ok := got.err.(*Error); !ok || strings.Contains(e.URL, "secret") || !strings.Contains(e.URL, "user") {
		t.Errorf("%+v", got.err)
	}
}

func TestRequestsThatCantBe(t *testing.T) {
	tr := newTransport(t, unlimited())
	for url, part := range map[string]string{
		"ftp://a.test/": `scheme can't be fetched: "ftp"`, "file:///etc/passwd": "scheme can't be fetched", "http:///path": "no host", "gopher:x": "scheme",
	} {
		wantError(t, get(t, tr, url).err, KindProtocol, PhaseHeaders, part)
	}
	req, _ := http.NewRequest("GET", "http://127.0.0.1:1", nil)
	req.Header["X"] = []string{"a\nb"}
	_, err := tr.RoundTrip(req)
	wantError(t, err, KindProtocol, PhaseHeaders, "the request has an invalid header")
}

// As many connections are kept as requests are made at once, and no more are made.
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
