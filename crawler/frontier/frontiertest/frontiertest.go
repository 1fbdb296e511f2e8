// Package frontiertest is the one suite that every implementation of
// [frontier.Frontier] passes.
package frontiertest

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Open returns an empty frontier that the suite will close.
type Open func(t *testing.T, opts frontier.Options) frontier.Frontier

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"AddOnce", testAddOnce},
		{"LeaseTakesTheHost", testLeaseTakesTheHost},
		{"ReleaseAtATime", testReleaseAtATime},
		{"HostsTakeTurns", testHostsTakeTurns},
		{"ReturnKeepsPlaceAndAttempt", testReturn},
		{"RetryWaits", testRetryWaits},
		{"CommitIsAllOrNothing", testCommitAllOrNothing},
		{"OutcomesBalance", testOutcomesBalance},
		{"LevelsWaitForFirstAttempts", testLevels},
		{"RetryHoldsNoLevelUp", testRetryHoldsNoLevelUp},
		{"ParentIsFirstByURL", testParentTie},
		{"DepthLimitLifted", testDepthLimitLifted},
		{"ShorterPathPropagates", testShorterPathPropagates},
		{"ShorterPathThroughSkipped", testShorterPathThroughSkipped},
		{"NoFollowLifted", testNoFollowLifted},
		{"VerdictsStay", testVerdictsStay},
		{"RedirectKeepsDepth", testRedirect},
		{"RedirectReopens", testReopen},
		{"OrderedHead", testOrderedHead},
		{"OrderedWindow", testOrderedWindow},
		{"OrderedHeadTakesShorterPath", testOrderedHeadImproves},
		{"Heads", testHeads},
		{"OrderedIgnoresLeases", testOrderedIgnoresLeases},
		{"Decide", testDecide},
		{"DecideTakesTheShortestPath", testDecideTakesTheShortestPath},
		{"DecidedByAnOffer", testDecidedByAnOffer},
		{"DecideInTheOrderOfPaths", testDecideInTheOrderOfPaths},
		{"DecideMany", testDecideMany},
		{"Forget", testForget},
		{"Closed", testClosed},
		{"RandomGraphs", testRandomGraphs},
		{"Concurrent", testConcurrent},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// start is the suite's clock; no test waits for it.
var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// harness drives a frontier and fails the test on any error.
type harness struct {
	t *testing.T
	frontier.Frontier
	now time.Time
}

func newHarness(t *testing.T, open Open, opts frontier.Options) *harness {
	t.Helper()
	f := open(t, opts)
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return &harness{t: t, Frontier: f, now: start}
}

func unlimited() frontier.Options { return frontier.Options{MaxDepth: -1} }

// u is a URL of host h.
func u(host, path string) string { return "http://" + host + "/" + path }

func offer(host, path string) frontier.Offer { return frontier.Offer{URL: u(host, path), Host: host} }

func skip(host, path string, r frontier.Reason) frontier.Offer {
	o := offer(host, path)
	o.Skip = r
	return o
}

func (h *harness) add(offers ...frontier.Offer) int {
	h.t.Helper()
	n, err := h.Add(h.t.Context(), offers)
	if err != nil {
		h.t.Fatalf("Add: %v", err)
	}
	h.balanced()
	return n
}

// lease takes the next request and gives its host back at once.
func (h *harness) lease() frontier.Request {
	h.t.Helper()
	r := h.hold()
	h.Release(r.Host, h.now)
	return r
}

// hold takes the next request and keeps its host.
func (h *harness) hold() frontier.Request {
	h.t.Helper()
	r, wake, err := h.Lease(h.t.Context(), h.now)
	if err != nil {
		h.t.Fatalf("Lease: %v (next at %v, %+v)", err, wake, h.Counts())
	}
	return r
}

// none asserts that nothing can be leased now, and when a clock alone makes it.
func (h *harness) none(wake time.Time) {
	h.t.Helper()
	r, got, err := h.Lease(h.t.Context(), h.now)
	if !errors.Is(err, frontier.ErrNoneReady) {
		h.t.Fatalf("Lease gave %+v, %v; want ErrNoneReady", r, err)
	}
	if !got.Equal(wake) {
		h.t.Fatalf("Lease says the next is ready at %v, want %v", got, wake)
	}
}

func (h *harness) commit(results ...frontier.Result) {
	h.t.Helper()
	if err := h.Commit(h.t.Context(), frontier.Batch{Results: results}); err != nil {
		h.t.Fatalf("Commit: %v", err)
	}
	h.balanced()
}

// fetched commits r as a page with these links.
func (h *harness) fetched(r frontier.Request, found ...frontier.Offer) {
	h.t.Helper()
	h.commit(frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found})
}

// redirected commits r as a redirect to o.
func (h *harness) redirected(r frontier.Request, o frontier.Offer) {
	h.t.Helper()
	o.Redirect = 302
	h.commit(frontier.Result{URL: r.URL, Found: []frontier.Offer{o},
		Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect}})
}

func (h *harness) retry(r frontier.Request, at time.Time) {
	h.t.Helper()
	h.commit(frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Retry, At: at}})
}

func (h *harness) balanced() {
	h.t.Helper()
	if c := h.Counts(); !c.Balanced() {
		h.t.Fatalf("the balance is off: %+v", c)
	}
}

// counts asserts the balance.
func (h *harness) counts(want frontier.Counts) {
	h.t.Helper()
	got := h.Counts()
	maps.DeleteFunc(got.Skipped, func(_ frontier.Reason, n int64) bool { return n == 0 })
	if len(got.Skipped) == 0 {
		got.Skipped = nil
	}
	if d := cmp.Diff(want, got); d != "" {
		h.t.Fatalf("counts (-want +got):\n%s", d)
	}
}

// is asserts a request's URL and depth.
func (h *harness) is(r frontier.Request, url string, depth int) {
	h.t.Helper()
	if r.URL != url || r.Depth != depth {
		h.t.Fatalf("leased %s at depth %d, want %s at %d", r.URL, r.Depth, url, depth)
	}
}

func (h *harness) equal(what string, got, want any) {
	h.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		h.t.Fatalf("%s (-want +got):\n%s", what, d)
	}
}

func path(i int) string { return fmt.Sprintf("p%04d", i) }
