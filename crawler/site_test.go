package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/internal/site"
)

func startSite(t *testing.T, opts site.Options) *site.Server {
	t.Helper()
	s, err := site.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestBundledSite crawls the bundled world over real sockets and holds it
// against the facts that were written beside it.
func TestBundledSite(t *testing.T) {
	facts, err := site.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, concurrency := range []int{1, 64} {
		s := startSite(t, site.Options{})
		records, stats := crawl(t, Config{Seeds: []string{s.URL}, Rate: Unlimited, Concurrency: concurrency, Retries: 1, jitter: func() float64 { return 0 }})
		skipped := map[frontier.Reason]int64{}
		lines := 0
		for _, f := range facts {
			if f.Via != "" {
				continue
			}
			url := f.URL
			if strings.HasPrefix(url, "/") {
				url = s.URL + url
			}
			r, ok := records[url]
			switch f.Outcome {
			case "page", "failed":
				lines++
				if !ok {
					t.Errorf("-c %d: %s has no line", concurrency, f.URL)
					continue
				}
				if status(r) != f.Status || deref(r.Title) != f.Title || r.Depth != f.Depth {
					t.Errorf("-c %d: %s: status %d, title %q, depth %d; want %+v", concurrency, f.URL, status(r), deref(r.Title), r.Depth, f)
				}
				if failed := r.Error != nil; failed != (f.Outcome == "failed") || failed && r.Error.Kind != f.Reason {
					t.Errorf("-c %d: %s: error %+v, want %s %s", concurrency, f.URL, r.Error, f.Outcome, f.Reason)
				}
			case "redirect":
				skipped[frontier.ReasonRedirect]++
			case "skipped":
				skipped[frontier.Reason(f.Reason)]++
			default:
				t.Fatalf("unknown outcome %q", f.Outcome)
			}
			if ok && f.Outcome != "page" && f.Outcome != "failed" {
				t.Errorf("-c %d: %s has a line, and should be %s", concurrency, f.URL, f.Outcome)
			}
		}
		if len(records) != lines {
			t.Errorf("-c %d: %d lines, want %d", concurrency, len(records), lines)
		}
		if d := cmp.Diff(skipped, stats.Skipped); d != "" {
			t.Errorf("-c %d: skipped (-want +got):\n%s", concurrency, d)
		}
		if got := s.Hits("/robots.txt"); got != 1 {
			t.Errorf("-c %d: robots.txt was asked for %d times", concurrency, got)
		}
	}
}

// TestCoverage crawls random graphs with random delays and failures at many
// concurrencies: one set of URLs, at one depth each.
func TestCoverage(t *testing.T) {
	for seed := range uint64(3) {
		for _, depth := range []int{0, 3} {
			for i := range 9 {
				g, err := site.NewGraph(site.GraphOptions{Pages: 150, Seed: seed, Broken: 0.03, Flaky: 0.05})
				if err != nil {
					t.Fatal(err)
				}
				s := startSite(t, site.Options{Graph: g, MaxLatency: 3 * time.Millisecond, Seed: rand.Uint64()})
				limit := depth
				if depth == 0 {
					limit = -1
				}
				c := Config{Seeds: []string{s.URL + "/graph/0.html"}, Rate: Unlimited, IgnoreRobots: true, Concurrency: 1 << min(i, 6), MaxDepth: depth,
					jitter: rand.Float64}
				c.jitter = func() float64 { return 0 }
				records, _ := crawl(t, c)
				got := map[string]int{}
				for url := range records {
					got[strings.TrimPrefix(url, s.URL)] = 1
				}
				want := map[string]int{}
				for path := range g.Expected(limit) {
					want[path] = 1
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("graph %d, depth %d, run %d: URLs (-want +got):\n%s", seed, depth, i, d)
				}
			}
		}
	}
}

// TestMaxPagesAndOrder: the same pages in the same order, whatever the timing.
func TestMaxPagesAndOrder(t *testing.T) {
	g, err := site.NewGraph(site.GraphOptions{Pages: 300, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string][]string{}
	for i := range 8 {
		s := startSite(t, site.Options{Graph: g, MaxLatency: 4 * time.Millisecond, Seed: rand.Uint64()})
		c := Config{Seeds: []string{s.URL + "/graph/0.html"}, Rate: Unlimited, IgnoreRobots: true, Concurrency: 1 + 21*(i%4), Ordered: true}
		limit := 0
		if i >= 4 {
			limit = 120
			c.MaxPages, c.Ordered = limit, false
		}
		var order []string
		crawler, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		for page, err := range crawler.Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			order = append(order, fmt.Sprintf("%s depth %d from %s", strings.TrimPrefix(page.URL, s.URL), page.Depth, strings.TrimPrefix(deref(page.Parent), s.URL)))
		}
		if limit > 0 && len(order) != limit {
			t.Errorf("%d pages with a limit of %d", len(order), limit)
		}
		if got := crawler.Progress(); !got.Balanced() {
			t.Errorf("the balance is off: %+v", got.Counts)
		}
		orders[strings.Join(order[:120], "\n")] = order
	}
	if len(orders) != 1 {
		all := slices.Collect(maps.Values(orders))
		t.Errorf("%d different orders; two of them (-a +b):\n%s", len(orders), cmp.Diff(all[0][:120], all[1][:120]))
	}
}

// TestFaults crawls every fault of the site and compares what became of it.
// Those that hang or drip are given short limits, the others long ones.
func TestFaults(t *testing.T) {
	var hanging, others []site.Fault
	for _, f := range site.Faults() {
		switch {
		case strings.HasPrefix(f.Want.Outcome, "robots:"): // TestRobotsFaults
		case strings.Contains(f.Path, "hang") || f.Want.Outcome == "failed:timeout" || f.Want.Or == "failed:timeout":
			hanging = append(hanging, f)
		default:
			others = append(others, f)
		}
	}
	t.Run("hanging", func(t *testing.T) {
		testFaults(t, hanging, fetch.Timeouts{Header: 200 * time.Millisecond, Body: 200 * time.Millisecond, Total: time.Second})
	})
	t.Run("others", func(t *testing.T) { testFaults(t, others, fetch.DefaultOptions().Timeouts) })
}

func testFaults(t *testing.T, faults []site.Fault, limits fetch.Timeouts) {
	s := startSite(t, site.Options{DripEvery: 50 * time.Millisecond, Faults: map[string]site.Behaviour{"/start": {Handler: linksTo(faults)}}})
	options := fetch.DefaultOptions()
	options.Timeouts = limits
	options.MaxBody, options.MaxWireBytes = 16<<20, 16<<20
	records, _ := crawl(t, Config{Seeds: []string{s.URL + "/start"}, Rate: Unlimited, IgnoreRobots: true, MaxDepth: 1, Concurrency: 64,
		Fetch: &options, MaxRetryAfter: 50 * time.Millisecond, jitter: func() float64 { return 0 }})
	outcomes := map[string]string{}
	for _, r := range records {
		path := strings.TrimPrefix(r.RequestedURL, s.URL)
		switch {
		case r.Error == nil:
			outcomes[path] = "page"
		case r.Truncated && r.Error.Kind != string(fetch.KindTimeout):
			outcomes[path] = "partial"
		default:
			outcomes[path] = "failed:" + r.Error.Kind
		}
		for _, f := range faults {
			if f.Path != path {
				continue
			}
			if f.Want.Title != "" && deref(r.Title) != f.Want.Title {
				t.Errorf("%s: title %q, want %q", path, deref(r.Title), f.Want.Title)
			}
			if f.Want.Phase != "" && deref(r.Error.Phase) != f.Want.Phase && deref(r.Error.Phase) != "total" {
				t.Errorf("%s: phase %q, want %q", path, deref(r.Error.Phase), f.Want.Phase)
			}
			if f.Want.Retried && s.Hits(path) < 2 {
				t.Errorf("%s was asked for once, want it retried", path)
			}
		}
	}
	for _, f := range faults {
		got := outcomes[f.Path]
		if got == "" {
			got = "no line"
		}
		skipped := got == "no line" && (strings.HasPrefix(f.Want.Outcome, "skipped:") || strings.HasPrefix(f.Want.Or, "skipped:"))
		if got != f.Want.Outcome && got != f.Want.Or && !skipped {
			t.Errorf("%s (%s): %s, want %s %s", f.Path, f.What, got, f.Want.Outcome, f.Want.Or)
		}
	}
}

func linksTo(faults []site.Fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for _, f := range faults {
			fmt.Fprintf(w, "<a href=%q>x</a>\n", f.Path)
		}
	})
}

// TestMillionQueued: memory and goroutines follow the slots, not the queue.
func TestMillionQueued(t *testing.T) {
	if testing.Short() {
		t.Skip("a page of a million links takes seconds to parse; run without -short")
	}
	const n = 1_000_000
	s := startSite(t, site.Options{})
	c := Config{Seeds: []string{fmt.Sprintf("%s/fan/?n=%d&slow=1h", s.URL, n)}, Rate: Unlimited, IgnoreRobots: true, Output: "-", Stdout: io.Discard}
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var stats Stats
	go func() {
		var err error
		stats, err = crawler.Run(ctx)
		ended <- err
	}()
	for p := crawler.Progress(); p.Queued < n || p.InFlight < DefaultConcurrency; p = crawler.Progress() {
		select {
		case err := <-ended:
			t.Fatalf("the crawl ended: %v, %+v", err, stats.Counts)
		case <-time.After(10 * time.Millisecond):
		}
	}
	// In this process are also the server's: two or three a connection.
	if got := runtime.NumGoroutine(); got > 120 {
		t.Errorf("%d goroutines with a million URLs queued, want at most 120", got)
	}
	cancel()
	if err := <-ended; !errors.Is(err, ErrInterrupted) {
		t.Errorf("Run: %v", err)
	}
	if !stats.Balanced() || stats.Queued != n || stats.Fetched != 1 {
		t.Errorf("%+v", stats.Counts)
	}
}
