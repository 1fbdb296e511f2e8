package warc

import (
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newRequest(t *testing.T, raw string, header http.Header) *http.Request {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Request{URL: u, Header: header}
}

func TestNoteRequest(t *testing.T) {
	header := func() http.Header {
		return http.Header{"User-Agent": {"trawl"}, "Cookie": {"a=b"}, "Accept": {"text/html", "*/*"}, "Host": {"ignored"}, "X-Key": {"k"}}
	}
	const start = "GET /p%20q?r=<s> HTTP/1.1\r\nHost: a.test:8080\r\n"
	for _, test := range []struct {
		name, want string
		options    RecorderOptions
	}{
		{"default", start + "User-Agent: trawl\r\nAccept: text/html\r\nAccept: */*\r\nCookie: a=redacted\r\nX-Key: k\r\n\r\n", RecorderOptions{}},
		{"private", start + "User-Agent: redacted\r\nAccept: text/html\r\nAccept: */*\r\nCookie: a=redacted\r\nX-Key: redacted\r\n\r\n",
			RecorderOptions{Private: []string{"x-key", "user-agent"}}},
		{"secrets", start + "User-Agent: trawl\r\nAccept: text/html\r\nAccept: */*\r\nCookie: a=b\r\nX-Key: k\r\n\r\n",
			RecorderOptions{Secrets: true, Private: []string{"X-Key"}}},
	} {
		req, x := newRequest(t, "http://user:password@a.test:8080/p q?r=<s>#part", header()), new(Exchange)
		x.noteRequest(req, test.options)
		if string(x.Request) != test.want || x.URL != "http://a.test:8080/p%20q?r=<s>" {
			t.Errorf("%s: %s\n%q\nwant\n%q", test.name, x.URL, x.Request, test.want)
		}
		if diff := cmp.Diff(header(), req.Header); diff != "" {
			t.Errorf("%s: the request that goes out has become another: %s", test.name, diff)
		}
	}
}

// TestNoteRequestHostile is of a request that no http.Transport would send.
func TestNoteRequestHostile(t *testing.T) {
	req := newRequest(t, "http://a.test/", http.Header{"User-Agent": {"a\r\nEvil: 1"}, "B": {"b\nEvil: 2"}})
	req.Method, req.Host, req.URL.Opaque = "GET\r\nEvil: 3", "a.test\r\nEvil: 4", "/\r\nEvil: 5"
	x := &Exchange{URL: "http://given.test/"}
	x.noteRequest(req, RecorderOptions{})
	want := "GET  Evil: 3 /  Evil: 5 HTTP/1.1\r\nHost: a.test  Evil: 4\r\nUser-Agent: a  Evil: 1\r\nB: b Evil: 2\r\n\r\n"
	if string(x.Request) != want || x.URL != "http://given.test/" {
		t.Errorf("%s: got %q, want %q", x.URL, x.Request, want)
	}
}

func TestNoteAnswer(t *testing.T) {
	resp := &http.Response{StatusCode: 418, ProtoMajor: 2, Uncompressed: true,
		Header: http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"7"}, "Set-Cookie": {"a=b; Path=/"}}}
	for _, secrets := range []bool{false, true} {
		x := new(Exchange)
		x.noteAnswer(resp, secrets)
		cookie := "a=redacted; Path=/"
		if secrets {
			cookie = "a=b; Path=/"
		}
		if want := (&Exchange{Status: "418 I'm a teapot", Protocol: "h2", Header: http.Header{"Set-Cookie": {cookie}}}); !reflect.DeepEqual(x, want) {
			t.Errorf("secrets %v: got %+v, want %+v", secrets, x, want)
		}
	}
	if len(resp.Header) != 3 || resp.Header.Get("Set-Cookie") != "a=b; Path=/" {
		t.Errorf("the answer that is handed on has become another: %v", resp.Header)
	}
}

func TestAnswerHead(t *testing.T) {
	x := &Exchange{Status: "200 a\r\nEvil: 1", Header: http.Header{"A": {"b\r\n\r\nEvil"}}}
	if got, want := string(x.answerHead()), "HTTP/1.1 200 a  Evil: 1\r\nA: b    Evil\r\n\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMetadata(t *testing.T) {
	for _, test := range []struct {
		want string
		of   Exchange
	}{
		{"fetchTimeMs: 0\r\n", Exchange{}},
		{"fetchTimeMs: 61000\r\ndnsTimeMs: 2\r\nconnectTimeMs: 3\r\ntlsTimeMs: 4\r\nfirstByteTimeMs: 50\r\n", Exchange{
			Duration: 61 * time.Second, DNS: 2 * time.Millisecond, Connect: 3 * time.Millisecond, TLS: 4 * time.Millisecond, FirstByte: 50 * time.Millisecond,
		}},
		{"fetchTimeMs: 0\r\nerror-kind: timeout\r\nerror-message: a  error-kind: b\r\n", Exchange{Failure: &Failure{Kind: "timeout", Message: "a\r\nerror-kind: b"}}},
		{"fetchTimeMs: 0\r\nerror-phase: dns\r\n", Exchange{Failure: &Failure{Phase: "dns"}}},
	} {
		if got := string(test.of.metadata()); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
