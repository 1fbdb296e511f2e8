//go:build unix

package soak

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/internal/site"
)

// slowerResume is what resuming may take more than starting.
const slowerResume = 2 * time.Second

// TestResumeTime compares how long it takes from the start of the process to the first request, of a new crawl and of one that has very much
// in its queue.
func TestResumeTime(t *testing.T) {
	const links = 1000 // a page, of which half lead to new ones
	n := inForm(20_000, 1_000_000)
	web, err := site.NewWeb(site.WebOptions{Pages: n, Links: links})
	if err != nil {
		t.Fatal(err)
	}
	o := serve(t, web, 0)
	args := flatOut("--ignore-robots", o.url+"/page/0.html")
	c := newCrawl(t, "out.jsonl.zst", false, args...)
	p := c.start(t)
	// Every page of the tree's upper part has been fetched by now, and so all are known. Some answers were under way.
	p.until(func() bool { return o.answered.Load() > int64(n/(links/2)+100) })
	p.signal(os.Kill)
	if code := p.wait(t); code >= 0 {
		t.Fatalf("it ended with %d before it was killed\n%s", code, p.stderr.String())
	}
	var fresh, resumed []time.Duration
	for range inForm(3, 7) {
		fresh = append(fresh, firstRequest(t, o, newCrawl(t, "out.jsonl.zst", false, args...)))
		resumed = append(resumed, firstRequest(t, o, c))
	}
	// The first time it also reads what the killed process had written last: that is the longest.
	start, resume := median(fresh), slices.Max(resumed)
	t.Logf("to the first request: %v for a new crawl, at most %v with %d URLs known and %d kB of state (%.1f times); one after the other: %v and %v",
		start, resume, n, size(c.statePath())>>10, float64(resume)/float64(start), fresh, resumed)
	if *long && resume > start+slowerResume {
		t.Errorf("resuming takes %v, starting %v; want at most %v more", resume, start, slowerResume)
	}
	if heard := firstWords(t, c); !strings.Contains(heard, "resum") {
		t.Errorf("it says nothing of going on: %q", heard)
	}
}

// firstRequest is the time from the start of a process to its first request. Then it is killed.
func firstRequest(t *testing.T, o *origin, c *crawl) time.Duration {
	t.Helper()
	o.settle()
	p := c.start(t)
	p.until(func() bool { return !o.firstRequest().IsZero() })
	p.signal(os.Kill)
	if code := p.wait(t); code >= 0 {
		t.Fatalf("it ended with %d before it asked for anything\n%s", code, p.stderr.String())
	}
	return o.firstRequest().Sub(p.began).Round(100 * time.Microsecond)
}

// firstWords is what a process says that is interrupted after its first answers.
func firstWords(t *testing.T, c *crawl) string {
	t.Helper()
	args := slices.DeleteFunc(slices.Clone(c.args), func(arg string) bool { return arg == "-q" })
	p := startProcess(t, exec.Command(program, args...))
	p.sleep(time.Second)
	p.signal(os.Interrupt)
	return p.endsWith(t, interrupted)
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}
