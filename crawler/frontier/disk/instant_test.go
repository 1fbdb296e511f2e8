package disk

import (
	"testing"
	"time"
)

func TestInstant(t *testing.T) {
	c := clock{base: time.Now()}
	var last uint64
	for i, at := range []time.Time{{}, time.Unix(0, 0), time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), c.base, c.base.Add(time.Hour)} {
		n := c.instant(at)
		if got := c.time(n); !got.Equal(at) {
			t.Errorf("%v is %v again", at, got)
		}
		if instantOf(n.ordered()) != n {
			t.Errorf("%v is lost in a key", at)
		}
		if i > 0 && at.Before(c.base.Add(time.Minute)) && n.ordered() <= last {
			t.Errorf("%v is not after the one before", at)
		}
		last = n.ordered()
	}
	if far := c.instant(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); far < c.instant(c.base) {
		t.Error("the far future is in the past")
	}
}
