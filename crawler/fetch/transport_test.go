package fetch

import (
	"net/http"
	"strings"
	"testing"
)

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
	if saw.URL.String() != "http://a.test/page" || saw.Header.Get("Accept-Encoding") != AcceptEncoding {
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
		wantError(t, get(t, tr, url).err, KindProtocol, PhaseRequest, part)
	}
	req, _ := http.NewRequest("GET", "http://127.0.0.1:1", nil)
	req.Header["X"] = []string{"a\nb"}
	_, err := tr.RoundTrip(req)
	wantError(t, err, KindProtocol, PhaseRequest, "the request has an invalid header")
}

// As many connections are kept as requests are made at once, and no more are made.
