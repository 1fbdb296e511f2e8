package disk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// explained makes a state with a URL of each outcome.
func explained(t *testing.T) *Frontier {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: 1}})
	at := f.clock.base
	link := func(path string) frontier.Offer { return frontier.Offer{URL: "http://a/" + path, Host: "a"} }
	skip := func(path string, r frontier.Reason) frontier.Offer {
		o := link(path)
		o.Skip = r
		return o
	}
	seed := link("")
	seed.Requested = "A"
	if _, err := f.Add(t.Context(), []frontier.Offer{seed}); err != nil {
		t.Fatal(err)
	}
	redirect := link("new")
	redirect.Redirect = 301
	for _, res := range []frontier.Result{
		{URL: "http://a/", Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: []frontier.Offer{
			link("old"), link("dead"), link("deny"), link("slow"), link("out"), link("next"), link("deeper"),
			skip("far", "scope"), skip("no", frontier.ReasonNoFollow)}},
		{URL: "http://a/old", Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect, Detail: "to /new"},
			Found: []frontier.Offer{redirect}},
		{URL: "http://a/dead", Outcome: frontier.Outcome{Kind: frontier.Retry, Reason: "dns", At: at, Detail: "first"}},
		{URL: "http://a/dead", Outcome: frontier.Outcome{Kind: frontier.Failed, Reason: "dns", Detail: "no such host"}},
		{URL: "http://a/deny", Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: "robots", Detail: "Disallow: /deny"}},
		{URL: "http://a/slow", Outcome: frontier.Outcome{Kind: frontier.Retry, Reason: "timeout", At: at.Add(time.Hour), Detail: "no header"}},
		{URL: "http://a/deeper", Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: []frontier.Offer{link("deepest")}},
	} {
		for i := 0; ; i++ {
			r, _, err := f.Lease(t.Context(), at)
			if err != nil || i > 20 {
				t.Fatalf("leasing %s: %v", res.URL, err)
			}
			f.Release(r.Host, at)
			if r.URL == res.URL {
				break
			}
			defer func() {
				if err := f.Return(t.Context(), r.URL); err != nil {
					t.Fatal(err)
				}
			}()
			if r.URL == "http://a/out" {
				continue
			}
		}
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}}); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestExplain(t *testing.T) {
	f := explained(t)
	for {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		if r.URL == "http://a/out" {
			break
		}
	}
	ofSeed := Explanation{Host: "a", Depth: 1, Parent: "http://a/"}
	with := func(change func(e *Explanation)) Explanation {
		e := ofSeed
		change(&e)
		return e
	}
	retry := func(n int, at time.Time, reason frontier.Reason, detail string) Attempt {
		return Attempt{n, frontier.Outcome{Kind: frontier.Retry, Reason: reason, At: at, Detail: detail}}
	}
	at := f.clock.base
	for path, want := range map[string]Explanation{
		"":    {State: Fetched, Host: "a", Requested: "A", Fetches: 1},
		"out": with(func(e *Explanation) { e.State = Leased }),
		"old": with(func(e *Explanation) {
			e.State, e.Reason, e.Detail, e.Fetches = Skipped, frontier.ReasonRedirect, "to /new", 1
			e.Attempts = []Attempt{{1, frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect, Detail: "to /new"}}}
		}),
		"dead": with(func(e *Explanation) {
			e.State, e.Reason, e.Detail, e.Fetches = Failed, "dns", "no such host", 2
			e.Attempts = []Attempt{retry(1, at, "dns", "first"),
				{2, frontier.Outcome{Kind: frontier.Failed, Reason: "dns", Detail: "no such host"}}}
		}),
		"deny": with(func(e *Explanation) {
			e.State, e.Reason, e.Detail, e.Fetches = Skipped, "robots", "Disallow: /deny", 1
			e.Attempts = []Attempt{{1, frontier.Outcome{Kind: frontier.Skipped, Reason: "robots", Detail: "Disallow: /deny"}}}
		}),
		"slow": with(func(e *Explanation) {
			e.State, e.Detail, e.Fetches, e.RetryAt = Waiting, "no header", 1, at.Add(time.Hour)
			e.Attempts = []Attempt{retry(1, at.Add(time.Hour), "timeout", "no header")}
		}),
		"far":     {State: Skipped, Reason: "scope", Depth: 1, Parent: "http://a/"},
		"no":      with(func(e *Explanation) { e.State, e.Reason = Skipped, frontier.ReasonNoFollow }),
		"deepest": {State: Skipped, Reason: frontier.ReasonDepth, Host: "a", Depth: 2, Parent: "http://a/deeper"},
	} {
		got, ok, err := f.Explain("http://a/" + path)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", path, ok, err)
			continue
		}
		want.URL = "http://a/" + path
		if d := cmp.Diff(want, got, cmpopts.EquateApproxTime(0)); d != "" {
			t.Errorf("%s (-want +got):\n%s", path, d)
		}
	}
	if e, ok, err := f.Explain("http://a/new"); err != nil || !ok || e.Depth != 1 || e.Parent != "http://a/" || e.Requested != "http://a/old" ||
		len(e.Redirects) != 1 || e.Redirects[0] != (frontier.Hop{URL: "http://a/old", Status: 301}) {
		t.Errorf("new: %+v, %v, %v", e, ok, err)
	}
	if e, ok, err := f.Explain("http://a/unknown"); ok || err != nil {
		t.Errorf("what was never seen is explained: %+v, %v", e, err)
	}
}

func TestChain(t *testing.T) {
	f := explained(t)
	var chain []string
	for e, err := range f.Chain("http://a/deepest") {
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, fmt.Sprint(e.URL, " ", e.Depth))
	}
	want := []string{"http://a/deepest 2", "http://a/deeper 1", "http://a/ 0"}
	if d := cmp.Diff(want, chain); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for range f.Chain("http://a/unknown") {
		t.Error("a URL that was never seen has a chain")
	}
}

// TestAll goes over more URLs than are read at a time, and compares with Explain.
func TestAll(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	n := 2*pageSize + 5
	if _, err := f.Add(t.Context(), seeds(n)); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		o := frontier.Outcome{Kind: frontier.Failed, Reason: "dns", Detail: fmt.Sprint(i)}
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: o}}}); err != nil {
			t.Fatal(err)
		}
	}
	i := 0
	for e, err := range f.All() {
		if err != nil {
			t.Fatal(err)
		}
		if e.URL != fmt.Sprintf("http://a/%d", i) || e.Detail != fmt.Sprint(i) {
			t.Fatalf("URL %d is %+v", i, e)
		}
		if i%100 == 0 {
			alone, _, err := f.Explain(e.URL)
			if d := cmp.Diff(alone, e); d != "" || err != nil {
				t.Errorf("Explain and All differ, %v:\n%s", err, d)
			}
		}
		i++
	}
	if i != n {
		t.Errorf("%d URLs, want %d", i, n)
	}
	for range f.All() {
		break // nothing is left open: Close tells
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	if _, err := f.Add(t.Context(), seeds(1)); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		o := frontier.Outcome{Kind: frontier.Retry, At: f.clock.base, Detail: fmt.Sprint(i+1, strings.Repeat("x", 5000))}
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: o}}}); err != nil {
			t.Fatal(err)
		}
	}
	e, _, err := f.Explain("http://a/0")
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, a := range e.Attempts {
		numbers = append(numbers, a.Number)
		if len(a.Detail) != detailSize || !strings.HasPrefix(a.Detail, fmt.Sprint(a.Number)) {
			t.Errorf("attempt %d is told in %d bytes", a.Number, len(a.Detail))
		}
	}
	if d := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 33, 34, 35, 36, 37, 38, 39, 40}, numbers); d != "" {
		t.Errorf("attempts (-want +got):\n%s", d)
	}
}

func TestExplainForgotten(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{Forget: true}})
	if _, err := f.Add(t.Context(), seeds(1)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 1)
	e, ok, err := f.Explain("http://a/0")
	if err != nil || !ok || e.State != Forgotten {
		t.Errorf("%+v, %v, %v", e, ok, err)
	}
	for e := range f.All() {
		t.Errorf("%+v was not forgotten", e)
	}
}

// TestWhoLedToASkippedURL commits pages in both orders: what is said of a URL that
// all of them lead to, and that is skipped, is the same.
func TestWhoLedToASkippedURL(t *testing.T) {
	link := func(path string) frontier.Offer { return frontier.Offer{URL: "http://a/" + path, Host: "a"} }
	far := link("far")
	far.Skip = "scope"
	never := link("never")
	never.Skip = frontier.ReasonNoFollow
	for _, small := range []bool{false, true} {
		for _, first := range []string{"1", "2"} {
			f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: -1}})
			if small {
				f.small()
			}
			if _, err := f.Add(t.Context(), []frontier.Offer{link("1"), link("2"), link("3")}); err != nil {
				t.Fatal(err)
			}
			pages := []string{"1", "2"}
			if first == "2" {
				pages = []string{"2", "1"}
			}
			for range 3 {
				r, _, err := f.Lease(t.Context(), f.clock.base)
				if err != nil {
					t.Fatal(err)
				}
				f.Release(r.Host, f.clock.base)
			}
			for _, page := range append(pages, "3") {
				res := frontier.Result{URL: "http://a/" + page, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: []frontier.Offer{far, never}}
				if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}}); err != nil {
					t.Fatal(err)
				}
			}
			for _, url := range []string{far.URL, never.URL} {
				e, ok, err := f.Explain(url)
				if err != nil || !ok || e.Parent != "http://a/1" || e.Depth != 1 || e.State != Skipped {
					t.Errorf("small %v, %s first: %+v, %v", small, first, e, err)
				}
			}
		}
	}
}
