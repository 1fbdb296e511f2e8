package warc

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatusLines(t *testing.T) {
	for line, want := range map[string]string{
		"HTTP/1.1 200 OK":             "HTTP/1.1|200|200 OK",
		"HTTP/1.1 200":                "HTTP/1.1|200|200",
		"HTTP/1.1 200 ":               "HTTP/1.1|200|200",
		"HTTP/1.0 404 Not  Found":     "HTTP/1.0|404|404 Not  Found",
		"HTTP/2 200":                  "HTTP/2|200|200",
		"HTTP/2.0 301":                "HTTP/2.0|301|301",
		"HTTP/1.1   200   OK":         "HTTP/1.1|200|200 OK",
		"HTTP/1.1\t200\tOK":           "HTTP/1.1|200|200 OK",
		"http/1.1 200 ok":             "HTTP/1.1|200|200 ok",
		"HTTP/1.1 999 Denied":         "HTTP/1.1|999|999 Denied",
		"HTTP/1.1 200OK":              "HTTP/1.1|200|200 OK",
		"HTTP/1.1 200 caf\xe9":        "HTTP/1.1|200|200 caf\xe9",
		" HTTP/1.1 200 OK":            "HTTP/1.1|200|200 OK",
		"ICY 200 OK":                  "",
		"HTTP/1.1":                    "",
		"HTTP/1.1 OK":                 "",
		"HTTP/1.1 20":                 "",
		"HTTP/1.1 2000 OK":            "",
		"HTTP/1.1 099 OK":             "",
		"HTTP/1.1 -20 OK":             "",
		"HTTP/ 200 OK":                "",
		"GET / HTTP/1.1":              "",
		"<html>":                      "",
		"SSH-2.0-OpenSSH_8.9p1":       "",
		"HTTP/1.1 \u0661\u0662\u0663": "",
	} {
		got := readString(t, sampleRecord(Response, "http://example.test/1", line+"\r\nA: b\r\n\r\nbody"), nil)
		rec := got.records[0]
		if want == "" {
			if !errors.Is(rec.err, ClassHTTPHead) || got.counts[ClassHTTPHead] != 1 || !strings.Contains(rec.err.Error(), "offset 0: record of http://example.test/1: http_head: ") {
				t.Errorf("%q: %v, %v", line, rec.http, rec.err)
			}
			continue
		}
		if rec.err != nil || len(got.counts) != 0 {
			t.Errorf("%q: %v, %v", line, rec.err, got.counts)
		} else if s := fmt.Sprint(rec.http.Proto, "|", rec.http.StatusCode, "|", rec.http.Status); s != want || rec.body != "body" {
			t.Errorf("%q: %s, %q; want %s", line, s, rec.body, want)
		}
	}
}

func TestHTTPHeads(t *testing.T) {
	for name, c := range map[string]struct {
		head   string
		header http.Header
		body   string
		counts string
	}{
		"in order":             {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[]"},
		"LF alone":             {"HTTP/1.1 200 OK\nA: b\n\n", http.Header{"A": {"b"}}, "body", "map[]"},
		"canonical keys":       {"HTTP/1.1 200 OK\r\ncontent-TYPE:text/html\r\nset-cookie: a\r\nSet-Cookie: b\r\n\r\n", http.Header{"Content-Type": {"text/html"}, "Set-Cookie": {"a", "b"}}, "body", "map[]"},
		"folded":               {"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td\r\nE: f\r\n\r\n", http.Header{"A": {"b c d"}, "E": {"f"}}, "body", "map[]"},
		"no colon":             {"HTTP/1.1 200 OK\r\nno colon\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[http_field:1]"},
		"bad names":            {"HTTP/1.1 200 OK\r\n: x\r\n\x01: y\r\nA b: c\r\nD : e\r\n\r\n", http.Header{"A b": {"c"}, "D": {"e"}}, "body", "map[http_field:1]"},
		"Latin-1":              {"HTTP/1.1 200 OK\r\nA: caf\xe9\r\n\r\n", http.Header{"A": {"caf\xe9"}}, "body", "map[]"},
		"an empty value":       {"HTTP/1.1 200 OK\r\nA:\r\n\r\n", http.Header{"A": {""}}, "body", "map[]"},
		"no header":            {"HTTP/1.1 200 OK\r\n\r\n", http.Header{}, "body", "map[]"},
		"empty lines before":   {"\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[]"},
		"interim answers":      {"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: z\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[]"},
		"switching protocols":  {"HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[]"},
		"an interim one alone": {"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n", http.Header{"A": {"b"}}, "body", "map[]"},
	} {
		data := sampleRecord(Response, "http://example.test/1", c.head+"body", "WARC-Payload-Digest: "+sampleDigest("body"))
		got := readString(t, data, nil)
		rec := got.records[0]
		if rec.err != nil || fmt.Sprint(got.counts) != c.counts || rec.body != c.body || rec.http.ContentLength != int64(len(c.body)) {
			t.Errorf("%s: %q, %v, %v", name, rec.body, got.counts, rec.err)
			continue
		}
		if diff := cmp.Diff(c.header, rec.http.Header); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A head may end with the block. One that is hostile is refused, and the next record is read.
func TestHTTPHeadsAtTheEnds(t *testing.T) {
	for _, head := range []string{"HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"} {
		rec := readString(t, sampleRecord(Response, "http://example.test/1", head), nil).records[0]
		if rec.err != nil || rec.http.StatusCode != 200 || rec.body != "" || rec.http.ContentLength != 0 || rec.http.Header.Get("A") != "b" != !strings.Contains(head, "A: b") {
			t.Errorf("%q: %+v, %v", head, rec.http, rec.err)
		}
	}
	for name, head := range map[string]string{
		"a long line":  "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("b", maxHeaderBytes) + "\r\n\r\n",
		"many fields":  "HTTP/1.1 200 OK\r\n" + strings.Repeat("A:\r\n", maxHeaderFields+1) + "\r\n",
		"empty lines":  strings.Repeat("\r\n", maxHeaderBytes),
		"nothing":      "\r\n\r\n",
		"many interim": strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", maxHeaderBytes/20),
	} {
		got := readString(t, sampleRecord(Response, "http://example.test/1", head)+samplePage(2), nil)
		if !errors.Is(got.records[0].err, ClassHTTPHead) || got.uris() != "2" {
			t.Errorf("%s: %q, %v", name, got.uris(), got.records[0].err)
		}
	}
}
