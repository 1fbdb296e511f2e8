package disk

import (
	"math"
	"time"
)

// instant is a time in nanoseconds since 1970; always comes before all others.
// It is what times are kept as, in memory and on disk.
type instant int64

const always instant = math.MinInt64

// ordered maps an instant to a number of the same order, for keys.
func (i instant) ordered() uint64 { return uint64(i) ^ 1<<63 }

func instantOf(ordered uint64) instant { return instant(ordered ^ 1<<63) }

// farAway bounds times so that they don't overflow.
const farAway = 100 * 365 * 24 * time.Hour

// clock turns times into instants and back along the process's monotonic clock,
// so that a step of the wall clock doesn't move what waits in memory.
type clock struct{ base time.Time }

func (c clock) instant(t time.Time) instant {
	if t.IsZero() {
		return always
	}
	return instant(c.base.UnixNano() + int64(min(t.Sub(c.base), farAway)))
}

func (c clock) time(i instant) time.Time {
	if i == always {
		return time.Time{}
	}
	return c.base.Add(time.Duration(int64(i) - c.base.UnixNano()))
}
