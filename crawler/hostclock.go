package crawler

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// hostClock says when a host may be asked next, and how many requests it may
// have in flight. Only the scheduler touches it; time is an argument.
//
// The limiter counts from when a request was written on the wire, not from when
// it was handed over, so that the host doesn't see two of them closer than the
// interval because a connection took long to open.
type hostClock struct {
	limiter   *rate.Limiter // nil: no interval
	interval  time.Duration
	last      time.Time // when a request was written last
	fixedMax  int       // requests in flight, as configured; 0 follows the interval
	cap       int       // never more than the crawl's concurrency
	notBefore time.Time // a pause that the host asked for
	inflight  int
	unsent    int  // of these, not yet written: the next time isn't known
	released  bool // the frontier may lease from the host
}

// slack lengthens an interval by one part in 128: a request that took a
// millisecond longer on its way than the next one comes closer to it, and the
// host is to see the interval, too. A host is still used to more than 99 %.
const slack = 128

func newHostClock(interval time.Duration, perHost, concurrency int) *hostClock {
	c := &hostClock{fixedMax: perHost, cap: concurrency}
	c.atLeast(interval)
	return c
}

// atLeast makes the interval no shorter than d.
func (c *hostClock) atLeast(d time.Duration) {
	if d <= c.interval {
		return
	}
	c.interval = d
	c.limiter = rate.NewLimiter(rate.Every(d+d/slack), 1)
	if !c.last.IsZero() {
		c.limiter.ReserveN(c.last, 1) // the longer interval counts from the last request, too
	}
}

// max is how many requests may be in flight: what the interval needs if an
// answer takes a second, unless configured.
func (c *hostClock) max() int {
	n := c.fixedMax
	if n == 0 {
		n = c.cap
		if c.interval > 0 {
			n = int(math.Ceil(float64(time.Second) / float64(c.interval)))
		}
	}
	return max(1, min(n, c.cap))
}

// full reports that no time can be named: one more request has to be written,
// or to end, first.
func (c *hostClock) full() bool {
	return c.inflight >= c.max() || (c.limiter != nil && c.unsent > 0)
}

// next is the earliest time from now on at which the host may be asked.
func (c *hostClock) next(now time.Time) time.Time {
	at := now
	if c.limiter != nil {
		r := c.limiter.ReserveN(now, 1)
		at = now.Add(r.DelayFrom(now))
		r.CancelAt(now)
	}
	if c.notBefore.After(at) {
		at = c.notBefore
	}
	return at
}

// asked starts the interval for a request that somebody else has made.
func (c *hostClock) asked(at time.Time) {
	c.begin()
	c.sent(at)
	c.end()
}

// begin counts a request handed over.
func (c *hostClock) begin() {
	c.inflight++
	c.unsent++
}

// sent starts the interval: a request was written, or failed before it was.
func (c *hostClock) sent(at time.Time) {
	c.unsent--
	c.last = at
	if c.limiter != nil {
		c.limiter.ReserveN(at, 1)
	}
}

// end counts a request ended.
func (c *hostClock) end() { c.inflight-- }

// pause keeps the host from being asked until at.
func (c *hostClock) pause(at time.Time) {
	if at.After(c.notBefore) {
		c.notBefore = at
	}
}

// idle reports that forgetting the clock at now would change nothing.
func (c *hostClock) idle(now time.Time) bool {
	return c.inflight == 0 && c.unsent == 0 && !c.next(now).After(now)
}
