package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// gaps asserts that no two requests to a host came closer than least.
func gaps(t *testing.T, w *web, host string, least time.Duration) {
	t.Helper()
	at := w.hits(host)
	for i := 1; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap < least {
			t.Errorf("%s: requests %d and %d came %v apart, want at least %v", host, i-1, i, gap, least)
		}
	}
}

func chain(w *web, origin string, n int) {
	for i := range n {
		w.page(fmt.Sprintf("%s/%d", origin, i), fmt.Sprintf("/%d", i+1), fmt.Sprintf("/%d", (i*7)%n))
	}
	w.page(fmt.Sprintf("%s/%d", origin, n))
}

func TestRateCoversRobotsAndRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.latency = 30 * time.Millisecond
		w.robots("http://a.example", "User-agent: *\nDisallow: /no")
		chain(w, "http://a.example", 30)
		w.page("http://a.example/5", "/r1", "/no/1")
		w.on("http://a.example/r1", func(*http.Request, int) *http.Response { return answer(302, "", "Location", "/r2") })
		w.on("http://a.example/r2", func(*http.Request, int) *http.Response { return answer(301, "", "Location", "http://b.example/in") })
		w.robots("http://b.example", "")
		chain(w, "http://b.example", 30)
		w.page("http://b.example/in")
		start := time.Now()
		records, stats := crawl(t, Config{
			Seeds: []string{"http://a.example/0", "http://b.example/0"}, Transport: w, Rate: 5, AllowedDomains: []string{"b.example"},
		})
		gaps(t, w, "a.example", 200*time.Millisecond)
		gaps(t, w, "b.example", 200*time.Millisecond)
		// Side by side: as long as the longer of the two, not their sum.
		n := max(len(w.hits("a.example")), len(w.hits("b.example")))
		if took, most := time.Since(start), time.Duration(n+8)*200*time.Millisecond; took > most {
			t.Errorf("took %v, want at most %v for %d requests a host", took, most, n)
		}
		if stats.RobotsRequests != 2 {
			t.Errorf("%d requests for robots.txt, want one a host", stats.RobotsRequests)
		}
		if r, ok := records["http://b.example/in"]; !ok || len(r.Redirects) != 2 {
			t.Errorf("the page behind the redirects is %+v", r)
		}
		if stats.Skipped[ReasonRobots] != 1 {
			t.Errorf("skipped: %v", stats.Skipped)
		}
	})
}

func TestRedirectWaitsForTheOtherHostsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.other = func(r *http.Request) *http.Response {
			if r.URL.Host == "a.example" {
				return answer(302, "", "Location", "http://b.example"+r.URL.Path)
			}
			return htmlPage()
		}
		var seeds []string
		for i := range 10 {
			seeds = append(seeds, fmt.Sprintf("http://a.example/%d", i))
		}
		records, _ := crawl(t, Config{Seeds: seeds, Transport: w, Rate: 2, IgnoreRobots: true, Scope: ScopeAny})
		gaps(t, w, "a.example", 500*time.Millisecond)
		gaps(t, w, "b.example", 500*time.Millisecond)
		if len(records) != 10 {
			t.Errorf("%d lines, want 10", len(records))
		}
	})
}

func TestPerHostInFlight(t *testing.T) {
	for _, tc := range []struct {
		config Config
		want   int
	}{
		{Config{Rate: Unlimited, Concurrency: 16}, 16},
		{Config{Rate: Unlimited, Concurrency: 16, PerHost: 3}, 3},
		{Config{Rate: Unlimited, Concurrency: 2, PerHost: 3}, 2},
		{Config{Rate: 1}, 1},
		{Config{Rate: 4}, 4},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb()
			w.latency = 10 * time.Second
			links := make([]string, 40)
			for i := range links {
				links[i] = fmt.Sprintf("/%d", i)
			}
			w.page("http://a.example/", links...)
			c := tc.config
			c.Seeds, c.Transport, c.IgnoreRobots = []string{"http://a.example/"}, w, true
			crawl(t, c)
			if got := w.most["a.example"]; got != tc.want {
				t.Errorf("rate %v, -c %d, per host %d: %d in flight, want %d", c.Rate, c.Concurrency, c.PerHost, got, tc.want)
			}
		})
	}
}

func TestCrawlDelayIsAFloorWithACap(t *testing.T) {
	for _, tc := range []struct {
		robots string
		config Config
		want   time.Duration
	}{
		{"User-agent: *\nCrawl-delay: 3", Config{Rate: 5}, 3 * time.Second},
		{"User-agent: *\nCrawl-delay: 3", Config{Rate: Unlimited}, 3 * time.Second},
		{"User-agent: *\nCrawl-delay: 0.1", Config{Rate: 2}, 500 * time.Millisecond},
		{"User-agent: *\nCrawl-delay: 3600", Config{}, DefaultMaxCrawlDelay},
		{"User-agent: *\nCrawl-delay: 3600", Config{MaxCrawlDelay: 7 * time.Second}, 7 * time.Second},
		{"User-agent: other\nCrawl-delay: 3", Config{}, time.Second},
		{"User-agent: *\nCrawl-delay: 3", Config{Delay: 4 * time.Second}, 4 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb()
			w.robots("http://a.example", tc.robots)
			chain(w, "http://a.example", 6)
			c := tc.config
			c.Seeds, c.Transport = []string{"http://a.example/0"}, w
			start := time.Now()
			crawl(t, c)
			gaps(t, w, "a.example", tc.want)
			if took, most := time.Since(start), 9*tc.want; took > most {
				t.Errorf("%q, %+v: took %v, want at most %v", tc.robots, tc.config, took, most)
			}
		})
	}
}

func TestRetryAfterPausesTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, value := range map[string]func() string{
			"seconds": func() string { return "40" },
			"date":    func() string { return time.Now().Add(41 * time.Second).UTC().Format(http.TimeFormat) },
		} {
			w := newWeb()
			chain(w, "http://a.example", 8)
			chain(w, "http://b.example", 8)
			var refused time.Time
			w.on("http://a.example/3", func(_ *http.Request, nth int) *http.Response {
				if nth == 1 {
					refused = time.Now()
					return answer(429, "", "Retry-After", value())
				}
				return htmlPage("/4")
			})
			start := time.Now()
			var bDone time.Duration
			w.on("http://b.example/8", func(*http.Request, int) *http.Response { bDone = time.Since(start); return htmlPage() })
			records, stats := crawl(t, Config{Seeds: []string{"http://a.example/0", "http://b.example/0"}, Transport: w, IgnoreRobots: true})
			for _, at := range w.hits("a.example") {
				if at.After(refused) && at.Before(refused.Add(39*time.Second)) {
					t.Errorf("%s: the host was asked %v after it asked for 40s", name, at.Sub(refused))
				}
			}
			if bDone > 15*time.Second {
				t.Errorf("%s: the other host waited too: %v", name, bDone)
			}
			if r := records["http://a.example/3"]; r.Attempt != 2 || status(r) != 200 || stats.Retries != 1 || len(records) != 18 {
				t.Errorf("%s: attempt %d, status %d, %d retries, %d lines", name, r.Attempt, status(r), stats.Retries, len(records))
			}
		}
	})
}

func TestRetryAfterIsCapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.on("http://a.example/", func(_ *http.Request, nth int) *http.Response {
			if nth == 1 {
				return answer(503, "", "Retry-After", "86400")
			}
			return htmlPage()
		})
		start := time.Now()
		crawl(t, Config{Seeds: []string{"http://a.example/"}, Transport: w, IgnoreRobots: true})
		if took := time.Since(start); took < DefaultMaxRetryAfter || took > DefaultMaxRetryAfter+5*time.Second {
			t.Errorf("took %v, want the cap of %v", took, DefaultMaxRetryAfter)
		}
	})
}

// TestRetryHoldsNoSlot has more failing pages than slots, each with a long wait
// for its retry: the good ones don't wait for them.
func TestRetryHoldsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		start := time.Now()
		var mu sync.Mutex
		var last time.Duration
		w.other = func(r *http.Request) *http.Response {
			if strings.HasPrefix(r.URL.Path, "/bad") {
				return answer(500, "")
			}
			mu.Lock()
			defer mu.Unlock()
			last = max(last, time.Since(start))
			return htmlPage()
		}
		var links []string
		for i := range 50 {
			links = append(links, fmt.Sprintf("/bad/%d", i), fmt.Sprintf("/good/%d", i))
		}
		w.page("http://a.example/", links...)
		c := flatOut(w, "http://a.example/")
		c.Concurrency, c.jitter = 2, func() float64 { return 1 }
		records, stats := crawl(t, c)
		if last > 500*time.Millisecond {
			t.Errorf("the last good page came after %v", last)
		}
		if stats.Failed != 50 || stats.Fetched != 51 || stats.Retries != 100 {
			t.Errorf("fetched %d, failed %d, retries %d", stats.Fetched, stats.Failed, stats.Retries)
		}
		r := records["http://a.example/bad/7"]
		if r.Error == nil || r.Error.Kind != "status" || r.Error.Attempts != 3 || status(r) != 500 || r.Attempt != 3 {
			t.Errorf("the line of a page given up on: %+v, error %+v", r, r.Error)
		}
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		chain(w, "http://a.example", 5)
		crawl(t, Config{Seeds: []string{"http://a.example/0"}, Transport: w, IgnoreRobots: true, Rate: Unlimited, Delay: 3 * time.Second})
		gaps(t, w, "a.example", 3*time.Second)
	})
}

// TestManyHostsSideBySide has each of many hosts asked as often as its clock allows.
func TestManyHostsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.latency = 10 * time.Millisecond
		var seeds []string
		const hosts, pages = 200, 20
		for h := range hosts {
			origin := fmt.Sprintf("http://h%d.example", h)
			chain(w, origin, pages)
			seeds = append(seeds, origin+"/0")
		}
		start := time.Now()
		_, stats := crawl(t, Config{Seeds: seeds, Transport: w, IgnoreRobots: true, Concurrency: 64})
		ideal := pages * time.Second
		if took := time.Since(start); took > ideal*102/100+time.Second {
			t.Errorf("took %v, ideally %v", took, ideal)
		}
		if stats.Fetched != hosts*(pages+1) {
			t.Errorf("%d pages", stats.Fetched)
		}
	})
}
