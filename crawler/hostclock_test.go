package crawler

import (
	"testing"
	"time"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// ask begins, sends and ends a request at now, and returns when the next may go.
func (c *hostClock) ask(now time.Time) time.Time {
	c.begin()
	c.sent(now)
	c.end()
	return c.next(now)
}

func TestHostClockInterval(t *testing.T) {
	c := newHostClock(200*time.Millisecond, 0, 16)
	now := epoch
	if at := c.next(now); !at.Equal(now) {
		t.Fatalf("a new host may be asked at %v, want now", at)
	}
	for i := range 100 {
		at := c.ask(now)
		if gap := at.Sub(now); gap < 200*time.Millisecond || gap > 202*time.Millisecond {
			t.Fatalf("request %d: the next may go after %v, want 200ms and less than 1%% more", i, gap)
		}
		now = at
	}
	now = now.Add(time.Hour) // a rest saves nothing up
	if at := c.ask(now); at.Sub(now) < 200*time.Millisecond {
		t.Errorf("after an hour's rest two requests may go %v apart", at.Sub(now))
	}
}

func TestHostClockCountsFromTheWrite(t *testing.T) {
	c := newHostClock(time.Second, 4, 16)
	c.begin()
	if !c.full() {
		t.Error("another request may go before the first was written")
	}
	written := epoch.Add(700 * time.Millisecond) // the connection took its time
	c.sent(written)
	if c.full() {
		t.Error("no other request may go although one of four is out")
	}
	if at := c.next(written); at.Before(written.Add(time.Second)) {
		t.Errorf("the next may go %v after the write, want 1s", at.Sub(written))
	}
}

func TestHostClockInFlight(t *testing.T) {
	for _, tc := range []struct {
		interval    time.Duration
		perHost     int
		concurrency int
		want        int
	}{
		{time.Second, 0, 16, 1},            // one a second: one at a time
		{200 * time.Millisecond, 0, 16, 5}, // five a second need five, if each takes a second
		{300 * time.Millisecond, 0, 16, 4},
		{time.Millisecond, 0, 16, 16},
		{30 * time.Second, 0, 16, 1},
		{0, 0, 16, 16},
		{0, 3, 16, 3},
		{0, 99, 16, 16},
		{time.Second, 2, 16, 2},
	} {
		if got := newHostClock(tc.interval, tc.perHost, tc.concurrency).max(); got != tc.want {
			t.Errorf("every %v, per host %d, concurrency %d: %d in flight, want %d", tc.interval, tc.perHost, tc.concurrency, got, tc.want)
		}
	}
	c := newHostClock(0, 2, 16)
	c.begin()
	c.begin()
	if !c.full() {
		t.Error("a third request may go with two allowed")
	}
	c.sent(epoch)
	c.end()
	if c.full() {
		t.Error("a second request may not go")
	}
}

func TestHostClockPauseAndFloor(t *testing.T) {
	c := newHostClock(100*time.Millisecond, 0, 16)
	c.pause(epoch.Add(time.Minute))
	c.pause(epoch.Add(time.Second)) // a shorter one takes nothing back
	if at := c.next(epoch); !at.Equal(epoch.Add(time.Minute)) {
		t.Errorf("next %v, want after the pause", at.Sub(epoch))
	}
	if c.idle(epoch) {
		t.Error("a host in a pause would be forgotten")
	}
	now := epoch.Add(time.Hour)
	c.atLeast(5 * time.Second)
	c.atLeast(time.Second) // a floor isn't lowered
	if at := c.ask(now); at.Sub(now) < 5*time.Second {
		t.Errorf("the next may go after %v, want the Crawl-delay's 5s", at.Sub(now))
	}
	if c.idle(now) || !c.idle(now.Add(5*time.Second+5*time.Second/slack+time.Millisecond)) {
		t.Error("a host is idle exactly when its interval has passed")
	}

	none := newHostClock(0, 0, 4)
	if at := none.ask(now); !at.Equal(now) {
		t.Errorf("without a limit the next may go at %v", at)
	}
	none.atLeast(time.Second)
	if at := none.ask(now.Add(time.Minute)); at.Sub(now) < time.Minute+time.Second || at.Sub(now) > time.Minute+1010*time.Millisecond {
		t.Errorf("a Crawl-delay on a host without a limit: next after %v", at.Sub(now))
	}
}
