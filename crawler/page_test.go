package crawler

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// TestNoIndexAndNoFollow: what a page or its headers ask for, whatever its type.
func TestNoIndexAndNoFollow(t *testing.T) {
	w := newWeb()
	serve := func(path, contentType, body string, header ...string) {
		w.on("http://a.example"+path, func(*http.Request, int) *http.Response {
			return answer(200, body, append([]string{"Content-Type", contentType}, header...)...)
		})
	}
	w.page("http://a.example/", "/noindex", "/nofollow", "/header", "/pdf", "/missing", "/bot")
	serve("/noindex", "text/html", `<meta name=robots content=noindex><a href=/from-noindex>x</a>`)
	serve("/nofollow", "text/html", `<meta name=robots content=nofollow><a href=/from-nofollow>x</a>`)
	serve("/header", "text/html", `<a href=/from-header>x</a>`, "X-Robots-Tag", "none")
	serve("/bot", "text/html", "", "X-Robots-Tag", "otherbot: noindex")
	serve("/pdf", "application/pdf", "%PDF-", "X-Robots-Tag", "noindex")
	w.on("http://a.example/missing", func(*http.Request, int) *http.Response {
		return answer(404, "<meta name=robots content=noindex>", "Content-Type", "text/html")
	})
	w.page("http://a.example/from-noindex")
	for _, ignore := range []bool{false, true} {
		c := flatOut(w, "http://a.example/")
		c.IgnoreRobots, c.Types = ignore, []string{"application/pdf"}
		records, stats := crawl(t, c)
		for path, want := range map[string]bool{
			"/": true, "/nofollow": true, "/bot": true, "/missing": true, "/from-noindex": true,
			"/noindex": ignore, "/header": ignore, "/pdf": ignore, "/from-nofollow": ignore, "/from-header": ignore,
		} {
			if _, ok := records["http://a.example"+path]; ok != want {
				t.Errorf("ignoring robots %v: %s is a line: %v, want %v", ignore, path, ok, want)
			}
		}
		if n := stats.Skipped[ReasonNoIndex]; !ignore && (n != 3 || stats.Skipped[frontier.ReasonNoFollow] != 2) {
			t.Errorf("skipped %v", stats.Skipped)
		}
	}
}

// TestUnwantedTypesAreNotDownloaded: neither pages of other types nor the error
// pages that come in one.
func TestUnwantedTypesAreNotDownloaded(t *testing.T) {
	w := newWeb()
	read := 0
	heavy := func(status int) func(*http.Request, int) *http.Response {
		return func(*http.Request, int) *http.Response {
			r := answer(status, "", "Content-Type", "application/pdf")
			r.Body, r.ContentLength = io.NopCloser(countedReader{strings.NewReader(strings.Repeat("x", 1<<20)), &read}), 1<<20
			return r
		}
	}
	w.on("http://a.example/ok", heavy(200))
	w.on("http://a.example/missing", heavy(404))
	records, stats := crawl(t, flatOut(w, "http://a.example/ok", "http://a.example/missing"))
	if r, ok := records["http://a.example/missing"]; !ok || status(r) != 404 || r.Bytes != 0 || r.SHA256 != nil || deref(r.ContentType) != "application/pdf" {
		t.Errorf("the line of a 404 that is a PDF: %+v", r)
	}
	if len(records) != 1 || stats.Skipped[ReasonType] != 1 || read > 8<<10 {
		t.Errorf("%d lines, skipped %v, %d bytes of bodies read", len(records), stats.Skipped, read)
	}
}

// TestBinaryAsHTML: a picture labelled as HTML is a line without text or links.
func TestBinaryAsHTML(t *testing.T) {
	w := newWeb()
	serve := func(path, contentType, body string) {
		w.on("http://a.example"+path, func(*http.Request, int) *http.Response { return answer(200, body, "Content-Type", contentType) })
	}
	serve("/png", "text/html", "\x89PNG\r\n\x1a\n\x00\x00<title>no</title><a href=/x>x</a>")
	serve("/utf-16", "text/html; charset=utf-16le", "<\x00t\x00i\x00t\x00l\x00e\x00>\x00y\x00e\x00s\x00")
	serve("/jis", "text/html; charset=iso-2022-jp", "<title>\x1b$B$\"\x1b(B</title>")
	records, _ := crawl(t, flatOut(w, "http://a.example/png", "http://a.example/utf-16", "http://a.example/jis"))
	for path, title := range map[string]string{"/png": "", "/utf-16": "yes", "/jis": "あ"} {
		r, ok := records["http://a.example"+path]
		if !ok || deref(r.Title) != title || len(r.Links) != 0 || (r.Charset == nil) != (title == "") {
			t.Errorf("%s: line %v, title %q, charset %q, %d links", path, ok, deref(r.Title), deref(r.Charset), len(r.Links))
		}
	}
}

type countedReader struct {
	io.Reader
	n *int
}

func (c countedReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += n
	return n, err
}
