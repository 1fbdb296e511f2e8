package fetch

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
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

func TestDecode(t *testing.T) {
	page := prose(100_000)
	for _, c := range []struct {
		header string
		body   string
		want   string
	}{
		{"gzip", encode(t, "gzip", page), page},
		{"GZip", encode(t, "gzip", page), page},
		{"x-gzip", encode(t, "gzip", page), page},
		{"br", encode(t, "br", page), page},
		{"zstd", encode(t, "zstd", page), page},
		{"deflate", encode(t, "deflate", page), page},
		{"deflate", encode(t, "bare deflate", page), page},
		{"gzip, br", encode(t, "br", encode(t, "gzip", page)), page},
		{"gzip|br", encode(t, "br", encode(t, "gzip", page)), page},
		{"br , ,gzip\t", encode(t, "gzip", encode(t, "br", page)), page},
		{"gzip, gzip", encode(t, "gzip", encode(t, "gzip", page)), page},
		{"zstd, deflate, br, gzip", encode(t, "gzip", encode(t, "br", encode(t, "deflate", encode(t, "zstd", page)))), page},
		{"identity", page, page},
		{"", page, page},
		{"utf-8", page, page},
		{"none", page, page},
		{"identity, gzip", encode(t, "gzip", page), page},
		{"gzip", encode(t, "gzip", page) + encode(t, "gzip", page), page + page},
		{"zstd", encode(t, "zstd", page) + encode(t, "zstd", page), page + page},
		// Trailing bytes are no page.
		{"gzip", encode(t, "gzip", page) + "\x00\x00\x00\x00", page},
		{"gzip", encode(t, "gzip", page) + "x", page},
		{"gzip", encode(t, "gzip", page) + "\x1f\x8b", page},
		{"gzip", encode(t, "gzip", page) + "\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", page},
		{"br", encode(t, "br", page) + "trailing", page},
		{"deflate", encode(t, "deflate", page) + "trailing", page},
		{"deflate", encode(t, "bare deflate", page) + "trailing", page},
		{"zstd", encode(t, "zstd", page) + "trailing", page},
		// Empty is empty.
		{"gzip", "", ""}, {"br", "", ""}, {"zstd", "", ""}, {"deflate", "", ""}, {"gzip, br", "", ""},
		{"gzip", encode(t, "gzip", ""), ""}, {"br", encode(t, "br", ""), ""}, {"zstd", encode(t, "zstd", ""), ""}, {"deflate", encode(t, "deflate", ""), ""},
		{"deflate", encode(t, "bare deflate", ""), ""},
		// Says so and is not.
		{"gzip", page, page}, {"br", page, page}, {"zstd", page, page}, {"deflate", page, page},
		{"gzip", "x", "x"}, {"zstd", "x", "x"}, {"br", "{}", "{}"}, {"deflate", "{}", "{}"}, {"br", "\n\n<html>", "\n\n<html>"}, {"deflate", "<", "<"},
		{"br", `{"json": [1, 2, 3]}`, `{"json": [1, 2, 3]}`}, {"deflate", `{"json": [1, 2, 3]}`, `{"json": [1, 2, 3]}`},
		{"br", "plain words", "plain words"}, {"deflate", "plain words", "plain words"},
		{"br", "\ufeff<!doctype html>", "\ufeff<!doctype html>"},
		{"gzip, br", encode(t, "br", page), page},
		{"gzip, br", page, page},
		// Short texts, which look like text when coded.
		{"br", encode(t, "br", "ok"), "ok"}, {"deflate", encode(t, "bare deflate", "ok"), "ok"}, {"deflate", encode(t, "deflate", "ok"), "ok"},
	} {
		t.Run(fmt.Sprintf("%s %.9q", c.header, c.body), func(t *testing.T) {
			o := DefaultOptions()
			o.Wire = coded(c.body, c.header)
			tr := newTransport(t, o)
			for range 3 { // a used decoder is as good as a new one
				got := get(t, tr, "http://a.test")
				if got.err != nil || got.body != c.want {
					t.Fatalf("%.60q (%d bytes), %v", got.body, len(got.body), got.err)
				}
				h := got.resp.Header
				if decoded := strings.TrimLeft(c.header, "identynoutf-8") != ""; decoded != got.resp.Uncompressed ||
					decoded == (h.Get("Content-Length") != "") || decoded != (got.resp.ContentLength == -1) || h.Get("Content-Type") == "" {
					t.Errorf("uncompressed %v, length %d, header %v", got.resp.Uncompressed, got.resp.ContentLength, h)
				}
				if got.resp.Uncompressed && h.Get("Content-Encoding") != "" {
					t.Errorf("header %v", h)
				}
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	page := prose(300_000)
	damaged := func(coding string, at int) string {
		b := []byte(encode(t, coding, page))
		b[(at+len(b))%len(b)] ^= 0xff
		return string(b)
	}
	cut := func(coding string) string {
		b := encode(t, coding, page)
		return b[:len(b)*3/4]
	}
	for _, c := range []struct {
		header string
		body   string
		least  int // bytes that come before the error
		part   string
	}{
		{"gzip", cut("gzip"), 100_000, "gzip data is cut short"},
		{"br", cut("br"), 100_000, "br data is cut short"},
		{"zstd", cut("zstd"), 100_000, "zstd data is cut short"},
		{"deflate", cut("deflate"), 100_000, "deflate data is cut short"},
		{"deflate", cut("bare deflate"), 100_000, "deflate data is cut short"},
		{"gzip", damaged("gzip", -6), 300_000, "gzip data is corrupt"},
		{"deflate", damaged("deflate", -1), 300_000, "deflate data is corrupt"},
		{"gzip", encode(t, "gzip", page)[:5], 0, "gzip data is cut short"},
		{"gzip", "\x1f\x8b\x07garbage and garbage", 0, "gzip data is corrupt"},
		{"zstd", "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 0, "zstd data is corrupt"},
		{"deflate", "\x78\xbb\x00\x00\x00\x00", 0, "deflate data is corrupt"}, // wants a dictionary
		{"br", "\xff\xff\xff\xff\x00\x01\x02", 0, "br data is corrupt"},
		{"gzip, br", cut("br"), 0, "br data is cut short"},
		{"br, gzip", encode(t, "gzip", cut("br")), 100_000, "br data is cut short"},
	} {
		t.Run(fmt.Sprintf("%s %.9q", c.header, c.body), func(t *testing.T) {
			o := DefaultOptions()
			o.Wire = coded(c.body, c.header)
			tr := newTransport(t, o)
			for range 2 {
				got := get(t, tr, "http://a.test")
				wantError(t, got.err, KindEncoding, PhaseBody, c.part)
				if len(got.body) < c.least || got.body != page[:len(got.body)] && c.least > 0 {
					t.Errorf("%d bytes before the error, want %d", len(got.body), c.least)
				}
			}
		})
	}
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
func bomb(t *testing.T, coding string, n int) string {
	t.Helper()
	return encode(t, coding, strings.Repeat("\x00", n))
}

func TestDecodeLimits(t *testing.T) {
	const mib = 1 << 20
	hundred := encode(t, "gzip", strings.Repeat("\x00", 100*mib))
	for _, c := range []struct {
		name           string
		body           string
		header         string
		max, ratio     int64
		atLeast, below int
		part           string
	}{
		{"ratio", hundred, "gzip", 0, 200, 10 * mib, 30 * mib, "more than 200 times its size"},
		{"size", hundred, "gzip", 5 * mib, 200, 5 * mib, 5*mib + 1, "more than 5 MiB decoded"},
		{"nested", encode(t, "gzip", hundred), "gzip, gzip", 0, 200, 10 * mib, 12 * mib, "200 times"},
		{"bomb inside", encode(t, "br", hundred), "gzip, br", 64 * mib, 200, 10 * mib, 12 * mib, "200 times"},
		{"zstd", bomb(t, "zstd", 100*mib), "zstd", 0, 200, 10 * mib, 12 * mib, "200 times"},
		{"br", bomb(t, "br", 100*mib), "br", 0, 200, 10 * mib, 30 * mib, "200 times"},
		{"plain", strings.Repeat("x", 3*mib), "", 2 * mib, 0, 2 * mib, 2*mib + 1, "more than 2 MiB in the body"},
		{"said to be gzip", strings.Repeat("x", 3*mib), "gzip", 2 * mib, 0, 2 * mib, 2*mib + 1, "more than 2 MiB decoded"},
		{"no limits", hundred, "gzip", 0, 0, 100 * mib, 100*mib + 1, ""},
		{"just the size", encode(t, "gzip", strings.Repeat("x", 2*mib)), "gzip", 2 * mib, 0, 2 * mib, 2*mib + 1, ""},
		{"just the size, plain", strings.Repeat("x", 2*mib), "", 2 * mib, 0, 2 * mib, 2*mib + 1, ""},
		{"a high ratio of little", bomb(t, "gzip", 9*mib), "gzip", 0, 200, 9 * mib, 9*mib + 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := DefaultOptions()
			o.MaxBody, o.MaxRatio, o.Wire = c.max, c.ratio, coded(c.body, c.header)
			got := get(t, newTransport(t, o), "http://a.test")
			if c.part == "" && got.err != nil {
				t.Error(got.err)
			} else if c.part != "" {
				wantError(t, got.err, KindTooLarge, PhaseBody, c.part)
			}
			if len(got.body) < c.atLeast || len(got.body) >= c.below {
				t.Errorf("%d bytes, want %d to %d", len(got.body), c.atLeast, c.below)
			}
		})
	}
}

// Decoding a bomb to its limit takes no memory to speak of but the body.
func TestBombTakesNoMemory(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		body := bomb(t, coding, 100<<20)
		o := DefaultOptions()
		o.Wire = coded(body, coding)
		tr := newTransport(t, o)
		req, _ := http.NewRequest("GET", "http://a.test", nil)
		resp, err := tr.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = io.Copy(io.Discard, struct{ io.Reader }{resp.Body})
		runtime.ReadMemStats(&after)
		resp.Body.Close()
		if KindOf(err) != KindTooLarge {
			t.Errorf("%s: %v", coding, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 40<<20 {
			t.Errorf("%s: %d MiB allocated", coding, took>>20)
		}
	}
}

// Decoders go from one body to the next, also between goroutines.
func TestDecodersAreShared(t *testing.T) {
	var all sync.WaitGroup
	url := map[string]string{}
	pages := map[string]string{}
	for i, coding := range []string{"gzip", "br", "zstd", "deflate"} {
		pages[coding] = prose(50_000 + i)
		body := encode(t, coding, pages[coding])
		url[coding] = "http://" + serveRaw(t, answering(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", coding, len(body), body)))
	}
	tr := newTransport(t, unlimited())
	for coding := range pages {
		for range 4 {
			all.Go(func() {
				for i := range 10 {
					req, _ := http.NewRequest("GET", url[coding], nil)
					resp, err := tr.RoundTrip(req)
					if err != nil {
						t.Error(err)
						return
					}
					if i%3 == 0 { // leaves in the middle
						_, _ = io.ReadFull(resp.Body, make([]byte, 100))
					} else if body, err := ReadBody(resp, nil); err != nil || string(body) != pages[coding] {
						t.Errorf("%s: %d bytes, %v", coding, len(body), err)
					}
					resp.Body.Close()
				}
			})
		}
	}
	all.Wait()
}

func FuzzDecode(f *testing.F) {
	for _, coding := range []string{"gzip", "br", "zstd", "deflate", "bare deflate", "identity"} {
		body := encode(f, coding, prose(2000))
		f.Add([]byte(body), coding)
		f.Add([]byte(body[:len(body)/2]), coding)
		f.Add([]byte(body+body), coding+", "+coding)
	}
	f.Add([]byte("<html>"), "gzip, br, deflate")
	const limit = 1 << 20
	pools := newDecoder(nil, limit, 200)
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
