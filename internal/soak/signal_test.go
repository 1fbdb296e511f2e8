//go:build unix

package soak

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt interrupts a crawl again and again, each time with exit code 3 and an output without a torn end, until it is complete.
func TestInterrupt(t *testing.T) {
	const latency = 60 * time.Millisecond // so that there is something in flight when the second signal comes, but not too much of the whole
	o := serve(t, world(t), latency)
	args := []string{"--rate", "0", "-c", "4", "--retries", "0", o.url + "/"}
	want, wantAudit := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	interrupts := inForm(3, 30)
	for _, how := range []struct {
		name string
		do   func(p *process)
	}{
		{"SIGTERM", func(p *process) { p.signal(syscall.SIGTERM) }},
		{"SIGINT twice", func(p *process) {
			p.signal(os.Interrupt)
			p.sleep(upTo(latency)) // two at once would be one
			p.signal(os.Interrupt)
		}},
	} {
		for i, output := range outputs {
			if !*long && i > 0 {
				break
			}
			t.Run(how.name+"/"+output, func(t *testing.T) {
				c := newCrawl(t, output, true, args...)
				lines, times, done := 0, 0, false
				for left := interrupts; left > 0 && !done; left-- {
					p := c.start(t)
					waitUntilAtWork(p, o, len(want)-lines, left)
					how.do(p)
					code := p.wait(t)
					if done = code == complete; done {
						continue
					}
					if code != interrupted {
						t.Fatalf("exit code %d, want %d\n%s", code, interrupted, p.stderr.String())
					}
					times++
					if !strings.Contains(p.stderr.String(), "interrupted") {
						t.Errorf("it says nothing of the interrupt: %q", p.stderr.String())
					}
					got := readWhole(t, c.output)
					sameLines(t, want, got)
					if len(got) < lines {
						t.Fatalf("%d lines, and there were %d", len(got), lines)
					}
					lines = len(got)
				}
				t.Logf("interrupted %d times", times)
				if times < interrupts/2 {
					t.Errorf("interrupted only %d times of %d", times, interrupts)
				}
				if !done {
					c.finish(t)
				}
				checkComplete(t, c, want)
				sameAudit(t, wantAudit, readAudit(t, c.audit))
			})
		}
	}
}

// waitUntilAtWork waits until a process has asked for something, and then for this interrupt's share of what is left.
func waitUntilAtWork(p *process, o *origin, linesLeft, interruptsLeft int) {
	answers := o.answered.Load() + int64(linesLeft/(interruptsLeft+1))
	o.forget()
	p.until(func() bool { return !o.firstRequest().IsZero() && o.answered.Load() >= answers })
}
