package crawler

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

// slowList gives its lines one by one, at random times.
type slowList struct {
	lines []string
	rnd   *rand.Rand
}

func (l *slowList) Read(p []byte) (int, error) {
	if len(l.lines) == 0 {
		return 0, io.EOF
	}
	if l.rnd != nil && l.rnd.IntN(3) == 0 {
		time.Sleep(time.Duration(l.rnd.IntN(40)) * time.Millisecond)
	}
	n := copy(p, l.lines[0]+"\n")
	l.lines = l.lines[1:]
	return n, nil
}

// listWeb has 30 hosts, whose pages link to each other's, to a page that only
// links not to be followed lead to, and to a host that no seed names.
func listWeb() (w *web, seeds []string) {
	w = newWeb()
	w.latency = 5 * time.Millisecond
	for i := range 30 {
		host := func(n int) string { return fmt.Sprintf("http://h%02d.example", (i+n)%30) }
		seeds = append(seeds, host(0)+"/")
		if i%5 == 2 {
			seeds = append(seeds, host(0)+"/moved")
		}
		w.on(host(0)+"/", func(*http.Request, int) *http.Response {
			return answer(200, fmt.Sprintf(`<title>t</title><a href="/a">a</a><a href="%s/b">b</a><a href="http://far.example/">x</a>
				<a rel=nofollow href="%s/n">n</a><a rel=nofollow href="http://far.example/n">n</a>`, host(7), host(3)), "Content-Type", "text/html")
		})
		w.page(host(0)+"/a", host(11)+"/b", host(2)+"/moved")
		w.page(host(0)+"/b", host(5)+"/c")
		w.page(host(0)+"/c", host(1)+"/d")
		w.on(host(0)+"/moved", func(*http.Request, int) *http.Response { return answer(302, "", "Location", host(4)+"/d") })
	}
	return w, seeds
}

// TestListIsCrawledWhileItIsRead: how fast a list comes decides nothing, neither
// what is in the dataset nor why something isn't, nor in which order.
func TestListIsCrawledWhileItIsRead(t *testing.T) {
	type dataset struct {
		Lines   []string
		Skipped map[frontier.Reason]int64
	}
	crawlList := func(t *testing.T, rnd *rand.Rand, change func(*Config)) (d dataset) {
		synctest.Test(t, func(t *testing.T) {
			w, seeds := listWeb()
			if rnd != nil {
				w.latency = time.Duration(1+rnd.IntN(20)) * time.Millisecond
			}
			list := &slowList{lines: seeds, rnd: rnd}
			c := Config{SeedList: list, Transport: w, Rate: Unlimited, IgnoreRobots: false}
			change(&c)
			var out strings.Builder
			c.Output, c.Stdout = "-", &out
			crawler, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := crawler.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			recordsOf(t, []byte(out.String()), stats)
			d.Skipped = stats.Skipped
			for line := range strings.Lines(out.String()) {
				r, err := sink.Decode([]byte(line))
				if err != nil {
					t.Fatal(err)
				}
				if c.Ordered || c.MaxPages > 0 {
					d.Lines = append(d.Lines, fmt.Sprintf("%s %d", r.URL, r.Depth))
				} else {
					d.Lines = append(d.Lines, r.URL)
				}
			}
			if !c.Ordered && c.MaxPages == 0 {
				slices.Sort(d.Lines)
			}
		})
		return d
	}
	for name, change := range map[string]func(*Config){
		"plain":     func(*Config) {},
		"depth":     func(c *Config) { c.MaxDepth = 2 },
		"ordered":   func(c *Config) { c.Ordered = true },
		"max pages": func(c *Config) { c.MaxPages = 77 },
		"prefix":    func(c *Config) { c.Scope = ScopePrefix },
		"include":   func(c *Config) { c.Include = []string{"/[abd]$"} },
		"fetch":     func(c *Config) { c.FollowNothing, c.Ordered = true, true },
	} {
		want := crawlList(t, nil, change)
		if len(want.Lines) < 36 || name != "max pages" && len(want.Skipped) < 1 {
			t.Fatalf("%s: %d lines, skipped %v", name, len(want.Lines), want.Skipped)
		}
		for seed := range uint64(20) {
			got := crawlList(t, rand.New(rand.NewPCG(seed, 3)), change)
			if name == "max pages" {
				got.Skipped = want.Skipped // it depends on how far the crawl had looked ahead
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s, seed %d (-read at once +slowly):\n%s", name, seed, d)
			}
		}
	}
}

// TestListIsCrawledAtOnce has a page be a line before the list ends.
func TestListIsCrawledAtOnce(t *testing.T) {
	w, seeds := listWeb()
	in, out := io.Pipe()
	c := Config{SeedList: in, Transport: w, Rate: Unlimited, IgnoreRobots: true, Concurrency: 1}
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	go fmt.Fprint(out, seeds[0]+"\n"+seeds[1]+"\n")
	lines := 0
	for page, err := range crawler.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if lines++; lines == 2 {
			if page.URL != seeds[1] {
				t.Errorf("the second page is %s", page.URL)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if lines != 4 { // two seeds, and the page of each on its host
		t.Errorf("%d lines, want 4", lines)
	}
}

// TestListIsCutAnywhere tells a crawl to end while a long list is read, and goes on
// with it: what was found before isn't judged by half of the seeds.
func TestListIsCutAnywhere(t *testing.T) {
	var seeds []string
	for i := range 4000 {
		seeds = append(seeds, fmt.Sprintf("http://a.example/%d", i))
	}
	seeds = append(seeds, "http://far.example/")
	text := strings.Join(seeds, "\n")
	for drain := range 12 {
		w := newWeb()
		w.other = func(*http.Request) *http.Response { return htmlPage("http://far.example/x") }
		w.page("http://far.example/x")
		c := Config{Transport: w, Rate: Unlimited, IgnoreRobots: true, Output: filepath.Join(t.TempDir(), "pages.jsonl")}
		for run := 0; ; run++ {
			c.SeedList = strings.NewReader(text)
			after := 1 + drain*3
			if run > 1 {
				after = 0
			}
			_, err := runOnce(t, c, after, true)
			if err == nil {
				break
			}
			if !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
		}
		records := linesOf(t, c.Output)
		if _, ok := records["http://far.example/x"]; !ok || len(records) != len(seeds)+1 {
			t.Errorf("drained after %d: %d lines, that of the page that the last seed's host has: %v", 1+drain*3, len(records), ok)
		}
	}
}

// TestListThatGrew is one that was read to its end, and then has more.
func TestListThatGrew(t *testing.T) {
	w, seeds := listWeb()
	c := Config{Transport: w, Rate: Unlimited, IgnoreRobots: true, Output: filepath.Join(t.TempDir(), "pages.jsonl")}
	c.SeedList = strings.NewReader(strings.Join(seeds[:20], "\n"))
	if _, err := runOnce(t, c, 50, true); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	c.SeedList = strings.NewReader(strings.Join(seeds, "\n"))
	var refused *ResumeError
	if _, err := runOnce(t, c, 0, false); !errors.As(err, &refused) || !strings.Contains(err.Error(), "SeedList was a list of 20 and is a list of more") {
		t.Errorf("got %v", err)
	}
	c.SeedList = strings.NewReader(strings.Join(seeds[:20], "\n"))
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Error(err)
	}
}

// TestListGoesOn stops a crawl of a list while it is read and after, and goes on
// with the same list, and not with another one.
func TestListGoesOn(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"crawl": func(*Config) {},
		"fetch": func(c *Config) { c.FollowNothing = true },
	} {
		w, seeds := listWeb()
		c := Config{Transport: w, Rate: Unlimited, IgnoreRobots: true, Output: filepath.Join(t.TempDir(), "pages.jsonl"), Concurrency: 4}
		change(&c)
		c.SeedList = strings.NewReader(strings.Join(seeds, "\n"))
		if _, err := runOnce(t, c, 0, false); err != nil {
			t.Fatal(err)
		}
		want := linesOf(t, c.Output)
		c.Output = filepath.Join(t.TempDir(), "pages.jsonl")
		rnd := rand.New(rand.NewPCG(5, 5))
		for runs := 1; ; runs++ {
			list := slices.Clone(seeds)
			c.SeedList = &slowList{lines: list, rnd: rand.New(rand.NewPCG(5, uint64(runs)))} // its reader may be left behind
			_, err := runOnce(t, c, 1+rnd.IntN(15), rnd.IntN(2) == 0)
			if err == nil {
				if runs < 3 {
					t.Errorf("%s: %d runs", name, runs)
				}
				break
			}
			if !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
			asked := len(w.asked)
			for what, other := range map[string][]string{
				"another URL": append([]string{"http://other.example/"}, seeds[1:]...), "none": {"# nothing"},
			} {
				c.SeedList = &slowList{lines: other}
				before := readFile(t, c.Output)
				_, err := runOnce(t, c, 0, false)
				var refused *ResumeError
				if len(before) > 0 && (!errors.As(err, &refused) || refused.Differences[0].Field != "SeedList") {
					t.Errorf("%s: a list with %s: %v", name, what, err)
				}
				if len(before) > 0 && len(w.asked) != asked {
					t.Errorf("%s: a list with %s: %d requests", name, what, len(w.asked)-asked)
				}
			}
		}
		got := linesOf(t, c.Output)
		if d := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); d != "" {
			t.Errorf("%s (-at once +resumed):\n%s", name, d)
		}
		if _, err := os.Stat(c.Output + StateSuffix); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the state is still there: %v", name, err)
		}
	}
}

// drainingReader ends the crawl when its list ends.
type drainingReader func()

func (drain drainingReader) Read([]byte) (int, error) {
	drain()
	return 0, io.EOF
}

// TestListDrains tells a crawl of a list to end at every moment, also between the
// list's end and the verdicts on what was found before: it ends, and its account
// adds up.
func TestListDrains(t *testing.T) {
	for after := range 300 {
		synctest.Test(t, func(t *testing.T) {
			w, seeds := listWeb()
			w.latency = 3 * time.Millisecond
			c := Config{SeedList: &slowList{lines: seeds, rnd: rand.New(rand.NewPCG(uint64(after), 1))}, Transport: w, Rate: Unlimited, IgnoreRobots: true}
			var out strings.Builder
			c.Output, c.Stdout = "-", &out
			crawler, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			if after%2 == 0 {
				crawler.config.SeedList = io.MultiReader(c.SeedList, drainingReader(crawler.Drain))
			} else {
				time.AfterFunc(time.Duration(after)*3*time.Millisecond, crawler.Drain)
			}
			stats, err := crawler.Run(t.Context())
			if err != nil && !errors.Is(err, ErrInterrupted) {
				t.Errorf("drained after %d: %v", after, err)
			}
			recordsOf(t, []byte(out.String()), stats)
			if done := stats.Queued == 0 && stats.Leased == 0; err == nil && !done {
				t.Errorf("drained after %d: complete with %+v", after, stats.Counts)
			}
			time.Sleep(time.Minute) // the list's reader is left behind until its read returns
		})
	}
}
