package site

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestBehaviourPasses(t *testing.T) {
	opts := Options{Faults: map[string]Behaviour{
		"/visit.html": {Fault: "/fault/status/503", Times: 2},
		"/books/":     {Fault: "/fault/status/404"},
		"/about.html": {Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "handled "+r.URL.Path) }), Times: 1},
		"/news/":      {Fault: "/fault/redirect/itself", Times: 1},
		"/fr/":        {Fault: "/fault/redirect/hops/3"},
		"/ja/":        {Fault: "/fault/coding/gzip"},
		"/robots.txt": {Fault: "/fault/robots/crlf"},
	}}
	onPipes(t, opts, func(t *testing.T, srv *Server) {
		for _, test := range []struct {
			path   string
			status int
			has    string
		}{
			{"/visit.html", 503, ""}, {"/visit.html?again", 503, ""}, {"/visit.html", 200, "smell of tar"}, // queries count together
			{"/books/", 404, ""}, {"/books/?page=2", 404, ""}, {"/books/", 404, ""},
			{"/about.html", 200, "handled /about.html"}, {"/about.html", 200, "Founded in 1931"},
			{"/news/", 302, ""}, {"/news/", 200, "Harbour News"},
			{"/fr/", 302, ""}, {"/robots.txt", 200, "Disallow: /staff/\r\n"},
			{"/archive/1987.html", 200, "anemometer"},
		} {
			resp, body := get(t, srv, test.path)
			if resp.StatusCode != test.status || !strings.Contains(body, test.has) {
				t.Errorf("%s: %d %.100q, want %d with %q", test.path, resp.StatusCode, body, test.status, test.has)
			}
		}
	})
	onPipes(t, opts, func(t *testing.T, srv *Server) {
		if resp, _ := get(t, srv, "/news/?x"); resp.Header.Get("Location") != "/news/?x" {
			t.Errorf("a redirect to itself leads to %q", resp.Header.Get("Location"))
		}
		if resp, _ := get(t, srv, "/fr/"); resp.Header.Get("Location") != "/fault/redirect/hops/2" {
			t.Errorf("the first of three hops leads to %q", resp.Header.Get("Location"))
		}
		if _, body := get(t, srv, "/ja/"); !strings.Contains(gunzip(t, body), "<title>gzip</title>") {
			t.Error("not the fault's page")
		}
	})
}
