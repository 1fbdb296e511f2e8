package crawler

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// TestResume stops a crawl again and again, at once and gently, and goes on with
// it: the lines are those of one that was never stopped.
func TestResume(t *testing.T) {
	const pages = 120
	for _, name := range []string{"pages.jsonl", "pages.jsonl.gz", "pages.jsonl.zst"} {
		for mode, change := range map[string]func(*Config){
			"plain":     func(*Config) {},
			"ordered":   func(c *Config) { c.Ordered = true },
			"max pages": func(c *Config) { c.MaxPages = 50 },
			"depth":     func(c *Config) { c.MaxDepth = 4 },
		} {
			t.Run(name+" "+mode, func(t *testing.T) {
				w := tree(pages)
				c := treeConfig(w, filepath.Join(t.TempDir(), name))
				change(&c)
				whole, err := runOnce(t, c, 0, false)
				if err != nil {
					t.Fatal(err)
				}
				want := linesOf(t, c.Output)
				c.Output = filepath.Join(t.TempDir(), name)
				resumed := 0
				c.OnResume = func(counts frontier.Counts) {
					resumed++
					if !counts.Balanced() || counts.Leased != 0 {
						t.Errorf("resumed with %+v", counts)
					}
				}
				rnd := rand.New(rand.NewPCG(1, 2))
				for runs := 1; ; runs++ {
					stats, err := runOnce(t, c, 1+rnd.IntN(8), rnd.IntN(2) == 0)
					if err == nil {
						if stats.Lines != int64(len(want)) || stats.Lines != stats.Fetched+stats.Failed || stats.Fetched != whole.Fetched {
							t.Errorf("the account says %+v", stats)
						}
						if n := stats.Statuses[200] + stats.Statuses[404]; n < stats.Fetched { // of all runs
							t.Errorf("%d answers for %d pages", n, stats.Fetched)
						}
						if resumed != runs-1 || runs < 3 {
							t.Errorf("%d runs, of which %d resumed", runs, resumed)
						}
						break
					}
					if !errors.Is(err, ErrInterrupted) {
						t.Fatal(err)
					}
				}
				sameLines(t, linesOf(t, c.Output), want)
				if _, err := os.Stat(c.Output + StateSuffix); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the state of a complete crawl is still there: %v", err)
				}
				if _, err := runOnce(t, c, 0, false); !errors.Is(err, sink.ErrExists) {
					t.Errorf("once more: %v, want a refusal", err)
				}
			})
		}
	}
}

func TestResumeCutsATornEnd(t *testing.T) {
	c := interruptedCrawl(t)
	asIfKilled(t, &c)
	was := readFile(t, c.Output)
	writeFile(t, c.Output, append(was, `{"url":"http://a.exam`...))
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Fatal(err)
	}
	if n := len(linesOf(t, c.Output)); n != treeLines {
		t.Errorf("%d lines", n)
	}
}

func TestOverwriteBeginsAnew(t *testing.T) {
	c := interruptedCrawl(t)
	c.Overwrite, c.MaxDepth = true, 1
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Fatal(err)
	}
	if n := len(linesOf(t, c.Output)); n != 4 {
		t.Errorf("%d lines, want 4", n)
	}
}

// TestCompleteIsComplete kills a run as it removes its state: the same command
// does the rest, and fetches nothing.
func TestCompleteIsComplete(t *testing.T) {
	for name, killed := range map[string]func(t *testing.T, dir string){
		"before":    func(*testing.T, string) {},
		"as it was": func(t *testing.T, dir string) { setOver(t, dir) },
		"in between": func(t *testing.T, dir string) {
			setOver(t, dir)
			for _, pattern := range []string{"*.log", "*.sst", "MANIFEST-*", "OPTIONS-*"} {
				files, _ := filepath.Glob(filepath.Join(dir, pattern))
				for _, f := range files {
					if err := os.Remove(f); err != nil {
						t.Fatal(err)
					}
				}
			}
		},
		"after all files": func(t *testing.T, dir string) {
			if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir+".over", 0o777)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		c := treeConfig(tree(5), filepath.Join(t.TempDir(), "pages.jsonl"))
		killedRun(t, t.Context(), c)
		w := tree(5)
		c.Transport = w
		before := readFile(t, c.Output)
		killed(t, c.Output+StateSuffix)
		if _, err := runOnce(t, c, 0, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(w.asked) != 0 || !bytes.Equal(readFile(t, c.Output), before) {
			t.Errorf("%s: %d requests, or another output", name, len(w.asked))
		}
		if left, _ := filepath.Glob(c.Output + StateSuffix + "*"); len(left) > 0 {
			t.Errorf("%s: the state stays: %v", name, left)
		}
	}
}

// TestEmptyStateIsNotComplete has somebody empty the state of a crawl that was
// interrupted: that says nothing of the output, which is left alone.
func TestEmptyStateIsNotComplete(t *testing.T) {
	c := interruptedCrawl(t)
	dir := c.Output + StateSuffix
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	before := readFile(t, c.Output)
	if _, err := runOnce(t, c, 0, false); !errors.Is(err, sink.ErrExists) {
		t.Errorf("got %v", err)
	}
	if !bytes.Equal(readFile(t, c.Output), before) {
		t.Error("the output has changed")
	}
}

// asIfKilled makes a crawl that ended by itself one that didn't.
func asIfKilled(t *testing.T, c *Config) {
	t.Helper()
	options := c.withDefaults()
	f, err := disk.Open(c.Output+StateSuffix, disk.Options{Options: options.FrontierOptions()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.SetMeta(map[string][]byte{metaClosed: nil}), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// setOver marks a state as one that was about to be removed. The number and its
// complement lie behind the mark's header.
func setOver(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, "FRONTIER")
	mark := readFile(t, name)
	at := len(mark) - 3*16
	binary.LittleEndian.PutUint64(mark[at:], 2)
	binary.LittleEndian.PutUint64(mark[at+8:], ^uint64(2))
	writeFile(t, name, mark)
}

func TestInMemoryKeepsNoState(t *testing.T) {
	c := treeConfig(tree(120), filepath.Join(t.TempDir(), "pages.jsonl"))
	c.InMemory = true
	if _, err := runOnce(t, c, 40, true); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.Output + StateSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a state: %v", err)
	}
	if _, err := runOnce(t, c, 0, false); !errors.Is(err, sink.ErrExists) {
		t.Errorf("once more: %v", err)
	}
}

// TestResumeIsPolite stops a crawl right after a request, and goes on at once: the
// host sees the interval all the same.
func TestResumeIsPolite(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		chain(w, "http://a.example", 10)
		c := Config{Seeds: []string{"http://a.example/0"}, Transport: w, Rate: 0.5, Output: filepath.Join(dir, "pages.jsonl")}
		for range 50 {
			_, err := runOnce(t, c, 2, false)
			if err == nil {
				break
			}
			if !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
		}
		hits := w.hits("a.example")
		for i := 1; i < len(hits); i++ {
			if gap := hits[i].Sub(hits[i-1]); gap < 2*time.Second {
				t.Errorf("request %d came %v after the one before", i, gap)
			}
		}
		if n := len(linesOf(t, c.Output)); n != 11 {
			t.Errorf("%d lines", n)
		}
	})
}

// TestPauseIsKept kills a crawl right after an answer that asked for a pause: the
// host is left alone for all of it.
func TestPauseIsKept(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.on("http://a.example/busy", func(_ *http.Request, nth int) *http.Response {
			if nth > 1 {
				return htmlPage()
			}
			return answer(503, "", "Retry-After", "60")
		})
		w.page("http://a.example/other")
		c := Config{Seeds: []string{"http://a.example/busy", "http://a.example/other"}, Transport: w, IgnoreRobots: true, Output: filepath.Join(dir, "pages.jsonl")}
		ctx, kill := context.WithCancel(t.Context())
		time.AfterFunc(500*time.Millisecond, kill)
		killedRun(t, ctx, c)
		if _, err := runOnce(t, c, 0, false); err != nil {
			t.Fatal(err)
		}
		hits := w.hits("a.example")
		if len(hits) != 3 || hits[1].Sub(hits[0]) < time.Minute {
			t.Errorf("asked %d times, the second %v after the first", len(hits), hits[1].Sub(hits[0]))
		}
	})
}
