package site

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOptionsAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		opts Options
		want string
	}{
		"negative latency":   {Options{MinLatency: -1}, "negative"},
		"negative log":       {Options{LogLimit: -1}, "negative"},
		"negative drip":      {Options{DripEvery: -time.Second}, "negative"},
		"negative closing":   {Options{CloseFirst: -1}, "negative"},
		"relative path":      {Options{Faults: map[string]Behaviour{"x": {Fault: "/fault/status/500"}}}, `fault on "x"`},
		"path with a query":  {Options{Faults: map[string]Behaviour{"/x?y": {Fault: "/fault/status/500"}}}, "without a query"},
		"no such fault":      {Options{Faults: map[string]Behaviour{"/": {Fault: "/fault/x"}}}, `no fault is called "/fault/x"`},
		"neither":            {Options{Faults: map[string]Behaviour{"/": {}}}, "one of Fault and Handler"},
		"both":               {Options{Faults: map[string]Behaviour{"/": {Fault: "/fault/status/500", Handler: http.NotFoundHandler()}}}, "one of"},
		"less than no times": {Options{Faults: map[string]Behaviour{"/": {Fault: "/fault/status/500", Times: -1}}}, "-1 times"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(test.opts); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestWhatLivesWhere(t *testing.T) {
	graph, err := NewGraph(GraphOptions{})
	if err != nil {
		t.Fatal(err)
	}
	onPipes(t, Options{Graph: graph}, func(t *testing.T, srv *Server) {
		for path, title := range map[string]string{
			"/": "Tjeldhavn: harbour, ferry, bookshop", "/calendar/2026/11/": "November 2026", "/cellar.html": "The cellar", "/fault/": "Faults on demand",
			"/fault/leaf/x": "x", "/graph/0.html": "Page 0", "/fan/": "A fan of 1000", "/fan/3": "Fan 3", "/fault/nothing": "Not found",
			"/robots.txt": "", "/fr/%C3%A9t%C3%A9.html": "L’été à Tjeldhavn", "/ja/%E7%81%AF%E5%8F%B0.html": "灯台への道",
		} {
			if _, body := get(t, srv, path); !strings.Contains(body, "<title>"+title) && title != "" {
				t.Errorf("%s: no title %q in %.200q", path, title, body)
			}
		}
	})
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		if resp, _ := get(t, srv, "/graph/0.html"); resp.StatusCode != 404 {
			t.Errorf("without a graph: %d, want 404", resp.StatusCode)
		}
	})
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		resp, _ := ask(t, srv, http.MethodPost, "/search.html", nil)
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST: %d, Allow %q", resp.StatusCode, resp.Header.Get("Allow"))
		}
	})
}

// robots.txt is what keeps a default crawl out of the calendar, so its rules are pinned here, not only obeyed.
func TestRobotsText(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		resp, body := get(t, srv, "/robots.txt")
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("Content-Type %q", resp.Header.Get("Content-Type"))
		}
		everyone, others, _ := strings.Cut(body, "User-agent: RushBot")
		for _, rule := range []string{"User-agent: *", "Disallow: /staff/", "Allow: /staff/open-day.html", "Disallow: /calendar/"} {
			if !strings.Contains(everyone, "\n"+rule) {
				t.Errorf("no %q for everyone in\n%s", rule, body)
			}
		}
		for _, line := range []string{"Crawl-delay: 20", "Sitemap: " + PipeURL + "/sitemap-index.xml"} {
			if !strings.Contains(others, "\n"+line+"\n") {
				t.Errorf("no %q in\n%s", line, body)
			}
		}
		if strings.Contains(everyone, "Crawl-delay") {
			t.Error("a Crawl-delay for everyone makes every test slow")
		}
	})
}

// No request brings the site down, whatever is in it.
func FuzzServeHTTP(f *testing.F) {
	for _, seed := range [][2]string{
		{"/", ""}, {"/books/", "page=2"}, {"/books", "?"}, {"/calendar/999999/12/", ""}, {"/graph/3.html", ""}, {"/fan/", "n=3&slow=1s"}, {"/fan/", "n=%zz"},
		{"/fault/", ""}, {"/fault/redirect/hops/-1", ""}, {"/fault/redirect/endless/9223372036854775807", ""}, {"/fault/trap/calendar", "month=-1"},
		{"/fault/trap/pages", "page=9223372036854775807"}, {"/fault/robots/hops/x", ""}, {"/fr/\xe9t\xe9.html", "\x00"}, {"//", ""}, {"*", ""},
	} {
		f.Add(seed[0], seed[1], "tjeldhavn.example")
	}
	graph, err := NewGraph(GraphOptions{})
	if err != nil {
		f.Fatal(err)
	}
	s, err := New(Options{Graph: graph, LogLimit: 1})
	if err != nil {
		f.Fatal(err)
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	f.Fuzz(func(t *testing.T, path, query, host string) {
		u := &url.URL{Path: path, RawQuery: query}
		r := (&http.Request{Method: http.MethodGet, URL: u, Host: host, RequestURI: path, Header: http.Header{}}).WithContext(gone)
		s.ServeHTTP(writer{io.Discard}, r)
	})
}
