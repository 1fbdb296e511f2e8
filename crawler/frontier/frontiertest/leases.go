package frontiertest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func testAddOnce(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	seed := offer("a", "")
	seed.Requested = "HTTP://A/#x"
	if n := h.add(seed, offer("a", "1"), offer("a", "")); n != 2 {
		t.Errorf("Add counts %d new URLs, want 2", n)
	}
	if n := h.add(offer("a", "1")); n != 0 {
		t.Errorf("Add counts %d new URLs again, want 0", n)
	}
	r := h.lease()
	h.is(r, u("a", ""), 0)
	if r.FirstURL() != "HTTP://A/#x" || r.Attempt != 1 || r.Parent != "" || len(r.Redirects) != 0 {
		t.Errorf("the seed's request is %+v", r)
	}
	h.fetched(r, offer("a", ""), offer("a", "1"))
	h.is(h.lease(), u("a", "1"), 0)
	h.none(time.Time{})
	h.counts(frontier.Counts{Discovered: 2, Fetched: 1, Queued: 1, Leased: 1, Hosts: 1})
}

func testLeaseTakesTheHost(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"), offer("b", "1"))
	r := h.hold()
	h.is(h.hold(), u("b", "1"), 0)
	h.none(time.Time{})
	h.fetched(r)
	h.none(time.Time{}) // an outcome gives no host back
	h.Release("a", h.now)
	h.is(h.hold(), u("a", "2"), 0)
	h.Release("unknown", h.now)
}

func testReleaseAtATime(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"), offer("a", "3"))
	h.hold()
	at := h.now.Add(time.Second)
	h.Release("a", at)
	h.none(at)
	h.now = at.Add(-1)
	h.none(at)
	h.now = at
	h.is(h.hold(), u("a", "2"), 0)
	h.none(time.Time{})
	later := at.Add(time.Hour)
	h.Release("a", later)
	h.Release("a", later.Add(time.Hour)) // the last word counts
	h.none(later.Add(time.Hour))
}

func testHostsTakeTurns(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	for i := range 3 {
		h.add(offer("a", path(i)), offer("b", path(i)), offer("c", path(i)))
	}
	for range 3 {
		seen := map[string]bool{}
		for range 3 {
			seen[h.lease().Host] = true
		}
		if len(seen) != 3 {
			t.Fatalf("three leases went to %v, want one to each host", seen)
		}
	}
}

func testReturn(t *testing.T, open Open) {
	for _, opts := range []frontier.Options{unlimited(), {MaxDepth: -1, Ordered: true}} {
		h := newHarness(t, open, opts)
		for i := range 4 {
			h.add(offer("a", path(i)))
		}
		first, second := h.lease(), h.lease()
		for _, r := range []frontier.Request{second, first} {
			if err := h.Return(t.Context(), r.URL); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Return(t.Context(), first.URL); !errors.Is(err, frontier.ErrNotLeased) {
			t.Errorf("Return of what isn't out: %v, want ErrNotLeased", err)
		}
		for i := range 4 {
			r := h.lease()
			h.is(r, u("a", path(i)), 0)
			if r.Attempt != 1 {
				t.Errorf("%s is at attempt %d after a return, want 1", r.URL, r.Attempt)
			}
		}
		h.balanced()
	}
}

func testRetryWaits(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"))
	r := h.lease()
	at := h.now.Add(5 * time.Second)
	h.retry(r, at)
	h.counts(frontier.Counts{Discovered: 2, Queued: 2, Retrying: 1, Hosts: 1})
	h.fetched(h.lease())
	h.none(at)
	if h.Drained() {
		t.Error("drained with a retry to come")
	}
	h.now = at
	again := h.lease()
	h.is(again, u("a", "1"), 0)
	if again.Attempt != 2 {
		t.Errorf("attempt %d, want 2", again.Attempt)
	}
	h.counts(frontier.Counts{Discovered: 2, Fetched: 1, Queued: 1, Leased: 1, Hosts: 1})
	h.commit(frontier.Result{URL: again.URL, Outcome: frontier.Outcome{Kind: frontier.Failed, Reason: "timeout"}})
	if !h.Drained() {
		t.Error("not drained")
	}
	h.counts(frontier.Counts{Discovered: 2, Fetched: 1, Failed: 1})
}

func testCommitAllOrNothing(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"))
	r := h.lease()
	page := frontier.Outcome{Kind: frontier.Fetched}
	err := h.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{
		{URL: r.URL, Outcome: page, Found: []frontier.Offer{offer("a", "3")}},
		{URL: u("a", "2"), Outcome: page}, // not out
	}})
	if !errors.Is(err, frontier.ErrNotLeased) {
		t.Fatalf("Commit: %v, want ErrNotLeased", err)
	}
	h.counts(frontier.Counts{Discovered: 2, Queued: 2, Leased: 1, Hosts: 1})
	h.fetched(r)
	if err := h.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: page}}}); !errors.Is(err, frontier.ErrNotLeased) {
		t.Errorf("a lease ended twice: %v, want ErrNotLeased", err)
	}
}

func testOutcomesBalance(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	for i := range 4 {
		h.add(offer("a", path(i)))
	}
	h.fetched(h.lease(), skip("x", "1", "scope"), skip("x", "1", "scope"), skip("x", "2", "scope"))
	h.commit(
		frontier.Result{URL: h.lease().URL, Outcome: frontier.Outcome{Kind: frontier.Failed, Reason: "dns"}},
		frontier.Result{URL: h.lease().URL, Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: "robots"}},
	)
	h.counts(frontier.Counts{Discovered: 6, Fetched: 1, Failed: 1, Queued: 1, Hosts: 1,
		Skipped: map[frontier.Reason]int64{"scope": 2, "robots": 1}})
}

func testClosed(t *testing.T, open Open) {
	f := open(t, unlimited())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, addErr := f.Add(t.Context(), []frontier.Offer{offer("a", "")})
	_, _, leaseErr := f.Lease(t.Context(), start)
	for what, err := range map[string]error{
		"Add": addErr, "Lease": leaseErr,
		"Return": f.Return(t.Context(), "x"), "Commit": f.Commit(t.Context(), frontier.Batch{}),
	} {
		if !errors.Is(err, frontier.ErrClosed) {
			t.Errorf("%s after Close: %v, want ErrClosed", what, err)
		}
	}
}

func testForget(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: -1, Forget: true})
	h.add(offer("a", "1"), offer("b", "1"), skip("c", "1", "scope"))
	for range 2 {
		r := h.lease()
		if r.Host == "a" {
			h.redirected(r, offer("a", "2"))
		} else {
			h.fetched(r)
		}
	}
	if n := h.add(offer("a", "1"), offer("b", "1"), offer("c", "1")); n != 0 {
		t.Errorf("%d of the URLs forgotten were taken as new", n)
	}
	r := h.lease()
	h.is(r, u("a", "2"), 0)
	h.equal("redirects", r.Redirects, []frontier.Hop{{URL: u("a", "1"), Status: 302}})
	h.fetched(r)
	h.counts(frontier.Counts{Discovered: 4, Fetched: 2, Skipped: map[frontier.Reason]int64{"scope": 1, "redirect": 1}})

	// What ended as a redirect is asked again if a cookie may make a difference.
	h = newHarness(t, open, frontier.Options{MaxDepth: -1, Forget: true})
	h.add(offer("a", "wall"))
	h.redirected(h.lease(), offer("a", "door"))
	back := offer("a", "wall")
	back.Reopen = true
	h.redirected(h.lease(), back)
	r = h.lease()
	h.is(r, u("a", "wall"), 0)
	h.fetched(r)
	h.counts(frontier.Counts{Discovered: 2, Fetched: 1, Skipped: map[frontier.Reason]int64{"redirect": 1}})
}

// testConcurrent hands a graph to many workers at once, for the race detector.
func testConcurrent(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	const n = 400
	h.add(offer("h0", path(0)))
	var mu sync.Mutex
	times := map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for !h.Drained() {
				r, _, err := h.Lease(t.Context(), start)
				if errors.Is(err, frontier.ErrNoneReady) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				h.Release(r.Host, start)
				mu.Lock()
				times[r.URL]++
				mu.Unlock()
				var found []frontier.Offer
				for i := range n {
					if (i*7+len(r.URL)+r.Depth)%5 == 0 {
						found = append(found, offer("h"+path(i)[4:], path(i)))
					}
				}
				err = h.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{
					{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found}}})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	for url, k := range times {
		if k != 1 {
			t.Errorf("%s was leased %d times", url, k)
		}
	}
	if c := h.Counts(); c.Fetched != int64(len(times)) || !c.Balanced() {
		t.Errorf("%d URLs leased, counts %+v", len(times), c)
	}
}
