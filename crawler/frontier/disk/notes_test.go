package disk

import (
	"os"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func note(t *testing.T, f *Frontier, key string) string {
	t.Helper()
	value, ok, err := f.Note(key)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "none"
	}
	return string(value)
}

func TestNotesJoinACommit(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, Options{})
	f.PutNote("a", []byte("1"))
	f.PutNote("b", []byte{})
	if note(t, f, "a") != "1" || note(t, f, "b") != "" || note(t, f, "c") != "none" {
		t.Error("notes that were put are not there")
	}
	killed := t.TempDir()
	if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if g := mustOpen(t, killed, Options{}); note(t, g, "a") != "none" {
		t.Error("a note is kept without a commit")
	}
	if err := f.Commit(t.Context(), frontier.Batch{}); err != nil {
		t.Fatal(err)
	}
	f.PutNote("a", nil)
	if note(t, f, "a") != "none" {
		t.Error("a note that was removed is there")
	}
	f.PutNote("a", []byte("2"))
	f.PutNote("b", nil)
	if _, err := f.Add(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f.PutNote("a", []byte("3"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = mustOpen(t, dir, Options{})
	if a, b := note(t, f, "a"), note(t, f, "b"); a != "2" || b != "none" {
		t.Errorf("after a commit a is %q and b is %q", a, b)
	}
}

func TestMeta(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, Options{})
	if err := f.SetMeta(map[string][]byte{"seeds": []byte("x"), "empty": {}}); err != nil {
		t.Fatal(err)
	}
	killed := t.TempDir()
	if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*Frontier{f, mustOpen(t, killed, Options{Mode: Inspect})} {
		for key, want := range map[string]string{"seeds": "x", "empty": ""} {
			if got, ok := f.Meta(key); !ok || string(got) != want {
				t.Errorf("%s is %q, %v", key, got, ok)
			}
		}
		if _, ok := f.Meta("none"); ok {
			t.Error("a note is there that nobody made")
		}
	}
}
