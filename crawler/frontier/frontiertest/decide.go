package frontiertest

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func undecided(host, path string) frontier.Offer {
	o := offer(host, path)
	o.Undecided = true
	return o
}

// decide has all URLs with "out" in them skipped as out of scope.
func (h *harness) decide() {
	h.t.Helper()
	for {
		more, err := h.Decide(h.t.Context(), func(url string) frontier.Reason {
			if strings.Contains(url, "out") {
				return "scope"
			}
			return ""
		})
		if err != nil {
			h.t.Fatalf("Decide: %v", err)
		}
		h.balanced()
		if !more {
			return
		}
	}
}

func testDecide(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "0"))
	nofollow, nofollowOut := undecided("a", "n"), undecided("a", "nout")
	nofollow.Skip, nofollowOut.Skip = frontier.ReasonNoFollow, frontier.ReasonNoFollow
	h.fetched(h.lease(), undecided("b", "2"), undecided("a", "1"), undecided("x", "out"), nofollow, nofollowOut, skip("a", "t", "type"))
	h.none(time.Time{})
	if h.Drained() {
		t.Error("drained with URLs undecided")
	}
	h.counts(frontier.Counts{Discovered: 7, Fetched: 1, Queued: 3, Skipped: map[frontier.Reason]int64{frontier.ReasonNoFollow: 2, "type": 1}})
	h.decide()
	h.counts(frontier.Counts{Discovered: 7, Fetched: 1, Queued: 2, Hosts: 2,
		Skipped: map[frontier.Reason]int64{frontier.ReasonNoFollow: 1, "type": 1, "scope": 2}})
	h.is(h.lease(), u("b", "2"), 1) // in the order in which they were found
	r := h.lease()
	h.is(r, u("a", "1"), 1)
	h.decide()
	h.fetched(r, offer("a", "n"), offer("x", "out"))
	h.is(h.lease(), u("a", "n"), 2)
}

// testDecideTakesTheShortestPath finds a shorter path while the URL is undecided,
// and lifts the limit of depth with it.
func testDecideTakesTheShortestPath(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: 2})
	h.add(offer("a", "0"), offer("b", "0"))
	a, b := h.lease(), h.lease()
	h.fetched(a, offer("a", "1"))
	a = h.lease()
	h.fetched(a, offer("a", "2"))
	a = h.lease()
	h.is(a, u("a", "2"), 2)
	h.fetched(a, undecided("a", "x"), undecided("a", "y"))
	h.fetched(b, undecided("a", "x"))
	h.decide()
	h.counts(frontier.Counts{Discovered: 6, Fetched: 4, Queued: 1, Hosts: 1, Skipped: map[frontier.Reason]int64{frontier.ReasonDepth: 1}})
	r := h.lease()
	h.is(r, u("a", "x"), 1)
	h.equal("its parent", r.Parent, u("b", "0"))
}

// testDecidedByAnOffer has offers decide before Decide does.
func testDecidedByAnOffer(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	nofollow := undecided("a", "n")
	nofollow.Skip = frontier.ReasonNoFollow
	h.add(offer("a", "0"), offer("b", "0"))
	h.fetched(h.lease(), undecided("a", "x"), nofollow)
	h.fetched(h.lease(), undecided("a", "n"), offer("a", "x"))
	h.is(h.lease(), u("a", "x"), 1)
	h.add(offer("a", "n")) // a seed
	r := h.lease()
	h.is(r, u("a", "n"), 0)
	h.decide()
	h.none(time.Time{})
	h.counts(frontier.Counts{Discovered: 4, Fetched: 2, Queued: 2, Leased: 2, Hosts: 1})
}

// testDecideMany decides more than can be done at once.
func testDecideMany(t *testing.T, open Open) {
	const n = 2000
	h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true, Window: n})
	h.add(offer("a", "0"))
	var found []frontier.Offer
	for i := range n {
		found = append(found, undecided("a", path(i)))
	}
	h.fetched(h.lease(), found...)
	h.decide()
	for i := range n {
		h.head(u("a", path(i)), 1)
		h.fetched(h.leaseOf(u("a", path(i))))
	}
}

// testDecideInTheOrderOfPaths finds a URL by a link, and then by the shorter path
// of a redirect: its place is that of the redirect, as if it had been decided when
// it was found.
func testDecideInTheOrderOfPaths(t *testing.T, open Open) {
	for _, late := range []bool{false, true} {
		h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true})
		found := func(path string) frontier.Offer {
			o := offer("a", path)
			o.Undecided = late
			return o
		}
		h.add(offer("a", "s0"), offer("a", "s1"), offer("a", "s2"))
		h.fetched(h.lease(), found("x"))
		h.redirected(h.lease(), found("y"))
		h.redirected(h.lease(), found("x"))
		h.decide()
		h.head(u("a", "y"), 0)
		h.fetched(h.leaseOf(u("a", "y")))
		h.head(u("a", "x"), 0)
	}
}
