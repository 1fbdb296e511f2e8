package disk

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func mustOpen(t *testing.T, dir string, opts Options) *Frontier {
	t.Helper()
	f, err := Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return f
}

func TestModes(t *testing.T) {
	parent := t.TempDir()
	state, empty, foreign := filepath.Join(parent, "a", "state"), filepath.Join(parent, "empty"), filepath.Join(parent, "foreign")
	f := mustOpen(t, state, Options{Mode: Create})
	if f.Resumed() {
		t.Error("a new state is resumed")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(empty, 0o777), os.Mkdir(foreign, 0o777), os.WriteFile(filepath.Join(foreign, "x"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dir  string
		mode Mode
		want error
	}{
		{state, Create, ErrExists},
		{state, Resume, nil},
		{state, Continue, nil},
		{state, Inspect, nil},
		{empty, Resume, ErrNotExist},
		{empty, Inspect, ErrNotExist},
		{filepath.Join(parent, "none"), Resume, ErrNotExist},
		{filepath.Join(parent, "none"), Inspect, ErrNotExist},
		{foreign, Create, ErrForeign},
		{foreign, Continue, ErrForeign},
		{foreign, Resume, ErrForeign},
		{empty, Create, nil},
		{empty, Create, ErrExists},
	} {
		f, err := Open(tt.dir, Options{Mode: tt.mode})
		if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.dir) {
			t.Errorf("mode %d of %s: %v, want %v", tt.mode, tt.dir, err, tt.want)
		}
		if err != nil {
			continue
		}
		if f.Resumed() != (tt.dir == state) {
			t.Errorf("mode %d of %s: resumed %v", tt.mode, tt.dir, f.Resumed())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(parent, "none")); err == nil {
		t.Error("Resume has made a directory")
	}
}

// TestInspect reads a state that another process may be about to go on with: not
// a byte of it may change.
func TestInspect(t *testing.T) {
	dir, _, _ := damagedState(t)
	before := contents(t, dir)
	f := mustOpen(t, dir, Options{Mode: Inspect})
	if c := f.Counts(); c.Fetched == 0 || !c.Balanced() {
		t.Errorf("counts %+v", c)
	}
	e, ok, err := f.Explain(killedSite.offer(0).URL)
	if err != nil || !ok || e.State != Fetched {
		t.Errorf("%+v, %v, %v", e, ok, err)
	}
	_, addErr := f.Add(t.Context(), []frontier.Offer{killedSite.offer(1)})
	_, _, leaseErr := f.Lease(t.Context(), f.clock.base)
	_, rewindErr := f.Rewind(0, 0)
	f.Release("h0", f.clock.base)
	for what, err := range map[string]error{
		"Add": addErr, "Lease": leaseErr, "Rewind": rewindErr, "Sync": f.Sync(outputSynced), "SetMeta": f.SetMeta(nil),
		"Commit": f.Commit(t.Context(), frontier.Batch{}), "Return": f.Return(t.Context(), ""),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v, want ErrReadOnly", what, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	after := contents(t, dir)
	for name := range after {
		if name != "LOCK" && after[name] != before[name] {
			t.Errorf("%s was changed", name)
		}
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func TestLocked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	f := mustOpen(t, dir, killOptions())
	for _, mode := range []Mode{Continue, Create, Resume, Inspect} {
		opts := killOptions()
		opts.Mode = mode
		if _, err := Open(dir, opts); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
			t.Errorf("mode %d in the same process: %v, want ErrLocked", mode, err)
		}
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+filepath.Dir(dir))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), dir+" is in use by another crawl") {
		t.Errorf("in another process: %v, %s", err, out)
	}
	if _, err := f.Add(t.Context(), []frontier.Offer{killedSite.offer(0)}); err != nil {
		t.Errorf("the first one: %v", err)
	}
}

func TestVersion(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, dir, Options{}).Close()
	if err := os.Remove(filepath.Join(dir, markName)); err != nil {
		t.Fatal(err)
	}
	if err := writeMark(dir, formatVersion+1); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []Mode{Continue, Create, Resume, Inspect} {
		_, err := Open(dir, Options{Mode: mode})
		var version *VersionError
		if !errors.As(err, &version) || version.Found != formatVersion+1 || version.Want != formatVersion || !strings.Contains(err.Error(), dir) {
			t.Errorf("mode %d: %v, want a VersionError", mode, err)
		}
	}
}

func TestOptionsMustAgree(t *testing.T) {
	begun := frontier.Options{MaxDepth: 3, Ordered: true, Window: 5}
	for _, tt := range []struct {
		opts frontier.Options
		name string // of the option that is refused
	}{
		{frontier.Options{MaxDepth: 3, Ordered: true}, ""},
		{frontier.Options{MaxDepth: 4, Ordered: true}, "MaxDepth"},
		{frontier.Options{MaxDepth: -1, Ordered: true}, "MaxDepth"},
		{frontier.Options{MaxDepth: 3}, "Ordered"},
		{frontier.Options{MaxDepth: 3, Ordered: true, Forget: true}, "Forget"},
	} {
		dir := t.TempDir()
		mustOpen(t, dir, Options{Options: begun}).Close()
		f, err := Open(dir, Options{Options: tt.opts})
		var option *OptionError
		switch {
		case err == nil && tt.name == "":
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		case !errors.As(err, &option) || option.Name != tt.name || !strings.Contains(err.Error(), tt.name):
			t.Errorf("%+v: %v, want an OptionError of %s", tt.opts, err, tt.name)
		}
	}
	dir := t.TempDir()
	mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -1}}).Close()
	mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -7}}) // is no limit either
}

// TestBeginAgain kills the beginning of a state at each of its writes: the next
// Open begins anew.
func TestBeginAgain(t *testing.T) {
	for _, left := range [][]string{{}, {"LOCK"}, {"LOCK", markName + ".new"}, {"LOCK", markName}, {"LOCK", markName, "MANIFEST-000001", "000002.log"}} {
		dir := t.TempDir()
		for _, name := range left {
			var err error
			if name == markName {
				err = createMark(dir)
			} else {
				err = os.WriteFile(filepath.Join(dir, name), []byte("torn"), 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Open(dir, Options{Mode: Resume}); !errors.Is(err, ErrNotExist) {
			t.Errorf("%v: Resume: %v, want ErrNotExist", left, err)
		}
		if f := mustOpen(t, dir, Options{Mode: Create}); f.Resumed() {
			t.Errorf("%v: a state that was never begun is resumed", left)
		}
	}
}

// TestReadOnlyDirectory needs somebody who may not write everywhere.
func TestReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() == 0 {
		dir = "/proc/self" // where not even root may
	} else if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	_, err := Open(filepath.Join(dir, "state"), Options{})
	if err == nil || errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("opened in a directory that is read only: %v", err)
	}
}
