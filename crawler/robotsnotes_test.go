package crawler

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/robots"
)

// TestRobotsIsAskedOnceOverAllRuns stops a crawl and goes on with it, also under
// another name, for which the answer may be another one.
func TestRobotsIsAskedOnceOverAllRuns(t *testing.T) {
	w := newWeb()
	w.latency = time.Millisecond
	chain(w, "http://a.example", 100)
	w.page("http://a.example/0", "/1", "/private", "/open")
	w.page("http://a.example/private")
	w.page("http://a.example/open")
	w.robots("http://a.example", "User-agent: *\nDisallow: /private\nUser-agent: other\nDisallow: /open\n")
	c := Config{Seeds: []string{"http://a.example/0"}, Transport: w, Rate: Unlimited, Output: filepath.Join(t.TempDir(), "pages.jsonl")}
	for i, name := range []string{"one/1", "one/2", "other/1", "one/3"} {
		c.UserAgent = name
		if _, err := runOnce(t, c, 4, true); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		if got, want := w.count("http://a.example/robots.txt"), []int{1, 1, 2, 3}[i]; got != want {
			t.Errorf("after run %d robots.txt was asked for %d times, want %d", i+1, got, want)
		}
	}
	stats, err := runOnce(t, c, 0, false)
	if err != nil || stats.Skipped[ReasonRobots] != 1 || w.count("http://a.example/private") != 0 {
		t.Errorf("%v, %+v", err, stats.Counts)
	}
}

// TestRobotsFailureIsRemembered has the host of a robots.txt that could not be had
// be left alone by the next run, too.
func TestRobotsFailureIsRemembered(t *testing.T) {
	w := newWeb()
	w.latency = time.Millisecond
	chain(w, "http://a.example", 100)
	w.page("http://a.example/0", "/1", "http://b.example/1")
	w.on("http://b.example/robots.txt", func(*http.Request, int) *http.Response { return answer(503, "") })
	c := Config{Seeds: []string{"http://a.example/0"}, AllowedDomains: []string{"b.example"}, Transport: w, Rate: Unlimited, Retries: NoRetries,
		Output: filepath.Join(t.TempDir(), "pages.jsonl")}
	if _, err := runOnce(t, c, 8, true); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	w.page("http://a.example/90", "/91", "http://b.example/2")
	stats, err := runOnce(t, c, 0, false)
	if n := w.count("http://b.example/robots.txt"); err != nil || n != 1 || stats.Failures[fetch.KindRobots] != 2 {
		t.Errorf("%v, asked %d times, %+v", err, n, stats)
	}
	records := linesOf(t, c.Output)
	one, two := records["http://b.example/1"].Error, records["http://b.example/2"].Error
	if one == nil || two == nil || *one != *two {
		t.Errorf("the lines say %+v and %+v", one, two)
	}
}

// TestUnreadableNoteIsAskedAgain has notes that say nothing.
func TestUnreadableNoteIsAskedAgain(t *testing.T) {
	for _, note := range []string{"", "{", "{}", `{"agent":"trawl","expires":"2999-01-01T00:00:00Z","group":"?"}`} {
		c := newRobotsCache("trawl", oneNote(note))
		if e := c.entry("http://a.example/", time.Unix(1e9, 0)); e.group != nil || e.url != "http://a.example/robots.txt" {
			t.Errorf("%q is taken for %+v", note, e)
		}
	}
}

type oneNote string

func (oneNote) PutNote(string, []byte) {}

func (n oneNote) Note(string) ([]byte, bool, error) { return []byte(n), true, nil }

// TestEvictedRobotsAnswersAreKept goes through more origins than are held in
// memory: with notes none is forgotten, and without them there is room for more.
func TestEvictedRobotsAnswersAreKept(t *testing.T) {
	now := time.Unix(1e9, 0)
	settle := func(c *robotsCache, n int) {
		for i := range n {
			origin := fmt.Sprintf("http://h%d.example", i)
			e := c.entry(origin+"/", now)
			e.take(&robotsAnswer{group: robots.AllowAll("test")}, now, 0, nil)
			c.save(origin, e)
		}
	}
	forgotten := func(c *robotsCache, n int) (count int) {
		for i := range n {
			if c.entry(fmt.Sprintf("http://h%d.example/", i), now).group == nil {
				count++
			}
		}
		return count
	}
	kept := newRobotsCache("trawl", make(mapNotes))
	settle(kept, 2*robotsCacheDisk)
	if len(kept.entries) > robotsCacheDisk {
		t.Errorf("%d answers are in memory", len(kept.entries))
	}
	if n := forgotten(kept, 2*robotsCacheDisk); n > 0 {
		t.Errorf("%d answers are forgotten", n)
	}
	without := newRobotsCache("trawl", nil)
	settle(without, 2*robotsCacheDisk)
	if n := forgotten(without, 2*robotsCacheDisk); n > 0 {
		t.Errorf("without notes, %d answers are forgotten", n)
	}
}

type mapNotes map[string][]byte

func (m mapNotes) PutNote(key string, value []byte) { m[key] = value }

func (m mapNotes) Note(key string) ([]byte, bool, error) {
	value, ok := m[key]
	return value, ok, nil
}
