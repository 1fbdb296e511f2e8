package frontiertest

import (
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func (h *harness) head(url string, depth int) {
	h.t.Helper()
	r, ok := h.first()
	if !ok || r.URL != url || r.Depth != depth {
		h.t.Fatalf("the head is %s at depth %d (%v), want %s at %d", r.URL, r.Depth, ok, url, depth)
	}
}

func testOrderedHead(t *testing.T, open Open) {
	h := newHarness(t, open, unlimited())
	h.add(offer("a", "0"))
	if r, ok := h.first(); ok {
		t.Errorf("an unordered frontier has the head %+v", r)
	}

	h = newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true})
	h.add(offer("a", "0"), offer("b", "0"))
	h.head(u("a", "0"), 0)
	a, b := h.lease(), h.lease()
	h.head(u("a", "0"), 0) // being out changes nothing
	at := h.now.Add(time.Minute)
	h.retry(a, at)
	h.head(u("a", "0"), 0) // nor does a retry
	h.now = at
	h.fetched(h.lease(), offer("a", "1"), offer("a", "2"))
	h.head(u("b", "0"), 0)
	h.redirected(b, offer("b", "0b"))
	h.head(u("b", "0b"), 0) // a redirect's target goes before deeper pages
	if err := h.Return(t.Context(), h.leaseOf(u("b", "0b")).URL); err != nil {
		t.Fatal(err)
	}
	h.fetched(h.leaseOf(u("b", "0b")), offer("a", "3"))
	for _, p := range []string{"1", "2", "3"} {
		h.head(u("a", p), 1)
		h.fetched(h.lease())
	}
	if r, ok := h.first(); ok {
		t.Errorf("the head of a drained frontier is %+v", r)
	}
}

// leaseOf leases until url is out, and returns the others.
func (h *harness) leaseOf(url string) frontier.Request {
	h.t.Helper()
	var others []string
	defer func() {
		for _, o := range others {
			if err := h.Return(h.t.Context(), o); err != nil {
				h.t.Fatal(err)
			}
		}
	}()
	for {
		r := h.lease()
		if r.URL == url {
			return r
		}
		others = append(others, r.URL)
	}
}

func testOrderedWindow(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true, Window: 3})
	for i := range 8 {
		h.add(offer("a", path(i)))
	}
	first := h.lease()
	h.lease()
	h.lease()
	h.none(time.Time{}) // the window is full and the head is out
	h.counts(frontier.Counts{Discovered: 8, Queued: 8, Leased: 3, Hosts: 1})
	at := h.now.Add(time.Minute)
	h.retry(first, at)
	h.is(h.lease(), u("a", path(3)), 0) // a retry frees its place
	h.none(at)                          // only the head may come, at its time
	h.now = at
	head := h.lease()
	h.is(head, u("a", path(0)), 0) // and it may although the window is full
	h.fetched(head)
	h.none(time.Time{})
	h.fetched(frontier.Request{URL: u("a", path(1))})
	h.is(h.lease(), u("a", path(4)), 0)
	h.SetWindow(1)
	h.none(time.Time{}) // two are out, the head among them
	h.SetWindow(4)
	h.is(h.lease(), u("a", path(5)), 0)
}

func testOrderedHeadImproves(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true})
	h.add(offer("a", "0"))
	h.fetched(h.lease(), offer("a", "r"), offer("a", "s"))
	r := h.lease()
	h.fetched(r, offer("a", "t"))
	s, target := h.lease(), h.lease()
	h.is(target, u("a", "t"), 2)
	h.redirected(s, offer("a", "t"))
	h.head(u("a", "t"), 1) // leased at depth 2, but a redirect at depth 1 leads to it
	head, _ := h.first()
	h.equal("redirects", head.Redirects, []frontier.Hop{{URL: u("a", "s"), Status: 302}})
	h.fetched(target)
	if !h.Drained() {
		t.Errorf("not drained: %+v", h.Counts())
	}
}

// testOrderedIgnoresLeases finds shorter paths to URLs that are out already, or
// not: their order is that of the shorter paths in either case.
func testOrderedIgnoresLeases(t *testing.T, open Open) {
	for _, early := range []bool{false, true} {
		h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true})
		h.add(offer("a", "0"))
		h.fetched(h.lease(), offer("a", "c"), offer("a", "m1"), offer("a", "m2"))
		c, m1, m2 := h.lease(), h.lease(), h.lease()
		h.fetched(c, offer("a", "d"), offer("a", "e"))
		if early {
			h.is(h.lease(), u("a", "d"), 2)
			h.is(h.lease(), u("a", "e"), 2)
		}
		h.redirected(m1, offer("a", "e"))
		h.redirected(m2, offer("a", "d"))
		h.head(u("a", "e"), 1)
		if !early {
			h.lease()
			h.lease()
		}
		h.fetched(frontier.Request{URL: u("a", "e")})
		h.head(u("a", "d"), 1)
		h.fetched(frontier.Request{URL: u("a", "d")})
	}
}

// first is the first URL in discovery order, if there is one.
func (h *harness) first() (frontier.Request, bool) {
	heads := h.Heads(1)
	if len(heads) == 0 {
		return frontier.Request{}, false
	}
	return heads[0], true
}

// testHeads asks for several URLs, which are of one rank.
func testHeads(t *testing.T, open Open) {
	h := newHarness(t, open, frontier.Options{MaxDepth: -1, Ordered: true})
	h.add(offer("a", "0"), offer("b", "0"), offer("c", "0"))
	names := func(max int) (urls []string) {
		for _, r := range h.Heads(max) {
			urls = append(urls, r.URL)
		}
		return urls
	}
	h.fetched(h.leaseOf(u("b", "0")), offer("b", "1"))
	h.equal("two heads", names(2), []string{u("a", "0"), u("c", "0")})
	h.equal("all heads of one rank", names(9), []string{u("a", "0"), u("c", "0")})
	h.redirected(h.leaseOf(u("a", "0")), offer("a", "1"))
	h.equal("what is left of the rank", names(9), []string{u("c", "0")})
	h.fetched(h.leaseOf(u("c", "0")), offer("a", "2"), offer("c", "1"))
	h.equal("the hop", names(9), []string{u("a", "1")})
	h.fetched(h.leaseOf(u("a", "1")))
	h.equal("the next depth", names(9), []string{u("b", "1"), u("a", "2"), u("c", "1")})
	h.equal("none", names(0), []string(nil))
}
