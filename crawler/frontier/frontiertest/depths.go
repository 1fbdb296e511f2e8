package frontiertest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func testLevels(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"), offer("b", "1"))
	a1, b1, a2 := h.lease(), h.lease(), h.lease()
	h.fetched(a1, offer("a", "1.1"), offer("b", "1.1"))
	h.none(time.Time{}) // a's second seed and b's only one are still out
	h.fetched(b1)
	h.is(h.lease(), u("b", "1.1"), 1) // b waits for nothing of a's
	h.none(time.Time{})
	h.fetched(a2)
	h.is(h.lease(), u("a", "1.1"), 1)
}

func testRetryHoldsNoLevelUp(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "1"), offer("a", "2"))
	a1, a2 := h.lease(), h.lease()
	h.fetched(a1, offer("a", "deep"), offer("a", "deep2"))
	at := h.now.Add(time.Minute)
	h.retry(a2, at)
	h.is(h.lease(), u("a", "deep"), 1)
	h.now = at
	h.is(h.lease(), u("a", "2"), 0)
	h.is(h.lease(), u("a", "deep2"), 1) // nor does its second attempt
}

func testParentTie(t *testing.T, open Open) {
	for _, first := range []int{0, 1} {
		h := newHarness(t, open, unlimited())
		h.add(offer("a", "x"), offer("a", "y"))
		two := []frontier.Request{h.lease(), h.lease()}
		h.fetched(two[first], offer("a", "z"))
		h.fetched(two[1-first], offer("a", "z"))
		if r := h.lease(); r.Parent != u("a", "x") || r.Depth != 1 {
			t.Errorf("parent %s, depth %d; want the first by URL", r.Parent, r.Depth)
		}
	}
}

func testDepthLimitLifted(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: 1})
	h.add(offer("a", "0"), offer("b", "0"))
	a, b := h.lease(), h.lease()
	h.fetched(a, offer("a", "1"))
	a1 := h.lease()
	h.is(a1, u("a", "1"), 1)
	h.fetched(a1, offer("a", "2"), offer("c", "2"))
	h.counts(frontier.Counts{Discovered: 5, Fetched: 2, Queued: 1, Leased: 1, Hosts: 1,
		Skipped: map[frontier.Reason]int64{frontier.ReasonDepth: 2}})
	h.fetched(b, offer("a", "2"))
	h.is(h.lease(), u("a", "2"), 1)
	h.counts(frontier.Counts{Discovered: 5, Fetched: 3, Queued: 1, Leased: 1, Hosts: 1,
		Skipped: map[frontier.Reason]int64{frontier.ReasonDepth: 1}})
}

// testShorterPathPropagates finds a short way to a page whose links, and the
// redirect behind them, were cut off at the limit long before.
func testShorterPathPropagates(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: 4})
	h.add(offer("a", "0"), offer("b", "0"))
	a, b := h.lease(), h.lease()
	h.fetched(a, offer("a", "1"))
	h.fetched(h.lease(), offer("a", "2"))
	h.fetched(h.lease(), offer("a", "3"))
	h.fetched(h.lease(), offer("a", "4"))
	r := h.lease()
	h.is(r, u("a", "4"), 4)
	h.redirected(r, offer("a", "4b"))
	r = h.lease()
	h.is(r, u("a", "4b"), 4)
	h.fetched(r, offer("a", "5"))
	h.none(time.Time{})
	h.fetched(b, offer("a", "3")) // depth 1 where it was 3: 4, 4b and 5 follow
	r = h.lease()
	h.is(r, u("a", "5"), 3)
	if r.Parent != u("a", "4b") {
		t.Errorf("parent %s", r.Parent)
	}
	h.fetched(r)
	h.counts(frontier.Counts{Discovered: 8, Fetched: 7, Skipped: map[frontier.Reason]int64{frontier.ReasonRedirect: 1}})
}

// testShorterPathThroughSkipped: a page may be skipped, for noindex say, and
// still lead on.
func testShorterPathThroughSkipped(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: 3})
	h.add(offer("a", "0"), offer("b", "0"))
	a, b := h.lease(), h.lease()
	h.fetched(a, offer("a", "1"))
	h.fetched(h.lease(), offer("a", "2"))
	h.fetched(h.lease(), offer("a", "p"))
	r := h.lease()
	h.is(r, u("a", "p"), 3)
	h.commit(frontier.Result{URL: r.URL, Found: []frontier.Offer{offer("a", "x")},
		Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: "noindex"}})
	h.none(time.Time{})
	h.fetched(b, offer("a", "p"))
	h.is(h.lease(), u("a", "x"), 2)
}

func testNoFollowLifted(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: 2})
	h.add(offer("a", "0"))
	h.fetched(h.lease(), skip("a", "x", frontier.ReasonNoFollow), skip("a", "y", frontier.ReasonNoFollow), offer("a", "1"))
	h.fetched(h.lease(), offer("a", "x"))
	r := h.lease()
	h.is(r, u("a", "x"), 2) // the way through the link not to be followed doesn't count
	h.fetched(r, offer("a", "y"))
	h.counts(frontier.Counts{Discovered: 4, Fetched: 3, Skipped: map[frontier.Reason]int64{frontier.ReasonDepth: 1}})
}

func testVerdictsStay(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "0"), offer("a", "1"), skip("x", "", "scope"))
	h.fetched(h.lease(), offer("x", ""))
	h.commit(frontier.Result{URL: h.lease().URL, Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: "robots"},
		Found: []frontier.Offer{offer("a", "1")}})
	if !h.Drained() {
		t.Errorf("a verdict was lifted by a link: %+v", h.Counts())
	}
}

func testRedirect(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	seed := offer("a", "0")
	seed.Requested = "a/0#frag"
	h.add(seed)
	h.redirected(h.lease(), offer("b", "1"))
	r := h.lease()
	h.is(r, u("b", "1"), 0)
	h.redirected(r, offer("b", "2"))
	r = h.lease()
	h.is(r, u("b", "2"), 0)
	h.equal("redirects", r.Redirects, []frontier.Hop{{URL: u("a", "0"), Status: 302}, {URL: u("b", "1"), Status: 302}})
	if r.FirstURL() != "a/0#frag" || r.Parent != "" {
		t.Errorf("first URL %q, parent %q", r.FirstURL(), r.Parent)
	}
	h.fetched(r, offer("b", "3"))
	h.is(h.lease(), u("b", "3"), 1)

	// A page found by a link and by a redirect at one depth is the link's.
	h = newHarness(t, open, unlimited())
	h.add(offer("a", "0"), offer("a", "t"))
	h.redirected(h.lease(), offer("a", "t"))
	if r := h.lease(); len(r.Redirects) != 0 || r.Depth != 0 {
		t.Errorf("redirects %v at depth %d", r.Redirects, r.Depth)
	}

	// Of redirects, the one whose last hop comes first by URL; and the target
	// waits until both are known.
	for _, first := range []int{0, 1} {
		h = newHarness(t, open, unlimited())
		h.add(offer("a", "x"), offer("a", "y"))
		two := []frontier.Request{h.lease(), h.lease()}
		h.redirected(two[first], offer("a", "t"))
		h.none(time.Time{})
		h.redirected(two[1-first], offer("a", "t"))
		h.equal("redirects", h.lease().Redirects, []frontier.Hop{{URL: u("a", "x"), Status: 302}})
	}
}

func testReopen(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "wall"))
	again := offer("a", "wall")
	h.redirected(h.lease(), again)
	if !h.Drained() {
		t.Fatal("a redirect to itself was queued again without being reopened")
	}

	h = newHarness(t, open, unlimited())
	h.add(offer("a", "wall"))
	again.Reopen = true
	h.redirected(h.lease(), again)
	r := h.lease()
	h.is(r, u("a", "wall"), 0)
	if r.Attempt != 1 || len(r.Redirects) != 1 {
		t.Errorf("reopened as attempt %d with redirects %v", r.Attempt, r.Redirects)
	}
	h.fetched(r)
	h.counts(frontier.Counts{Discovered: 1, Fetched: 1})
}

// testRandomGraphs crawls random graphs, committing in random order, and
// compares depths with a breadth-first search.
func testRandomGraphs(t *testing.T, open Open) {
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		g := newGraph(rnd, 40, 1+int(seed%4))
		limit := int(seed%5) - 1
		want := g.depths(limit)
		opts := frontier.Options{MaxDepth: limit, Ordered: seed%7 == 0, Window: 4}
		flaky := seed%2 == 1
		h := newHarness(t, open, opts)
		h.add(offer(g.host(0), path(0)))
		got := crawlRandomly(h, g, rnd, opts.Ordered, flaky)
		if !opts.Ordered && (g.hosts > 1 || flaky) {
			// The set is exact; a shorter path may come too late for a lease's depth.
			for url := range got {
				if d, ok := want[url]; ok {
					got[url] = d
				}
			}
		}
		h.equal(fmt.Sprintf("graph %d, depth limit %d: URLs", seed, limit), got, want)
	}
}
