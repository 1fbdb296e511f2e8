package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func seeds(n int) []frontier.Offer {
	var offers []frontier.Offer
	for i := range n {
		offers = append(offers, frontier.Offer{URL: fmt.Sprintf("http://a/%d", i), Host: "a", Requested: fmt.Sprintf("a/%d", i)})
	}
	return offers
}

// commitLines leases n URLs and commits them one by one, each with a line of ten
// bytes: even ones as fetched, odd ones as failed.
func commitLines(t *testing.T, f *Frontier, n int) {
	t.Helper()
	for i := range n {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		res := frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}
		if i%2 == 1 {
			res.Outcome = frontier.Outcome{Kind: frontier.Failed, Reason: "dns"}
		}
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}, Checkpoint: frontier.Checkpoint{Offset: f.Checkpoint().Offset + 10}}); err != nil {
			t.Fatal(err)
		}
	}
}

// drain leases and commits all that is left, in one line each.
func drain(t *testing.T, f *Frontier) (urls []string) {
	t.Helper()
	for !f.Drained() {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		urls = append(urls, fmt.Sprint(r.URL, " ", r.Attempt, " ", r.Requested))
		if err := f.Commit(t.Context(), frontier.Batch{Checkpoint: frontier.Checkpoint{Offset: f.Checkpoint().Offset + 10},
			Results: []frontier.Result{{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}}}); err != nil {
			t.Fatal(err)
		}
	}
	return urls
}

// TestRewind loses the end of an output, as a power cut does, and queues again
// what was in it, and nothing else.
func TestRewind(t *testing.T) {
	for _, opts := range []frontier.Options{{MaxDepth: -1}, {MaxDepth: -1, Ordered: true}, {MaxDepth: -1, Forget: true}} {
		dir := t.TempDir()
		f := mustOpen(t, dir, Options{Options: opts})
		if _, err := f.Add(t.Context(), seeds(12)); err != nil {
			t.Fatal(err)
		}
		commitLines(t, f, 4)
		if err := f.Sync(outputSynced); err != nil {
			t.Fatal(err)
		}
		commitLines(t, f, 4) // 40 bytes are synced, 80 are committed
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}

		f = mustOpen(t, dir, Options{Options: opts})
		for size, want := range map[int64]int64{80: 80, 1000: 80} {
			if got, err := f.Rewind(size, 0); err != nil || got.Offset != want {
				t.Errorf("Rewind(%d): %d, %v; want %d", size, got, err, want)
			}
		}
		var short *OutputError
		if _, err := f.Rewind(39, 0); !errors.As(err, &short) || short.Synced != 40 {
			t.Errorf("Rewind to less than was synced: %v", err)
		}
		if got, err := f.Rewind(57, 0); err != nil || got.Offset != 50 || f.Checkpoint().Offset != 50 {
			t.Fatalf("Rewind(57): %d, %v; want 50", got, err)
		}
		c := f.Counts()
		want := frontier.Counts{Discovered: 12, Fetched: 3, Failed: 2, Queued: 7, Hosts: 1, Skipped: map[frontier.Reason]int64{}}
		if d := cmp.Diff(want, c); d != "" {
			t.Errorf("counts (-want +got):\n%s", d)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		f = mustOpen(t, dir, Options{Options: opts})
		var all []string
		for i := range 7 {
			all = append(all, fmt.Sprintf("http://a/%d 1 a/%d", i+5, i+5))
		}
		got := drain(t, f)
		if opts.Forget { // what was forgotten has lost its place
			all = append(all[3:], all[:3]...)
		}
		if d := cmp.Diff(all, got); d != "" {
			t.Errorf("%+v: after the rewind (-want +got):\n%s", opts, d)
		}
		if f.Checkpoint().Offset != 120 {
			t.Errorf("in the end the offset is %d", f.Checkpoint().Offset)
		}
	}
}

// TestRewindRecorded loses the end of the archive that a crawl is recorded in: what
// it had is queued again, skips too, since they were learned from answers.
func TestRewindRecorded(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -1}})
	if _, err := f.Add(t.Context(), seeds(4)); err != nil {
		t.Fatal(err)
	}
	for i, kind := range []frontier.OutcomeKind{frontier.Fetched, frontier.Skipped, frontier.Fetched} {
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, f.clock.base)
		at := frontier.Checkpoint{Offset: f.Checkpoint().Offset, Recorded: f.Checkpoint().Recorded + 100}
		if kind == frontier.Fetched {
			at.Offset += 10
		}
		res := frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: kind}}
		if kind == frontier.Skipped {
			res.Outcome.Reason = frontier.ReasonRedirect
		}
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}, Checkpoint: at}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := f.Sync(outputSynced); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	f = mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -1}})
	var short *OutputError
	if _, err := f.Rewind(20, 99); !errors.As(err, &short) || !short.Archive || short.Synced != 100 {
		t.Errorf("Rewind to less of the archive than was synced: %v", err)
	}
	if got, err := f.Rewind(20, 300); err != nil || got.Recorded != 300 {
		t.Errorf("Rewind to all of it: %+v, %v", got, err)
	}
	if got, err := f.Rewind(20, 150); err != nil || got.Recorded != 100 || got.Offset != 10 {
		t.Fatalf("Rewind(20, 150): %+v, %v; want 10, 100", got, err)
	}
	want := frontier.Counts{Discovered: 4, Fetched: 1, Queued: 3, Hosts: 1, Skipped: map[frontier.Reason]int64{}}
	if d := cmp.Diff(want, f.Counts()); d != "" {
		t.Errorf("counts (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"http://a/1 1 a/1", "http://a/2 1 a/2", "http://a/3 1 a/3"}, drain(t, f)); d != "" {
		t.Errorf("after the rewind (-want +got):\n%s", d)
	}
}

func TestRewindWithLeasesOut(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	if _, err := f.Add(t.Context(), seeds(2)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 1)
	if _, _, err := f.Lease(t.Context(), f.clock.base); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Rewind(0, 0); err == nil {
		t.Error("rewound under a lease")
	}
}

// TestSyncTrimsTheJournal makes sure that the journal doesn't grow with the crawl.
func TestSyncTrimsTheJournal(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	if _, err := f.Add(t.Context(), seeds(9)); err != nil {
		t.Fatal(err)
	}
	entries := func() (n int) {
		if _, err := f.scan([]byte{keyJournal}, []byte{keyJournal}, func(_, _ []byte) (more, readable bool) {
			n++
			return true, true
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	commitLines(t, f, 5)
	if n := entries(); n != 5 {
		t.Errorf("%d entries after 5 commits", n)
	}
	for range 2 {
		if err := f.Sync(outputSynced); err != nil {
			t.Fatal(err)
		}
	}
	if n := entries(); n != 0 {
		t.Errorf("%d entries after a sync", n)
	}
	commitLines(t, f, 2)
	if n := entries(); n != 2 {
		t.Errorf("%d entries after 2 more commits", n)
	}
}

// TestPowerCut takes the end of the log too, which Sync hasn't covered.
func TestPowerCut(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, Options{})
	if _, err := f.Add(t.Context(), seeds(9)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 3)
	if err := f.Sync(outputSynced); err != nil {
		t.Fatal(err)
	}
	cut := t.TempDir()
	if err := os.CopyFS(cut, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 2)
	mark, err := os.ReadFile(filepath.Join(dir, markName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cut, markName), mark, 0o666); err != nil { // the mark was written back, the log wasn't
		t.Fatal(err)
	}
	g := mustOpen(t, cut, Options{})
	if g.Lost() != 2 || g.Checkpoint().Offset != 30 {
		t.Errorf("%d commits lost, offset %d; want 2 and 30", g.Lost(), g.Checkpoint().Offset)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if g = mustOpen(t, cut, Options{}); g.Lost() != 0 {
		t.Errorf("%d commits are lost again", g.Lost())
	}
}

// TestSyncedCommitLost takes a commit that Sync had covered: that is refused.
func TestSyncedCommitLost(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, Options{})
	if _, err := f.Add(t.Context(), seeds(9)); err != nil {
		t.Fatal(err)
	}
	early := t.TempDir()
	if err := os.CopyFS(early, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 3)
	if err := f.Sync(outputSynced); err != nil {
		t.Fatal(err)
	}
	mark, err := os.ReadFile(filepath.Join(dir, markName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(early, markName), mark, 0o666); err != nil {
		t.Fatal(err)
	}
	var corrupt *CorruptError
	if _, err := Open(early, Options{}); !errors.As(err, &corrupt) {
		t.Errorf("opened without the commits that were synced: %v", err)
	}
}
