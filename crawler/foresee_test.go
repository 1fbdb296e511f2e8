package crawler

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

func foresee(t *testing.T, c Config) (*frontier.Counts, error) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return crawler.Foresee()
}

func TestForesee(t *testing.T) {
	c := interruptedCrawl(t)
	before, err := foresee(t, c)
	lines := int64(len(linesOf(t, c.Output)))
	if err != nil || before == nil || before.Fetched+before.Failed != lines || before.Queued == 0 {
		t.Errorf("an interrupted crawl of %d lines: %+v, %v", lines, before, err)
	}
	other := c
	other.MaxDepth = 3
	var refused *ResumeError
	if _, err := foresee(t, other); !errors.As(err, &refused) {
		t.Errorf("another crawl: %v", err)
	}
	other.Overwrite = true
	if before, err := foresee(t, other); before != nil || err != nil {
		t.Errorf("begun anew: %+v, %v", before, err)
	}
	was := readFile(t, c.Output)
	writeFile(t, c.Output, was[:10])
	if _, err := foresee(t, c); !errors.Is(err, sink.ErrShorter) {
		t.Errorf("a cut output: %v", err)
	}
	writeFile(t, c.Output, was)
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Fatalf("foreseeing has changed something: %v", err)
	}
	if _, err := foresee(t, c); !errors.Is(err, sink.ErrExists) {
		t.Errorf("a complete crawl: %v", err)
	}
	c.InMemory = true
	if _, err := foresee(t, c); !errors.Is(err, sink.ErrExists) {
		t.Errorf("an output that exists, in memory: %v", err)
	}
	dir := t.TempDir()
	for _, output := range []string{filepath.Join(dir, "pages.jsonl"), "-", os.DevNull} {
		if before, err := foresee(t, treeConfig(tree(5), output)); before != nil || err != nil {
			t.Errorf("%s: %+v, %v", output, before, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("foreseeing has left %v, %v", left, err)
	}
}
