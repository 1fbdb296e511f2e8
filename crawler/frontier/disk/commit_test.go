package disk

import (
	"errors"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// TestCommitEndsALeaseOnce has a batch that ends one lease twice: none of it may
// be taken.
func TestCommitEndsALeaseOnce(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	if _, err := f.Add(t.Context(), seeds(2)); err != nil {
		t.Fatal(err)
	}
	leaseURL(t, f, "http://a/1")
	before := f.digest()
	twice := frontier.Batch{Results: []frontier.Result{fetchedPage("0"), fetchedPage("1"), fetchedPage("0")}, Checkpoint: frontier.Checkpoint{Offset: 5}}
	if err := f.Commit(t.Context(), twice); !errors.Is(err, frontier.ErrNotLeased) {
		t.Errorf("%v, want ErrNotLeased", err)
	}
	if after := f.digest(); after != before {
		t.Errorf("it is %s, and was %s", after, before)
	}
	once := frontier.Batch{Results: twice.Results[:2], Checkpoint: frontier.Checkpoint{Offset: 5}}
	if err := f.Commit(t.Context(), once); err != nil {
		t.Error(err)
	}
	if c := f.Counts(); c.Fetched != 2 || f.Checkpoint().Offset != 5 {
		t.Errorf("%+v, offset %d", c, f.Checkpoint().Offset)
	}
}

// TestOneBatchOfAllOutcomes commits what crowds a batch: many new hosts, more
// results than are kept in hand, links to each other.
func TestOneBatchOfAllOutcomes(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: 3}})
	f.small()
	if _, err := f.Add(t.Context(), seeds(256)); err != nil {
		t.Fatal(err)
	}
	leaseURL(t, f, "http://a/255")
	var b frontier.Batch
	for i := range 256 {
		found := hostOffers(100, 300)
		b.Results = append(b.Results, frontier.Result{URL: seeds(256)[i].URL, Found: found[i : i+20],
			Outcome: frontier.Outcome{Kind: frontier.OutcomeKind(i%3 + 1), Reason: "x", Detail: "y"}})
	}
	if err := f.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	g := killed(t, f)
	lines := map[string]bool{}
	for i := range 256 {
		lines[seeds(256)[i].URL] = i%3 < 2
	}
	checkState(t, g, lines)
	if got, want := g.digest(), f.digest(); got != want {
		t.Errorf("reopened as %s, was %s", got, want)
	}
}
