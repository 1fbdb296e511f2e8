//go:build unix

package soak

import (
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/internal/site"
)

// outputs are one of each format.
var outputs = []string{"out.jsonl", "out.jsonl.gz", "out.jsonl.zst"}

// pythonDocs is where Debian's python3-doc lies.
const pythonDocs = "/usr/share/doc/python3-doc/html"

// world is the bundled site. Its robots.txt has to be obeyed, for the sake of the calendar.
func world(t *testing.T) http.Handler {
	t.Helper()
	s, err := site.New(site.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func flatOut(more ...string) []string { return append([]string{"--rate", "0", "-c", "32"}, more...) }

// uninterrupted is the dataset of a crawl that nothing happens to, and its audit if c has one.
func uninterrupted(t *testing.T, c *crawl) (dataset, map[string]auditLine) {
	t.Helper()
	c.runTo(t, complete)
	want := readWhole(t, c.output)
	if len(want) < 50 {
		t.Fatalf("an uninterrupted crawl has only %d lines%s", len(want), excerpt(want.urls()))
	}
	if c.audit == "" {
		return want, nil
	}
	audit := readAudit(t, c.audit)
	checkAudit(t, audit, want)
	return want, audit
}

// TestKill kills a crawl again and again until it is complete, and compares it with one that nothing happened to.
func TestKill(t *testing.T) {
	t.Run("world", func(t *testing.T) {
		testKill(t, world(t), 20*time.Millisecond, inForm(14, 300))
	})
	t.Run("python3-doc", func(t *testing.T) {
		if _, err := os.Stat(pythonDocs); err != nil {
			t.Skipf("needs Debian's python3-doc: %v", err)
		}
		testKill(t, http.FileServer(http.Dir(pythonDocs)), 20*time.Millisecond, inForm(4, 300))
	})
}

func testKill(t *testing.T, h http.Handler, latency time.Duration, kills int) {
	o := serve(t, h, latency)
	args := flatOut("--retries", "1", o.url+"/")
	want, wantAudit := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	for _, output := range outputs {
		t.Run(output, func(t *testing.T) {
			c := newCrawl(t, output, true, args...)
			killUntilComplete(t, c, o, want, kills)
			checkComplete(t, c, want)
			sameAudit(t, wantAudit, readAudit(t, c.audit))
		})
	}
}

// killUntilComplete kills as often as it is told, spread over the whole crawl, and then lets it end. A crawl that is
// complete before it was killed half as often fails the test.
func killUntilComplete(t *testing.T, c *crawl, o *origin, want dataset, kills int) {
	t.Helper()
	lines, killed, done := 0, 0, false
	for killed < kills && !done {
		p := c.start(t)
		waitForItsMoment(p, o, len(want)-lines, kills-killed)
		p.signal(os.Kill)
		switch code := p.wait(t); {
		case code == complete:
			done = true
		case code >= 0:
			t.Fatalf("after %d kills, with %d of %d lines: exit code %d\n%s\nthere are: %s", killed, lines, len(want), code, p.stderr.String(), listing(c.dir))
		default:
			killed++
			lines, done = checkKilled(t, c, want)
		}
	}
	if !done {
		c.finish(t)
	}
	t.Logf("%s: complete after %d kills", c.output, killed)
	if killed < kills/2 {
		t.Errorf("complete after only %d kills of %d", killed, kills)
	}
}

// waitForItsMoment waits until a process that crawls may be killed: most often in the middle of its work, when the server has answered
// about as much as is this kill's share of what is left; and one in six before it has come to work.
func waitForItsMoment(p *process, o *origin, linesLeft, killsLeft int) {
	if rand.IntN(6) == 0 {
		p.sleep(upTo(30 * time.Millisecond))
		return
	}
	share := rand.Float64() * 2 * float64(max(linesLeft, 0)) / float64(killsLeft)
	answers := o.answered.Load() + int64(share)
	p.until(func() bool { return o.answered.Load() >= answers || time.Since(p.began) > 3*time.Second })
	p.sleep(upTo(20 * time.Millisecond))
}

// TestKillAtTheStart kills new crawls while they make their state and output, and before they have anything.
func TestKillAtTheStart(t *testing.T) {
	o := serve(t, world(t), 0)
	args := flatOut("--retries", "0", o.url+"/")
	want, _ := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	killed := 0
	for round := range inForm(10, 200) {
		c := newCrawl(t, outputs[round%len(outputs)], true, args...)
		done := false
		for attempt := 0; attempt < 4 && !done; attempt++ {
			p := c.start(t)
			p.sleep(upTo(25 * time.Millisecond))
			p.signal(os.Kill)
			code := p.wait(t)
			if done = code == complete; done { // on a very fast machine
				continue
			}
			if code > complete {
				t.Fatalf("round %d: exit code %d before it was killed\n%s\nthere are: %s", round, code, p.stderr.String(), listing(c.dir))
			}
			killed++
			checkKilled(t, c, want)
		}
		if !done {
			c.finish(t)
		}
		checkComplete(t, c, want)
	}
	t.Logf("%d kills", killed)
}

// TestKillAtTheEnd kills crawls when there is nothing left to fetch: while they commit the last pages, finish the output and remove their state.
func TestKillAtTheEnd(t *testing.T) {
	o := serve(t, world(t), 0)
	c := newCrawl(t, "out.jsonl", true, flatOut("--retries", "0", o.url+"/")...)
	p := c.start(t)
	p.endsWith(t, complete)
	urls, tail := o.distinct(), max(p.end.Sub(o.lastAnswer()), time.Millisecond)
	want, wantAudit := readWhole(t, c.output), readAudit(t, c.audit)
	killed, survived := 0, 0
	for round := range inForm(12, 200) {
		c := newCrawl(t, outputs[round%len(outputs)], true, flatOut("--retries", "0", o.url+"/")...)
		for attempt := 0; ; attempt++ {
			o.forget()
			p := c.start(t)
			switch {
			case attempt > 0:
				p.sleep(upTo(5 * tail)) // it goes on, and comes to its end sooner or later
			case round%2 == 0:
				p.until(func() bool { return o.distinct() == urls })
				p.sleep(upTo(tail))
			default:
				untilShrinking(p, c.statePath())
			}
			if attempt < 5 {
				p.signal(os.Kill)
			}
			code := p.wait(t)
			if code == complete {
				survived++
				break
			}
			if code > complete {
				t.Fatalf("after %d kills at the end: exit code %d\n%s\nthere are: %s", attempt, code, p.stderr.String(), listing(c.dir))
			}
			killed++
			if _, done := checkKilled(t, c, want); done {
				break
			}
		}
		checkComplete(t, c, want)
		sameAudit(t, wantAudit, readAudit(t, c.audit))
	}
	t.Logf("%d kills in the %v after the last answer; %d processes had ended before", killed, tail, survived)
	if killed == 0 {
		t.Error("no process was killed")
	}
}

// untilShrinking waits until a directory has lost a file or two, or the process has ended.
func untilShrinking(p *process, dir string) {
	for most, enough := 0, 1+rand.IntN(2); ; {
		entries, _ := os.ReadDir(dir) // there is none at first, nor in the end
		most = max(most, len(entries))
		select {
		case <-p.ended:
			return
		default:
			if most-len(entries) >= enough {
				return
			}
		}
	}
}
