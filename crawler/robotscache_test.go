package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/internal/site"
)

// TestRobotsFaults lays every fault that a robots.txt may have over that of the
// site, and sees whether the host is then obeyed, open or left alone.
func TestRobotsFaults(t *testing.T) {
	tried := 0
	for _, f := range site.Faults() {
		want, ok := strings.CutPrefix(f.Want.Outcome, "robots:")
		if !ok {
			continue
		}
		tried++
		t.Run(strings.TrimPrefix(f.Path, "/fault/"), func(t *testing.T) {
			t.Parallel()
			s := startSite(t, site.Options{DripEvery: 50 * time.Millisecond, Faults: map[string]site.Behaviour{"/robots.txt": {Fault: f.Path}}})
			options := fetch.DefaultOptions()
			if strings.Contains(f.Path, "hang") || strings.Contains(f.Path, "drip") {
				options.Timeouts = fetch.Timeouts{Header: 200 * time.Millisecond, Body: 200 * time.Millisecond, Total: time.Second}
			}
			records, stats := crawl(t, Config{Seeds: []string{s.URL + "/visit.html", s.URL + "/staff/rota.html"}, Rate: Unlimited, SeedsOnly: true,
				Fetch: &options, MaxRetryAfter: time.Millisecond, jitter: func() float64 { return 0 }})
			open, staff := records[s.URL+"/visit.html"], records[s.URL+"/staff/rota.html"]
			var got string
			switch {
			case status(open) == 200 && status(staff) == 200:
				got = "allow"
			case status(open) == 200 && stats.Skipped[ReasonRobots] == 1:
				got = "obeyed"
			case open.Error != nil && staff.Error != nil && s.Hits("/visit.html") == 0 && s.Hits("/staff/rota.html") == 0:
				got = "disallow"
			default:
				got = fmt.Sprintf("%+v, %+v, %+v", open, staff, stats)
			}
			if or := strings.TrimPrefix(f.Want.Or, "robots:"); got != want && got != or {
				t.Errorf("%s: %s, want %s %s", f.What, got, want, or)
			}
		})
	}
	if tried < 8 {
		t.Errorf("only %d faults of robots.txt were tried", tried)
	}
}

// TestRobotsStatus is RFC 9309 section 2.3.1, status by status.
func TestRobotsStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for status, fetched := range map[int]bool{
			200: false, 204: true, 400: true, 401: true, 403: true, 404: true, 408: true, 410: true, 429: true, 451: true,
			500: false, 501: false, 502: false, 503: false, 504: false, 599: false, 999: false,
		} {
			w := newWeb()
			w.page("http://a.example/x")
			w.on("http://a.example/robots.txt", func(*http.Request, int) *http.Response {
				if status == 204 {
					return answer(204, "")
				}
				return answer(status, "User-agent: *\nDisallow: /")
			})
			_, stats := crawl(t, Config{Seeds: []string{"http://a.example/x"}, Transport: w})
			if got := w.count("http://a.example/x") == 1; got != fetched {
				t.Errorf("robots.txt answers %d: page fetched: %v, want %v (%+v)", status, got, fetched, stats.Counts)
			}
		}
	})
}

func TestRobotsRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		to := func(url, location string) {
			w.on(url, func(*http.Request, int) *http.Response { return answer(301, "", "Location", location) })
		}
		// Five hops are followed, to another host too, each by its host's clock.
		to("http://a.example/robots.txt", "http://www.a.example/robots.txt")
		to("http://www.a.example/robots.txt", "/1")
		to("http://www.a.example/1", "/2")
		to("http://www.a.example/2", "/3")
		to("http://www.a.example/3", "/4")
		w.on("http://www.a.example/4", func(*http.Request, int) *http.Response { return answer(200, "User-agent: *\nDisallow: /no") })
		w.page("http://a.example/no")
		w.page("http://a.example/yes")
		// A loop is a file that isn't there.
		to("http://loop.example/robots.txt", "/robots.txt")
		w.page("http://loop.example/no")
		crawl(t, Config{Seeds: []string{"http://a.example/no", "http://a.example/yes", "http://loop.example/no"}, Transport: w})
		for url, want := range map[string]int{"http://a.example/no": 0, "http://a.example/yes": 1, "http://loop.example/no": 1, "http://loop.example/robots.txt": 6} {
			if got := w.count(url); got != want {
				t.Errorf("%s was asked for %d times, want %d", url, got, want)
			}
		}
		gaps(t, w, "www.a.example", time.Second)
		gaps(t, w, "loop.example", time.Second)
	})
}

// TestRobotsIsKeptForADay asks again after 24 hours, and not before.
func TestRobotsIsKeptForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.robots("http://a.example", "User-agent: *\nDisallow:")
		chain(w, "http://a.example", 50)
		crawl(t, Config{Seeds: []string{"http://a.example/0"}, Transport: w, Delay: time.Hour})
		var asked []time.Time
		for _, a := range w.asked {
			if strings.HasSuffix(a.url, "/robots.txt") {
				asked = append(asked, a.at)
			}
		}
		if len(asked) != 3 {
			t.Fatalf("asked %d times in 51 hours, want 3", len(asked))
		}
		if gap := asked[1].Sub(asked[0]); gap < robotsTTL || gap > robotsTTL+2*time.Hour {
			t.Errorf("asked again after %v", gap)
		}
	})
}

// TestRobotsIsAskedAgainLater: what was given up on isn't for ever.
func TestRobotsIsAskedAgainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.on("http://a.example/robots.txt", func(_ *http.Request, nth int) *http.Response {
			if nth <= 3 {
				return answer(503, "")
			}
			return answer(200, "")
		})
		w.page("http://a.example/1")
		w.page("http://a.example/2")
		// b's page leads to a's second one when a's robots.txt is long given up on.
		w.robots("http://b.example", "")
		w.on("http://b.example/", func(*http.Request, int) *http.Response {
			time.Sleep(20 * time.Second)
			return htmlPage("/next")
		})
		w.page("http://b.example/next", "http://a.example/2")
		records, _ := crawl(t, Config{Seeds: []string{"http://a.example/1", "http://b.example/"}, Transport: w, Delay: 15 * time.Minute})
		if r := records["http://a.example/1"]; r.Error == nil || r.Error.Kind != string(fetch.KindRobots) {
			t.Errorf("the page of a host that was unreachable: %+v", r.Error)
		}
		if r := records["http://a.example/2"]; status(r) != 200 {
			t.Errorf("the page found after it was back: status %d, error %+v", status(r), r.Error)
		}
	})
}
