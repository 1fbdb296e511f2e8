package crawler

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// interruptedCrawl leaves an output with a state.
func interruptedCrawl(t *testing.T) Config {
	t.Helper()
	c := treeConfig(tree(120), filepath.Join(t.TempDir(), "pages.jsonl"))
	if _, err := runOnce(t, c, 40, true); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	if n := len(linesOf(t, c.Output)); n < 30 {
		t.Fatalf("only %d lines", n)
	}
	return c
}

// TestResumeRefuses changes what was left behind, or what is asked for. Neither
// output nor state may change by it: put right, the same crawl goes on.
func TestResumeRefuses(t *testing.T) {
	errorAs := func(target any) func(error) bool { return func(err error) bool { return errors.As(err, target) } }
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	for name, tt := range map[string]struct {
		change func(t *testing.T, c *Config) (restore func())
		want   func(error) bool
		says   string
	}{
		"other seeds": {func(_ *testing.T, c *Config) func() {
			was := c.Seeds
			c.Seeds = []string{treeURL(3)}
			return func() { c.Seeds = was }
		}, errorAs(new(*ResumeError)), "Seeds was http://a.example/0 and is http://b.example/3"},
		"another depth": {func(_ *testing.T, c *Config) func() {
			c.MaxDepth = 2
			return func() { c.MaxDepth = 0 }
		}, errorAs(new(*ResumeError)), "MaxDepth was no limit and is 2"},
		"another order": {func(_ *testing.T, c *Config) func() {
			c.Ordered = true
			return func() { c.Ordered = false }
		}, errorAs(new(*ResumeError)), "Ordered was no and is yes"},
		"shorter": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			writeFile(t, c.Output, was[:len(was)/3])
			return func() { writeFile(t, c.Output, was) }
		}, is(sink.ErrShorter), "has only"},
		"a line removed": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			writeFile(t, c.Output, was[bytes.IndexByte(was, '\n')+1:])
			return func() { writeFile(t, c.Output, was) }
		}, is(sink.ErrShorter), "has only"},
		"a line added": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			writeFile(t, c.Output, append(bytes.Clone(was), "my own\n"...))
			return func() { writeFile(t, c.Output, was) }
		}, is(sink.ErrEdited), "it has 7 bytes more than were written to it"},
		"edited": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			writeFile(t, c.Output, bytes.Replace(was, []byte("http"), []byte("HTTP"), 1))
			return func() { writeFile(t, c.Output, was) }
		}, is(sink.ErrEdited), "edited"},
		"missing": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			if err := os.Remove(c.Output); err != nil {
				t.Fatal(err)
			}
			return func() { writeFile(t, c.Output, was) }
		}, is(sink.ErrShorter), "is missing"},
		"in use": {func(t *testing.T, c *Config) func() {
			f, err := disk.Open(c.Output+StateSuffix, disk.Options{Mode: disk.Inspect})
			if err != nil {
				t.Fatal(err)
			}
			return func() { _ = f.Close() }
		}, is(disk.ErrLocked), "in use by another crawl"},
		"damaged": {func(t *testing.T, c *Config) func() {
			mark := filepath.Join(c.Output+StateSuffix, "FRONTIER")
			was := readFile(t, mark)
			writeFile(t, mark, was[:10])
			return func() { writeFile(t, mark, was) }
		}, errorAs(new(*disk.CorruptError)), "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			c := interruptedCrawl(t)
			before := readFile(t, c.Output)
			restore := tt.change(t, &c)
			changed, _ := os.ReadFile(c.Output)
			_, err := runOnce(t, c, 0, false)
			if err == nil || !tt.want(err) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, which should say %q", err, tt.says)
			}
			if after, _ := os.ReadFile(c.Output); !bytes.Equal(after, changed) {
				t.Error("the output was touched")
			}
			restore()
			if _, err := runOnce(t, c, 0, false); err != nil {
				t.Fatalf("put right: %v", err)
			}
			if after := readFile(t, c.Output); !bytes.HasPrefix(after, before) {
				t.Error("lines that were committed have changed")
			}
			if n := len(linesOf(t, c.Output)); n != treeLines {
				t.Errorf("%d lines in the end", n)
			}
		})
	}
}

// TestForeignOutputIsNeverCut has a state that was made, and killed before its
// output was: a file that is there then is somebody's.
func TestForeignOutputIsNeverCut(t *testing.T) {
	c := treeConfig(tree(5), filepath.Join(t.TempDir(), "pages.jsonl"))
	unusedState(t, &c)
	writeFile(t, c.Output, []byte("my thesis\n"))
	if _, err := runOnce(t, c, 0, false); !errors.Is(err, sink.ErrExists) {
		t.Errorf("got %v", err)
	}
	if got := readFile(t, c.Output); string(got) != "my thesis\n" {
		t.Errorf("it is now %q", got)
	}
	if _, err := os.Stat(c.Output + StateSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the unused state stays: %v", err)
	}
	unusedState(t, &c)
	writeFile(t, c.Output, nil) // as a run leaves it that was killed right then
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Fatal(err)
	}
	if n := len(linesOf(t, c.Output)); n != 13 {
		t.Errorf("%d lines, want 13", n)
	}
}

func unusedState(t *testing.T, c *Config) {
	t.Helper()
	options := c.withDefaults()
	f, err := disk.Open(c.Output+StateSuffix, disk.Options{Options: options.FrontierOptions()})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNothingIsLeftOfARefusal looks for what a crawl that can't begin leaves.
func TestNothingIsLeftOfARefusal(t *testing.T) {
	dir := t.TempDir()
	existing := filepath.Join(dir, "existing.jsonl")
	writeFile(t, existing, []byte("{}\n"))
	inTheWay := filepath.Join(dir, "way.jsonl")
	writeFile(t, inTheWay+StateSuffix, []byte("a file where the state should be\n"))
	for _, output := range []string{existing, inTheWay, filepath.Join(dir, "no", "such", "place.jsonl"), dir} {
		c := treeConfig(tree(5), output)
		if _, err := runOnce(t, c, 0, false); err == nil {
			t.Errorf("%s was taken", output)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left: %v, %v", entries, err)
	}
}
