package site

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestTypes(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string][]string{
			"missing": nil, "missing-binary": nil, "missing-text": nil, "missing-json": nil, "empty": {""}, "garbage": {"???"},
			"unknown": {"unknown/unknown"}, "wildcard": {"*/*"}, "two": {"text/plain", "text/html"}, "two-in-one": {"text/plain, text/html"},
			"upper-case": {"TEXT/HTML"}, "odd-parameters": {`text/html;;; charset; =x; charset="utf-8"; charset=latin1`},
			"unknown-charset": {"text/html; charset=x-gullspeak"}, "html-as-plain": {"text/plain"}, "html-as-octet-stream": {"application/octet-stream"},
			"html-as-xml": {"text/xml"}, "html-as-gif": {"image/gif"}, "html-named.gif": {"text/html; charset=utf-8"}, "binary-as-html": {"text/html"},
			"gif-as-html": {"text/html"}, "pdf-as-html": {"text/html"}, "json": {"application/json"}, "xhtml": {"application/xhtml+xml"},
			"attachment": {"text/html; charset=utf-8"},
		} {
			resp, _ := get(t, srv, "/fault/type/"+name)
			if got := resp.Header.Values("Content-Type"); !slices.Equal(got, want) {
				t.Errorf("%s: Content-Type %q, want %q", name, got, want)
			}
		}
	})
}

// What bodies are is told by net/http's sniffer, which follows the MIME Sniffing Standard.
func TestTypesOfBodies(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, f := range typeFaults() {
			name := strings.TrimPrefix(f.Path, "/fault/type/")
			want := "text/html; charset=utf-8"
			switch name {
			case "missing-binary", "binary-as-html":
				want = "application/octet-stream"
			case "missing-text", "missing-json", "json":
				want = "text/plain; charset=utf-8"
			case "gif-as-html":
				want = "image/gif"
			case "pdf-as-html":
				want = "application/pdf"
			}
			_, body := get(t, srv, f.Path)
			if got := http.DetectContentType([]byte(body)); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
			if links := strings.Contains(body, `<a href="/fault/leaf/`+name+`">`); links != strings.HasPrefix(want, "text/html") {
				t.Errorf("%s links to a leaf: %v", name, links)
			}
		}
	})
}
