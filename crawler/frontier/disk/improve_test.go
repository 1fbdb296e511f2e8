package disk

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// TestPassOnIsAllOrNothing finds a short way to the head of a long chain of pages
// that were fetched, with few records in a transaction, and a disk that fails
// ever later meanwhile. When the state is opened again, all of the chain has its
// new depth, or none of it if the commit itself was lost.
func TestPassOnIsAllOrNothing(t *testing.T) {
	const chain = 40
	url := func(i int) frontier.Offer { return frontier.Offer{URL: fmt.Sprintf("http://a/%02d", i), Host: "a"} }
	outcomes := map[bool]int{}
	for n := 1; n < 200; n += 3 {
		dir := t.TempDir()
		writes, failFrom := 0, 1<<30
		fs := errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
			if op.Kind == errorfs.OpFileWrite {
				if writes++; writes >= failFrom {
					return syscall.ENOSPC
				}
			}
			return nil
		}))
		f, err := openOn(fs, dir, Options{Options: frontier.Options{MaxDepth: 100}})
		if err != nil {
			t.Fatal(err)
		}
		f.touchLimit = 2
		shortcut := frontier.Offer{URL: "http://b/", Host: "b"}
		if _, err := f.Add(t.Context(), []frontier.Offer{url(0), shortcut}); err != nil {
			t.Fatal(err)
		}
		for i := range chain {
			leaseURL(t, f, url(i).URL)
			commitFound(t, f, url(i).URL, url(i+1))
		}
		if i, ok, err := f.Explain(url(chain).URL); err != nil || !ok || i.Depth != chain {
			t.Fatalf("before: %+v, %v", i, err)
		}
		leaseURL(t, f, shortcut.URL)
		failFrom = writes + n
		err = f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{
			{URL: shortcut.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: []frontier.Offer{url(10)}}}})
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		_ = f.Close()

		g := mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: 100}})
		e, _, explainErr := g.Explain(shortcut.URL)
		if explainErr != nil {
			t.Fatal(explainErr)
		}
		committed := e.State == Fetched
		outcomes[committed && err != nil]++
		for i := 10; i <= chain; i++ {
			want := i
			if committed {
				want = i - 9
			}
			if e, _, err := g.Explain(url(i).URL); err != nil || e.Depth != want {
				t.Fatalf("failing at write %d: page %d is at depth %d, want %d (%v)", n, i, e.Depth, want, err)
			}
		}
		if err == nil {
			break
		}
	}
	if outcomes[true] < 3 {
		t.Errorf("only %d commits were cut off while paths were passed on: this tests nothing", outcomes[true])
	}
}

// leaseURL leases until url is out. The others stay out.
func leaseURL(t *testing.T, f *Frontier, url string) {
	t.Helper()
	for f.leases[url] == nil {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatalf("leasing %s: %v", url, err)
		}
		f.Release(r.Host, f.clock.base)
	}
}

func commitFound(t *testing.T, f *Frontier, url string, found ...frontier.Offer) {
	t.Helper()
	b := frontier.Batch{Results: []frontier.Result{{URL: url, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found}}}
	if err := f.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// TestPassOnBeyondTheLimit passes a path on to a page with more links than a
// transaction reads records.
func TestPassOnBeyondTheLimit(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: 4}})
	f.touchLimit = 3
	page := func(i int) frontier.Offer { return frontier.Offer{URL: fmt.Sprintf("http://a/%03d", i), Host: "a"} }
	hub := frontier.Offer{URL: "http://a/hub", Host: "a"}
	other := frontier.Offer{URL: "http://b/", Host: "b"}
	if _, err := f.Add(t.Context(), []frontier.Offer{page(0), other}); err != nil {
		t.Fatal(err)
	}
	for i, found := range [][]frontier.Offer{{page(1)}, {page(2)}, {page(3)}, {hub}} {
		leaseURL(t, f, page(i).URL)
		commitFound(t, f, page(i).URL, found...)
	}
	var many []frontier.Offer
	for i := range 100 {
		many = append(many, page(100+i))
	}
	leaseURL(t, f, hub.URL)
	commitFound(t, f, hub.URL, many...)
	if c := f.Counts(); c.Skipped[frontier.ReasonDepth] != 100 {
		t.Fatalf("before: %+v", c)
	}
	leaseURL(t, f, other.URL)
	commitFound(t, f, other.URL, hub)
	if c := f.Counts(); c.Skipped[frontier.ReasonDepth] != 0 || c.Queued != 100 || !c.Balanced() {
		t.Errorf("after: %+v", c)
	}
}
