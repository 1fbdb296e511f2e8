package crawler

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-5a061891/trawl/sink"
)

// TestPowerCut cuts the output of a crawl that was killed before anything was
// synced. If the machine was started since, what is gone is fetched again; if not,
// somebody has cut it.
func TestPowerCut(t *testing.T) {
	for name, tt := range map[string]struct {
		boot    string
		refused bool
	}{
		"the machine ran on":      {"first", true},
		"it was started again":    {"second", false},
		"it doesn't tell of that": {"", false},
	} {
		c := treeConfig(tree(50), filepath.Join(t.TempDir(), "pages.jsonl"))
		c.boot = "first"
		killedCrawl(t, c)
		whole := readFile(t, c.Output)
		writeFile(t, c.Output, whole[:len(whole)-100])
		c.boot = tt.boot
		_, err := runOnce(t, c, 0, false)
		if tt.refused {
			if !errors.Is(err, sink.ErrShorter) {
				t.Errorf("%s: %v, want a refusal", name, err)
			}
			writeFile(t, c.Output, whole)
			_, err = runOnce(t, c, 0, false)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(linesOf(t, c.Output)); n != 2*50+3 {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

// killedCrawl crawls to the end, and leaves what a kill at that moment would:
// nothing is synced or removed.
func killedCrawl(t *testing.T, c Config) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openState(&crawler.config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := crawler.run(t.Context(), &delivery{deliver: writeLines(s.writer), linger: lingerPlain, state: s}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.writer.Close(), s.frontier.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestBootID(t *testing.T) {
	if _, err := os.Stat(bootFile); err != nil {
		t.Skipf("this system doesn't tell when it was started: %v", err)
	}
	if a, b := bootID(), bootID(); a == "" || a != b {
		t.Errorf("%q and then %q", a, b)
	}
}
