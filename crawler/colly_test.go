package crawler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// One test for each row of DESIGN.md's table "colly, and what not to take from
// it": what colly does by itself, and what trawl does instead.

// colly: one goroutine a queued URL.
func TestCollyGoroutinesAreBoundedBySlots(t *testing.T) {
	const links = 10_000
	var most atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), int64(runtime.NumGoroutine())))
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/" {
			for i := range links {
				fmt.Fprintf(w, "<a href=/%d>x</a>", i)
			}
			return
		}
		time.Sleep(2 * time.Millisecond)
	}))
	defer srv.Close()
	c := flatOut(nil, srv.URL)
	c.Transport = nil
	_, stats := crawl(t, c)
	if stats.Fetched != links+1 {
		t.Fatalf("%d pages", stats.Fetched)
	}
	// A slot is a goroutine of colly's, two of a connection here and one or two of
	// the server's, which runs in this process as well.
	if limit := int64(DefaultConcurrency*6 + 40); most.Load() > limit {
		t.Errorf("%d goroutines with %d URLs queued, want at most %d", most.Load(), links, limit)
	}
}

// colly: its seen-check is check-then-act.
func TestCollyFetchesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		const n = 400
		w.other = func(r *http.Request) *http.Response {
			time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
			links := make([]string, 40)
			for i := range links {
				links[i] = fmt.Sprintf("/%d", rand.IntN(n))
			}
			return htmlPage(links...)
		}
		c := flatOut(w, "http://a.example/0")
		c.Concurrency = 64
		_, stats := crawl(t, c)
		for url, times := range w.times {
			if times != 1 {
				t.Errorf("%s was fetched %d times", url, times)
			}
		}
		if stats.Requests != int64(len(w.times)) {
			t.Errorf("%d requests counted, %d URLs asked", stats.Requests, len(w.times))
		}
	})
}

// colly: depth by first arrival.
func TestCollyDepthIsTheShortestPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		slow := func(links ...string) func(*http.Request, int) *http.Response {
			return func(*http.Request, int) *http.Response { time.Sleep(20 * time.Second); return htmlPage(links...) }
		}
		// To /t: three quick links, or two slow ones; behind it are two more.
		w.page("http://a.example/", "/q1", "/s1")
		w.page("http://a.example/q1", "/q2")
		w.page("http://a.example/q2", "/t")
		w.on("http://a.example/s1", slow("/t"))
		w.page("http://a.example/t", "/u")
		w.page("http://a.example/u", "/v")
		for _, concurrency := range []int{1, 16} {
			c := flatOut(w, "http://a.example/")
			c.Concurrency, c.MaxDepth = concurrency, 3
			records, stats := crawl(t, c)
			for path, depth := range map[string]int{"": 0, "q1": 1, "s1": 1, "q2": 2, "t": 2, "u": 3} {
				if r, ok := records["http://a.example/"+path]; !ok || r.Depth != depth {
					t.Errorf("-c %d: /%s is at depth %d (%v), want %d", concurrency, path, r.Depth, ok, depth)
				}
			}
			if len(records) != 6 || stats.Skipped["depth"] != 1 {
				t.Errorf("-c %d: %d lines, skipped %v", concurrency, len(records), stats.Skipped)
			}
		}
	})
}

// colly: a LimitRule is per rule, and its sleeps ignore the context.
func TestCollyWaitsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		chain(w, "http://a.example", 10)
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		time.AfterFunc(90*time.Minute, cancel)
		c := Config{Seeds: []string{"http://a.example/0"}, Transport: w, IgnoreRobots: true, Delay: time.Hour}
		_, stats, err := crawlErr(t, ctx, c)
		if !errors.Is(err, ErrInterrupted) || !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		if took := time.Since(start); took != 90*time.Minute {
			t.Errorf("the context's end was heeded after %v", took-90*time.Minute)
		}
		if stats.Fetched != 2 || stats.Queued == 0 {
			t.Errorf("%+v", stats.Counts)
		}
	})
}

// colly: robots off by default, 503 means allow, asked many times at once, not
// on redirects, query sorted before it is matched.
func TestCollyRobots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.latency = time.Second
		w.robots("http://a.example", "User-agent: trawl\nDisallow: /private\nDisallow: /q?b=1&a=2\n")
		var links []string
		for i := range 50 {
			links = append(links, fmt.Sprintf("/%d", i))
		}
		w.page("http://a.example/", append(links, "/private", "/q?b=1&a=2", "/q?a=2&b=1", "/go")...)
		w.on("http://a.example/go", func(*http.Request, int) *http.Response { return answer(302, "", "Location", "/private/2") })
		w.on("http://down.example/robots.txt", func(*http.Request, int) *http.Response { return answer(503, "") })
		seeds := []string{"http://a.example/", "http://down.example/"}
		records, stats := crawl(t, Config{Seeds: seeds, Transport: w, Rate: Unlimited, Concurrency: 64})
		for url, want := range map[string]int{
			"http://a.example/robots.txt": 1, "http://a.example/private": 0, "http://a.example/private/2": 0,
			"http://a.example/q?b=1&a=2": 0, "http://a.example/q?a=2&b=1": 1, "http://down.example/": 0, "http://down.example/robots.txt": 3,
		} {
			if got := w.count(url); got != want {
				t.Errorf("%s was asked for %d times, want %d", url, got, want)
			}
		}
		if stats.Skipped[ReasonRobots] != 3 {
			t.Errorf("skipped %v", stats.Skipped)
		}
		if r := records["http://down.example/"]; r.Error == nil || r.Error.Kind != string(fetch.KindRobots) || !strings.Contains(r.Error.Message, "503") || r.Error.Attempts != 3 {
			t.Errorf("the line of a host whose robots.txt answers 503: %+v", r.Error)
		}
	})
}

// colly: MaxBodySize cuts silently, and before gunzip.
func TestCollyBodyLimit(t *testing.T) {
	w := newWeb()
	w.on("http://a.example/", func(*http.Request, int) *http.Response {
		return answer(200, "<title>big</title><a href=/x>"+strings.Repeat("y", 100_000), "Content-Type", "text/html")
	})
	options := fetch.DefaultOptions()
	options.MaxBody = 50_000
	c := flatOut(w, "http://a.example/")
	c.Fetch = &options
	records, _ := crawl(t, c)
	r := records["http://a.example/"]
	if !r.Truncated || r.Bytes != 50_000 || r.Error == nil || r.Error.Kind != string(fetch.KindTooLarge) || deref(r.Title) != "big" || len(r.Links) != 1 {
		t.Errorf("a body past the limit: truncated %v, %d bytes, title %q, %d links, error %+v", r.Truncated, r.Bytes, deref(r.Title), len(r.Links), r.Error)
	}
}

// colly: headers set by the user go to every host.
func TestCollyHeadersStayWithTheSeeds(t *testing.T) {
	w := newWeb()
	w.page("http://a.example/", "http://b.example/", "/go", "/x")
	w.on("http://a.example/go", func(*http.Request, int) *http.Response {
		return answer(302, "", "Location", "http://c.example/", "Set-Cookie", "s=1")
	})
	c := flatOut(w, "http://user:pa%20ss@a.example/")
	c.Scope = ScopeAny
	c.Header = http.Header{"X-Token": {"secret"}, "User-Agent": {"mine"}}
	records, _ := crawl(t, c)
	for _, a := range w.asked {
		own := a.host == "a.example"
		if got := a.header.Get("X-Token") == "secret"; got != own {
			t.Errorf("%s got the user's header: %v", a.url, got)
		}
		if got := a.header.Get("Authorization") == "Basic dXNlcjpwYSBzcw=="; got != own {
			t.Errorf("%s got the seed's password: %v", a.url, got)
		}
		if a.header.Get("Cookie") != "" && !own {
			t.Errorf("%s got a cookie", a.url)
		}
		if a.header.Get(slotHeader) != "" {
			t.Errorf("%s got the slot header", a.url)
		}
	}
	if len(records) != 4 {
		t.Errorf("%d lines, want 4", len(records))
	}
	for url, r := range records {
		if strings.Contains(url+r.RequestedURL, "user") {
			t.Errorf("a line shows the password: %s, %s", url, r.RequestedURL)
		}
	}
}

// colly: status 203 to 299 is an error; 3xx too.
func TestCollyAnyStatusIsAnAnswer(t *testing.T) {
	w := newWeb()
	var seeds []string
	statuses := []int{200, 201, 203, 204, 206, 226, 299, 300, 304, 400, 401, 403, 404, 410, 451, 501, 999}
	for _, s := range statuses {
		url := fmt.Sprintf("http://a.example/%d", s)
		w.on(url, func(*http.Request, int) *http.Response {
			if s == 204 || s == 304 {
				return answer(s, "")
			}
			return answer(s, "<title>t</title>", "Content-Type", "text/html")
		})
		seeds = append(seeds, url)
	}
	records, stats := crawl(t, flatOut(w, seeds...))
	for i, s := range statuses {
		if r := records[seeds[i]]; status(r) != s || r.Error != nil {
			t.Errorf("status %d: line with %d, error %+v", s, status(r), r.Error)
		}
	}
	if stats.Fetched != int64(len(statuses)) {
		t.Errorf("%+v", stats.Counts)
	}
}

// colly: a charset it can't convert gives no callback and no error.
func TestCollyCharset(t *testing.T) {
	w := newWeb()
	for path, contentType := range map[string]string{
		"unknown": "text/html; charset=klingon", "latin": "text/html; charset=iso-8859-1", "garbage": "text/html; charset=\x00",
	} {
		w.on("http://a.example/"+path, func(*http.Request, int) *http.Response {
			return answer(200, "<title>caf\xe9</title>", "Content-Type", contentType)
		})
	}
	records, _ := crawl(t, flatOut(w, "http://a.example/unknown", "http://a.example/latin", "http://a.example/garbage"))
	for url, r := range records {
		if deref(r.Title) != "café" || r.Charset == nil || r.CharsetFrom == nil {
			t.Errorf("%s: title %q, charset %v", url, deref(r.Title), deref(r.Charset))
		}
	}
	if len(records) != 3 {
		t.Errorf("%d lines, want 3", len(records))
	}
}

// colly: refusals return from Visit and never reach OnError. net/url refuses
// what the WHATWG takes; trawl fetches it, byte for byte.
func TestCollyRefusalsAreOutcomes(t *testing.T) {
	w := newWeb()
	w.page("http://a.example/", "/100%", "/a|b", "/%zz", "/x?q=%", "//a.example//double")
	w.other = func(r *http.Request) *http.Response { return htmlPage() }
	_, stats := crawl(t, flatOut(w, "http://a.example/"))
	for _, target := range []string{"/100%", "/a|b", "/%zz", "/x?q=%", "//double"} {
		if w.count("http://a.example"+target) != 1 {
			t.Errorf("%s was asked for %d times; asked: %v", target, w.count("http://a.example"+target), w.times)
		}
	}
	if stats.Fetched != 6 {
		t.Errorf("%+v", stats.Counts)
	}

	// Should colly itself refuse a request, that is an outcome, too.
	ended := make(chan *exchange, 1)
	col, err := newCollector(t.Context(), w, 1, "x")
	if err != nil {
		t.Fatal(err)
	}
	col.colly.DisallowedDomains = []string{"a.example"}
	col.fetch(&fetchJob{ctx: t.Context(), url: "http://a.example/", header: http.Header{}, done: func(ex *exchange) { ended <- ex }})
	if ex := <-ended; ex.err == nil || ex.status != 0 {
		t.Errorf("a refused request ended as %+v", ex)
	}
}

// colly: a panic in a callback ends the process.
func TestCollyPanics(t *testing.T) {
	w := newWeb()
	w.page("http://a.example/", "/panic", "/fine")
	w.page("http://a.example/fine")
	w.on("http://a.example/panic", func(*http.Request, int) *http.Response { panic("boom") })
	records, stats := crawl(t, flatOut(w, "http://a.example/"))
	if r := records["http://a.example/panic"]; r.Error == nil || r.Error.Kind != string(fetch.KindPanic) || !strings.Contains(r.Error.Message, "boom") {
		t.Errorf("the line of a page that panicked: %+v", r.Error)
	}
	if stats.Fetched != 2 || stats.Failed != 1 {
		t.Errorf("%+v", stats.Counts)
	}

	p := &pager{config: &Config{Retries: 1}} // without jitter: the backoff panics
	r := p.safely(&crawlRequest, &exchange{url: crawlRequest.URL, status: 503})
	if r.page == nil || r.page.Error == nil || r.page.Error.Kind != string(fetch.KindPanic) {
		t.Errorf("a panic in parsing gives %+v", r.page)
	}
}

// colly: its cache forgets the final URL; its timeout is one opaque clock.
func TestCollyTimeoutsByPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.on("http://a.example/headers", func(r *http.Request, _ int) *http.Response {
			<-r.Context().Done()
			return nil
		})
		w.on("http://a.example/body", func(r *http.Request, _ int) *http.Response {
			resp := htmlPage("/x")
			resp.Body, resp.ContentLength = &hangingBody{ctx: r.Context(), first: "<title>half</title>"}, -1
			return resp
		})
		c := flatOut(w, "http://a.example/headers", "http://a.example/body")
		c.Retries = 1
		records, _ := crawl(t, c)
		for path, phase := range map[string]string{"headers": "headers", "body": "body"} {
			r := records["http://a.example/"+path]
			if r.Error == nil || r.Error.Kind != "timeout" || deref(r.Error.Phase) != phase || r.Error.Attempts != 2 {
				t.Errorf("%s: %+v, error %+v, want a timeout in phase %s", path, r, r.Error, phase)
			}
		}
		if r := records["http://a.example/body"]; !r.Truncated || deref(r.Title) != "half" || status(r) != 200 {
			t.Errorf("what came before the timeout: %+v", r)
		}
	})
}

type hangingBody struct {
	ctx   context.Context
	first string
}

func (b *hangingBody) Read(p []byte) (int, error) {
	if b.first != "" {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	<-b.ctx.Done()
	return 0, context.Cause(b.ctx)
}

func (b *hangingBody) Close() error { return nil }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
