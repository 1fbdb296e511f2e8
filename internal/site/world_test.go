package site

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func smallWorld(t *testing.T) *world {
	t.Helper()
	w, err := readWorld(fstest.MapFS{
		"site.json": {Data: []byte(`{
			"origin": "http://a.example", "not_found": "404.html",
			"types": {".html": "text/html", "": "application/octet-stream"},
			"pages": {
				"/b/?page=2": {"file": "two.html"},
				"/caf%C3%A9": {"file": "cafe.html", "type": "text/html; charset=koi8-r", "status": 410, "headers": {"X-Tide": "low"}}
			},
			"redirects": {"/old%20shop": {"status": 308, "to": "/b/"}}
		}`)},
		"www/404.html":     {Data: []byte("none")},
		"www/index.html":   {Data: []byte("home")},
		"www/b/index.html": {Data: []byte("one")},
		"www/two.html":     {Data: []byte("two")},
		"www/cafe.html":    {Data: []byte("coffee")},
		"www/tide.table":   {Data: []byte("3.0")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestFind(t *testing.T) {
	w := smallWorld(t)
	for _, test := range []struct {
		path, query string
		status      int
		body        string
		location    string
	}{
		{"/", "", 200, "home", ""},
		{"/index.html", "", 404, "none", ""}, // one address a page
		{"/b/", "", 200, "one", ""},
		{"/b/", "page=2", 200, "two", ""},
		{"/b/", "page=3", 200, "one", ""}, // an unknown query changes nothing
		{"/b", "", 301, "", "/b/"},
		{"/two.html", "", 404, "none", ""}, // placed elsewhere
		{"/café", "", 410, "coffee", ""},
		{"/old shop", "", 308, "", "/b/"},
		{"/tide.table", "", 200, "3.0", ""},
		{"/b/../", "", 404, "none", ""},
	} {
		a := w.find(test.path, test.query)
		if a.status != test.status || string(a.body) != test.body || a.location != test.location {
			t.Errorf("%s?%s: %d %q to %q, want %d %q to %q", test.path, test.query, a.status, a.body, a.location, test.status, test.body, test.location)
		}
	}
	if diff := cmp.Diff(map[string]string{"Content-Type": "text/html; charset=koi8-r", "X-Tide": "low"}, w.find("/café", "").headers); diff != "" {
		t.Error(diff)
	}
	if got := w.find("/tide.table", "").headers["Content-Type"]; got != "application/octet-stream" {
		t.Errorf("a file of no known type is %q", got)
	}
}

func TestBundledWorldIsRead(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	for path, a := range s.world.answers {
		if a.headers["Content-Type"] == "application/octet-stream" {
			t.Errorf("%s: its ending has no type in site.json", path)
		}
		if a.status == http.StatusOK && len(a.body) == 0 {
			t.Errorf("%s: empty", path)
		}
		if a.status == http.StatusOK {
			pages++
		}
	}
	if pages < 100 {
		t.Errorf("%d answers, want the whole world", pages)
	}
}
