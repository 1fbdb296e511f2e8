package crawler

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/internal/site"
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
		killedRun(t, t.Context(), c)
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

// TestPowerCutOfArchive cuts the archive of a crawl that was killed before anything
// was synced. What isn't in it any more is fetched and recorded again, what led to
// pages too, and no revisit refers to what is lost.
func TestPowerCutOfArchive(t *testing.T) {
	for _, kept := range []float64{0, 0.3, 0.7, 0.99} {
		dir := t.TempDir()
		s := startSite(t, site.Options{})
		c := Config{Seeds: []string{s.URL + "/"}, Rate: Unlimited, Ordered: true, Retries: NoRetries, Concurrency: 4,
			Output: filepath.Join(dir, "pages.jsonl"), Recording: Recording{Path: filepath.Join(dir, "rec.warc")}, boot: "first"}
		killedRun(t, t.Context(), c)
		whole := readFile(t, c.Recording.Path)
		writeFile(t, c.Recording.Path, whole[:int(kept*float64(len(whole)))])
		if _, err := runOnce(t, c, 0, false); !errors.As(err, new(*warc.ShorterError)) {
			t.Errorf("%v of it: %v, want a refusal while the machine ran on", kept, err)
		}
		c.boot = "second"
		if _, err := runOnce(t, c, 0, false); err != nil {
			t.Fatalf("%v of it: %v", kept, err)
		}
		sameGolden(t, []byte(readFile(t, c.Output)), replayLines(t, c.Recording.Path, 8))
	}
}

// killedRun crawls to the end, or until the context ends, and leaves what a kill at
// that moment would: nothing more is committed, synced or removed.
func killedRun(t *testing.T, ctx context.Context, c Config) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openState(&crawler.config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = crawler.run(ctx, &delivery{deliver: writeLines(s.writer), linger: lingerPlain, state: s, recording: s.recording})
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.recording.close(), s.writer.Close(), s.frontier.Close()); err != nil {
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
