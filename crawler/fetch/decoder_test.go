package fetch

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// encode applies a coding.
func encode(t testing.TB, coding, text string) string {
	if t != nil {
		t.Helper()
	}
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "bare deflate":
		w, err = flate.NewWriter(&b, 5)
	case "huffman": // DEFLATE without its string matching: eight to one at best
		w, err = flate.NewWriter(&b, flate.HuffmanOnly)
	default:
		return text
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// coded is a wire whose every answer has the body and the codings.
func coded(body, codings string) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Length": {strconv.Itoa(len(body))}, "Content-Type": {"text/html"}}
		if codings != "" {
			h["Content-Encoding"] = strings.Split(codings, "|")
		}
		return &http.Response{
			StatusCode: 200, ProtoMajor: 1, Header: h, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: req,
		}, nil
	})
}

// prose compresses as pages do, about ten to one.
func prose(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "<p id=%d>The harbour master counted %d boats, %d of them blue.</p>\n", i, i*7919%1000, i*104729%997)
	}
	return b.String()[:n]
}

func TestUnknownCoding(t *testing.T) {
	for codings, part := range map[string]string{
		"foo": "unknown content coding: foo", "gzip, foo": "foo", "compress": "compress", "dcb": "dcb", "gzip;q=1": "gzip;q=1",
		"gzip, gzip, gzip, gzip, gzip": "too many",
	} {
		o := DefaultOptions()
		o.Wire = coded("body", codings)
		wantError(t, get(t, newTransport(t, o), "http://a.test").err, KindEncoding, PhaseHeaders, part)
	}
}

// A coded body that the wire cuts is the wire's fault, and what came before is good.
func TestDecodeOfACutWire(t *testing.T) {
	page := prose(300_000)
	for _, coding := range []string{"gzip", "br", "zstd", "deflate"} {
		body := encode(t, coding, page)
		head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n", coding, len(body))
		url := "http://" + serveRaw(t, closing(head+body[:len(body)*3/4]))
		got := get(t, newTransport(t, unlimited()), url)
		wantError(t, got.err, KindConnection, PhaseBody, "closed before the body was complete")
		if len(got.body) < 100_000 || got.body != page[:len(got.body)] {
			t.Errorf("%s: %d bytes", coding, len(got.body))
		}
	}
}

// A whole gzip body is whole, whatever the wire does after it.
func TestDecodeThenCutWire(t *testing.T) {
	body := encode(t, "gzip", "page")
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body)
	url := "http://" + serveRaw(t, closing(head))
	if got := get(t, newTransport(t, unlimited()), url); got.err != nil || got.body != "page" {
		t.Errorf("%q, %v", got.body, got.err)
	}
}

func TestAcceptEncoding(t *testing.T) {
	url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Accept-Encoding"))
	})
	tr := newTransport(t, unlimited())
	if got := get(t, tr, url); got.body != "gzip, br, zstd" {
		t.Errorf("asked for %q", got.body)
	}
	req, _ := http.NewRequest("GET", url, nil)
	req.Header["Accept-Encoding"] = []string{"identity"}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := ReadBody(resp, nil); string(body) != "identity" {
		t.Errorf("asked for %q", body)
	}
	req, _ = http.NewRequest("GET", url, nil)
	if resp, err = tr.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(req.Header) != 0 {
		t.Errorf("the caller's header was changed: %v", req.Header)
	}
}

// HEAD and 304 have a Content-Encoding and no body to decode.
func TestNoBodyToDecode(t *testing.T) {
	url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusNotModified)
	})
	got := get(t, newTransport(t, unlimited()), url)
	if got.err != nil || got.body != "" || got.resp.Header.Get("Content-Encoding") != "gzip" || got.resp.Uncompressed {
		t.Errorf("%q, %v, %v", got.body, got.err, got.resp)
	}
}

// bomb is n zero bytes, coded.
// Decoding a bomb to its limit takes no memory to speak of but the body.
// Decoders go from one body to the next, also between goroutines.
func FuzzDecode(f *testing.F) {
	for _, coding := range []string{"gzip", "br", "zstd", "deflate", "bare deflate", "identity"} {
		body := encode(f, coding, prose(2000))
		f.Add([]byte(body), coding)
		f.Add([]byte(body[:len(body)/2]), coding)
		f.Add([]byte(body+body), coding+", "+coding)
	}
	f.Add([]byte("<html>"), "gzip, br, deflate")
	const limit = 1 << 20
	pools := newDecoder(nil, Options{MaxBody: limit, MaxRatio: 200})
	f.Fuzz(func(t *testing.T, body []byte, codings string) {
		d := *pools
		d.next = coded(string(body), codings)
		req, _ := http.NewRequest("GET", "http://a.test", nil)
		resp, err := d.RoundTrip(req)
		if err != nil {
			if KindOf(err) != KindEncoding {
				t.Fatal(err)
			}
			return
		}
		out, err := ReadBody(resp, nil)
		if err != nil && KindOf(err) != KindEncoding && KindOf(err) != KindTooLarge {
			t.Fatalf("%T %v", err, err)
		}
		if len(out) > limit {
			t.Fatalf("%d bytes", len(out))
		}
		resp.Body.Close()
		if _, err := resp.Body.Read(make([]byte, 1)); err == nil {
			t.Fatal("read after close")
		}
	})
}
