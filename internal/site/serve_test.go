package site

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestServeConditionally(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		first, body := get(t, srv, "/visit.html")
		if first.StatusCode != 200 || !strings.Contains(body, "the smell of tar") {
			t.Fatalf("%d %.100q", first.StatusCode, body)
		}
		for name, want := range map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Last-Modified": "Tue, 03 Nov 2026 08:30:00 GMT",
		} {
			if got := first.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		tag := first.Header.Get("ETag")
		if len(tag) != 18 {
			t.Errorf("ETag %s, want 16 digits in quotes", tag)
		}
		if again, body := ask(t, srv, http.MethodGet, "/visit.html", http.Header{"If-None-Match": {tag}}); again.StatusCode != 304 || body != "" {
			t.Errorf("with its ETag: %d and %d bytes, want 304 and none", again.StatusCode, len(body))
		}
		if other, _ := get(t, srv, "/about.html"); other.Header.Get("ETag") == tag {
			t.Error("two pages have one ETag")
		}
		if h, body := ask(t, srv, http.MethodHead, "/visit.html", nil); h.StatusCode != 200 || body != "" || h.ContentLength != first.ContentLength {
			t.Errorf("HEAD: %d, %d bytes, Content-Length %d, want 200, 0 and %d", h.StatusCode, len(body), h.ContentLength, first.ContentLength)
		}
	})
}

func TestServeCoding(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, plain := get(t, srv, "/harbour/tides.html")
		resp, packed := ask(t, srv, http.MethodGet, "/harbour/tides.html", http.Header{"Accept-Encoding": {"br, gzip"}})
		if resp.Header.Get("Content-Encoding") != "gzip" || gunzip(t, packed) != plain {
			t.Errorf("Content-Encoding %q, and its body isn't the plain one", resp.Header.Get("Content-Encoding"))
		}
		if resp, _ := ask(t, srv, http.MethodGet, "/visit.html", http.Header{"Accept-Encoding": {"gzip"}}); resp.Header.Get("Content-Encoding") != "" {
			t.Error("coded, though the manifest doesn't say so")
		}
		resp, file := get(t, srv, "/sitemap-books.xml.gz")
		if resp.Header.Get("Content-Type") != "application/gzip" || resp.Header.Get("Content-Encoding") != "" {
			t.Errorf("the packed sitemap is %v", resp.Header)
		}
		if xml := gunzip(t, file); strings.Count(xml, "<loc>http://tjeldhavn.example/books/") != 36 {
			t.Errorf("the packed sitemap has not 36 books: %.300s", xml)
		}
	})
}

func gunzip(t *testing.T, data string) string {
	t.Helper()
	zr, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestServeStatusAndRedirect(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for path, want := range map[string]int{
			"/news/2025/regatta.html": 410, "/harbour/webcam-archive.html": 500, "/nowhere": 404, "/shop": 301, "/ferry": 302,
			"/ferry-today": 307, "/books/catalogue.html": 308, "/books": 301,
		} {
			resp, body := get(t, srv, path)
			if resp.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
			}
			if want >= 400 && !strings.Contains(body, "<title>") {
				t.Errorf("%s: no page with the %d", path, want)
			}
		}
		if resp, _ := get(t, srv, "/tides"); resp.Header.Get("Location") != PipeURL+"/harbour/tides.html#today" {
			t.Errorf("Location %q", resp.Header.Get("Location"))
		}
	})
}

// Nothing but the host's name and the date may differ between two servers.
func TestServeIsTheSameOnEveryPort(t *testing.T) {
	one, two := startTCP(t, Options{}), startTCP(t, Options{})
	for path := range one.world.answers {
		if !isASCII(path) || strings.HasSuffix(path, ".gz") {
			continue // the first would need escaping, the second names its host inside the gzip
		}
		a, bodyA := get(t, one, path)
		b, bodyB := get(t, two, path)
		hostA, hostB := strings.TrimPrefix(one.URL, "http://"), strings.TrimPrefix(two.URL, "http://")
		named := strings.Contains(bodyA, hostA)
		if strings.ReplaceAll(bodyA, hostA, hostB) != bodyB {
			t.Errorf("%s differs", path)
		}
		if !named && a.Header.Get("ETag") != b.Header.Get("ETag") {
			t.Errorf("%s: ETag %s and %s", path, a.Header.Get("ETag"), b.Header.Get("ETag"))
		}
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

func startTCP(t *testing.T, opts Options) *Server {
	t.Helper()
	srv, err := Start(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}
