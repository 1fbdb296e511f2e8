package disk

import (
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// TestPanicIsAnError breaks a frontier from inside. That must come out as an
// error, of each call, and leave a state that can be gone on with.
func TestPanicIsAnError(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Add(t.Context(), seeds(2)); err != nil {
		t.Fatal(err)
	}
	f.seen = nil
	for range 2 {
		if _, err := f.Add(t.Context(), seeds(3)); err == nil || !strings.Contains(err.Error(), "panic") || !strings.Contains(err.Error(), dir) {
			t.Fatalf("Add: %v", err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if g := mustOpen(t, dir, Options{}); g.Counts().Queued != 2 {
		t.Errorf("counts %+v", g.Counts())
	}
}

// TestCloseTellsWhatNobodyWasTold fails in between two calls.
func TestCloseTellsWhatNobodyWasTold(t *testing.T) {
	f, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.fs.background(&CorruptError{Dir: f.dir, Err: errCollision})
	if heads := f.Heads(1); heads != nil {
		t.Error("there is a head")
	}
	if err := f.Close(); err == nil || !strings.Contains(err.Error(), errCollision.Error()) {
		t.Errorf("Close: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
}

// TestCollision has two URLs share a fingerprint, as only a miracle can.
func TestCollision(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: -1}})
	if _, err := f.Add(t.Context(), seeds(1)); err != nil {
		t.Fatal(err)
	}
	fp := f.key0.sum("http://a/0")
	s, _, _ := f.seen.get(fp)
	s.rank = 5
	f.seen.put(f.key0.sum("http://a/other"), s)
	if _, err := f.Add(t.Context(), []frontier.Offer{{URL: "http://a/other", Host: "a"}}); err == nil || !strings.Contains(err.Error(), "fingerprint") {
		t.Errorf("Add: %v", err)
	}
}
