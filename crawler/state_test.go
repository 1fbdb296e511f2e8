package crawler

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// tree is a web of n pages on two hosts: each links to two more, to the first and
// to one that is gone. A crawl of it has 2n+3 lines, the rest being 404s.
func tree(n int) *web {
	w := newWeb()
	w.other = func(r *http.Request) *http.Response {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &i); err != nil || i >= n {
			return nil
		}
		return htmlPage(treeURL(2*i+1), treeURL(2*i+2), treeURL(0), "/gone", "http://c.example/")
	}
	return w
}

const treeLines = 2*120 + 3

func treeURL(i int) string { return fmt.Sprintf("http://%c.example/%d", 'a'+i%2, i) }

func treeConfig(w http.RoundTripper, output string) Config {
	c := flatOut(w, treeURL(0))
	c.Output, c.AllowedDomains, c.Concurrency = output, []string{"b.example"}, 4
	return c
}

// runOnce runs a crawl; if after is above 0 it is stopped when so many requests
// were answered, at once or gently.
func runOnce(t *testing.T, c Config, after int, gently bool) (Stats, error) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if after > 0 {
		n := 0
		inner := c.Transport
		answered := make(chan struct{}, 1000)
		crawler.config.Fetch.Wire = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			answered <- struct{}{}
			return resp, err
		})
		go func() {
			for range answered {
				if n++; n == after && gently {
					crawler.Drain()
				} else if n == after {
					stop()
				}
			}
		}()
		defer close(answered)
	}
	stats, err := crawler.Run(ctx)
	if !stats.Balanced() {
		t.Errorf("the balance is off: %+v", stats.Counts)
	}
	return stats, err
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// linesOf reads an output, whatever its compression, and fails if a line is torn
// or doubled.
func linesOf(t *testing.T, output string) map[string]sink.Record {
	t.Helper()
	data, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(output) {
	case ".gz":
		r, gzErr := gzip.NewReader(bytes.NewReader(data))
		if gzErr != nil {
			t.Fatal(gzErr)
		}
		data, err = io.ReadAll(r)
	case ".zst":
		r, zstErr := zstd.NewReader(bytes.NewReader(data))
		if zstErr != nil {
			t.Fatal(zstErr)
		}
		defer r.Close()
		data, err = io.ReadAll(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	n := int64(bytes.Count(data, []byte("\n")))
	return recordsOf(t, data, Stats{Lines: n, Counts: frontier.Counts{Fetched: n, Discovered: n}})
}

func sameLines(t *testing.T, got, want map[string]sink.Record) {
	t.Helper()
	for url, w := range want {
		g, ok := got[url]
		if !ok {
			t.Errorf("%s is missing", url)
			continue
		}
		if status(g) != status(w) || g.Depth != w.Depth || len(g.Links) != len(w.Links) {
			t.Errorf("%s: %+v, want %+v", url, g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

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
		"edited": {func(t *testing.T, c *Config) func() {
			was := readFile(t, c.Output)
			writeFile(t, c.Output, append(bytes.Replace(was, []byte("http"), []byte("HTTP"), 1), "more\n"...))
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

func TestResumeCutsATornEnd(t *testing.T) {
	c := interruptedCrawl(t)
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
			if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o777)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		c := treeConfig(tree(5), filepath.Join(t.TempDir(), "pages.jsonl"))
		wholeButForItsEnd(t, c)
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
		if _, err := os.Stat(c.Output + StateSuffix); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the state stays: %v", name, err)
		}
	}
}

// wholeButForItsEnd leaves a crawl with every page a line, and its state.
func wholeButForItsEnd(t *testing.T, c Config) {
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
	if err := s.end(false); err != nil {
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

// TestNothingIsLeftOfARefusal looks for what a crawl that can't begin leaves.
func TestNothingIsLeftOfARefusal(t *testing.T) {
	dir := t.TempDir()
	existing := filepath.Join(dir, "existing.jsonl")
	writeFile(t, existing, []byte("{}\n"))
	for _, output := range []string{existing, filepath.Join(dir, "no", "such", "place.jsonl"), dir} {
		c := treeConfig(tree(5), output)
		if _, err := runOnce(t, c, 0, false); err == nil {
			t.Errorf("%s was taken", output)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
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

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}
