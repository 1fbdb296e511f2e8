package disk

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func TestRemove(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	f := mustOpen(t, dir, Options{})
	if err := f.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
	if err := f.Remove(); !errors.Is(err, frontier.ErrClosed) {
		t.Errorf("removed twice: %v", err)
	}
}

// TestRemoveInterrupted removes a state's files one by one, in the order in which
// Remove does, and has Open do the rest.
func TestRemoveInterrupted(t *testing.T) {
	dir, _, _ := damagedState(t)
	f := mustOpen(t, dir, Options{Options: killOptions().Options})
	names, err := f.list()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.mark.over(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == markName })
	for i := range append(names, lockName, markName) {
		copied := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		for _, name := range append(names, lockName, markName)[:i+1] {
			if err := os.Remove(filepath.Join(copied, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		f, err := Open(copied, killOptions())
		if i+1 < len(names)+2 {
			var over *OverError
			if !errors.As(err, &over) || over.Err != nil {
				t.Fatalf("with %d files removed: %v, want an OverError", i+1, err)
			}
			if _, err := os.Stat(copied); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("with %d files removed the rest stays: %v", i+1, err)
			}
			continue
		}
		if err != nil || f.Resumed() {
			t.Fatalf("an empty directory: %v", err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRemoveAfterAFailure(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	failure := errors.New("bad sector")
	f.fs.fail(failure)
	if err := f.Remove(); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("the failure is told twice: %v", err)
	}
	if g := mustOpen(t, dir, Options{}); !g.Resumed() {
		t.Error("the state is gone")
	}
}

func TestReplace(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"whole":           func(string) error { return nil },
		"another version": func(dir string) error { return writeMark(dir, formatVersion+1) },
		"no mark":         func(dir string) error { return os.Remove(filepath.Join(dir, markName)) },
		"damaged":         func(dir string) error { return os.WriteFile(filepath.Join(dir, markName), []byte("?"), 0o666) },
		"none":            os.RemoveAll,
	} {
		dir, _, _ := damagedState(t)
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		f, err := Open(dir, Options{Mode: Replace})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Resumed() || f.Counts().Discovered != 0 {
			t.Errorf("%s: it goes on with %+v", name, f.Counts())
		}
		if _, err := Open(dir, Options{Mode: Replace}); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: replaced while in use: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, Options{Mode: Replace}); !errors.Is(err, ErrForeign) {
		t.Errorf("another's directory: %v", err)
	}
}

// TestFinishRemoval has a removal be killed in its last moments, when the directory
// has its other name already.
func TestFinishRemoval(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	over := dir + overSuffix
	for what, left := range map[string]func() error{
		"the mark": func() error { return errors.Join(os.Mkdir(over, 0o777), createMark(over)) },
		"nothing":  func() error { return os.Mkdir(over, 0o777) },
	} {
		if err := left(); err != nil {
			t.Fatal(err)
		}
		if found, err := FinishRemoval(dir); !found || err != nil {
			t.Errorf("%s left: %v, %v", what, found, err)
		}
		if _, err := os.Stat(over); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s left: it stays: %v", what, err)
		}
	}
	if found, err := FinishRemoval(dir); found || err != nil {
		t.Errorf("nothing there: %v, %v", found, err)
	}
	if err := errors.Join(os.Mkdir(over, 0o777), os.WriteFile(filepath.Join(over, "thesis.tex"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	if found, err := FinishRemoval(dir); found || err != nil {
		t.Errorf("another's directory: %v, %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(over, "thesis.tex")); err != nil {
		t.Error(err)
	}
}
