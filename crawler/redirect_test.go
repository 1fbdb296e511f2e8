package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

func TestRedirectTarget(t *testing.T) {
	for location, want := range map[string]string{
		"/b":                     "http://a.example/b",
		"b c":                    "http://a.example/x/b%20c",
		"//B.example/#frag":      "http://b.example/",
		"https://a.example":      "https://a.example/",
		"/caf\xe9":               "http://a.example/caf%E9",
		"/café?q=é":              "http://a.example/caf%C3%A9?q=%C3%A9",
		"http://bücher.example/": "http://xn--bcher-kva.example/",
		"http://u:p@a.example/":  "http://a.example/",
		"?q":                     "http://a.example/x/y?q",
		"":                       "",
		"ftp://a.example/":       "",
		"javascript:alert(1)":    "",
		"file:///etc/passwd":     "",
		"data:text/html,x":       "",
		"http://[::1":            "",
	} {
		ex := &exchange{url: "http://a.example/x/y", status: 302, header: http.Header{"Location": {location}}}
		got, err := redirectTarget(ex)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("Location %q leads to %q, %v; want %q", location, got, err, want)
		}
	}
}

// TestCookieWallInAList: the way back to a URL that a list has forgotten.
func TestCookieWallInAList(t *testing.T) {
	w := newWeb()
	w.on("http://a.example/page", func(r *http.Request, _ int) *http.Response {
		if _, err := r.Cookie("in"); err == nil {
			return htmlPage()
		}
		return answer(302, "", "Location", "/door")
	})
	w.on("http://a.example/door", func(*http.Request, int) *http.Response {
		return answer(302, "", "Location", "/page", "Set-Cookie", "in=yes; Path=/")
	})
	c := flatOut(w, "http://a.example/page")
	c.FollowNothing = true
	records, _ := crawl(t, c)
	if r := records["http://a.example/page"]; status(r) != 200 || len(r.Redirects) != 2 {
		t.Errorf("behind the cookie wall: %+v", records)
	}
}

func TestRedirects(t *testing.T) {
	w := newWeb()
	to := func(url, location string, header ...string) {
		w.on(url, func(*http.Request, int) *http.Response {
			return answer(302, "", append([]string{"Location", location}, header...)...)
		})
	}
	const a = "http://a.example"
	for i := range 30 {
		to(fmt.Sprintf("%s/chain/%d", a, i), fmt.Sprintf("/chain/%d", i+1))
	}
	w.page(a + "/chain/30")
	to(a+"/self", "/self")
	to(a+"/loop1", "/loop2")
	to(a+"/loop2", "/loop1")
	to(a+"/ftp", "ftp://a.example/")
	to(a+"/none", "")
	to(a+"/away", "http://b.example/")
	to(a+"/image", "/x.png")
	to(a+"/endless-wall", "/endless-wall", "Set-Cookie", "a=1")
	w.on(a+"/wall", func(r *http.Request, nth int) *http.Response {
		if c, err := r.Cookie("in"); err == nil && c.Value == "yes" {
			return htmlPage()
		}
		return answer(302, "", "Location", "/door", "Set-Cookie", "seen=1")
	})
	to(a+"/door", "/wall", "Set-Cookie", "in=yes; Path=/")
	w.on(a+"/300", func(*http.Request, int) *http.Response {
		return answer(300, "<title>choose</title>", "Content-Type", "text/html")
	})
	to(a+"/twice1", "/target")
	to(a+"/twice2", "/target")
	w.page(a + "/target")

	var seeds []string
	for _, p := range []string{"chain/0", "chain/10", "self", "loop1", "ftp", "none", "away", "image", "wall", "endless-wall", "300", "twice1", "twice2"} {
		seeds = append(seeds, a+"/"+p)
	}
	records, stats := crawl(t, flatOut(w, seeds...))
	for url, message := range map[string]string{
		"/self": "back to", "/loop2": "back to", "/ftp": "not http", "/none": "without a Location", "/endless-wall": "more than 20",
	} {
		r := records[a+url]
		if r.Error == nil || r.Error.Kind != "redirect" || !strings.Contains(r.Error.Message, message) || status(r) != 302 {
			t.Errorf("%s: status %d, error %+v; want a redirect failure that says %q", url, status(r), r.Error, message)
		}
	}
	if r := records[a+"/wall"]; r.Error != nil || status(r) != 200 || len(r.Redirects) != 2 || r.RequestedURL != a+"/wall" {
		t.Errorf("behind the cookie wall: %+v", r)
	}
	if r := records[a+"/300"]; status(r) != 300 || deref(r.Title) != "choose" {
		t.Errorf("a 300 without a Location: %+v", r)
	}
	// chain/0 is 30 hops from the end, but chain/10 is a seed and only 20.
	if r := records[a+"/chain/30"]; status(r) != 200 || len(r.Redirects) != 20 || r.RequestedURL != a+"/chain/10" {
		t.Errorf("the end of the chain: status %d, %d hops from %s", status(r), len(r.Redirects), r.RequestedURL)
	}
	if r := records[a+"/target"]; len(r.Redirects) != 1 || r.Redirects[0] != (sink.Hop{URL: a + "/twice1", Status: 302}) {
		t.Errorf("the target of two redirects: %+v", r.Redirects)
	}
	if stats.Skipped[ReasonScope] != 1 || stats.Skipped[ReasonType] != 1 || w.count("http://b.example/") != 0 || w.count(a+"/x.png") != 0 {
		t.Errorf("skipped %v; redirects out of scope were followed: %v", stats.Skipped, w.times)
	}
	if stats.Skipped[frontier.ReasonRedirect] == 0 || len(records) != 9 {
		t.Errorf("%d lines, skipped %v", len(records), stats.Skipped)
	}
}
