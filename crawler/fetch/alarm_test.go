package fetch

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// Each of many watchdogs ends its exchange at its own time, with one timer, and those that are done in time leave nothing behind.
func TestAlarmServesMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a alarm
		start := time.Now()
		const n = 200
		ends := make([]time.Duration, n)
		want := make([]time.Duration, n)
		dogs := make([]*watchdog, n)
		for i := range n {
			want[i] = time.Duration(1+rand.IntN(60_000)) * time.Millisecond
			cancel := func(error) { ends[i] = time.Since(start) }
			w := new(watchdog)
			dogs[i] = w
			switch i % 3 {
			case 0:
				w.begin(start, Timeouts{Header: want[i]}, &a, cancel)
			case 1:
				w.begin(start, Timeouts{Total: want[i], Header: time.Hour}, &a, cancel)
			case 2:
				w.begin(start, Timeouts{Header: time.Hour, Body: want[i]}, &a, cancel)
				w.enter(PhaseBody)
			}
			if i%10 == 0 {
				w.stop()
				want[i] = 0
			}
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		for i := range n {
			if ends[i] != want[i] {
				t.Errorf("exchange %d ended after %v, want %v", i, ends[i], want[i])
			}
		}
		if a.first != nil || !a.due.IsZero() {
			t.Error("the alarm still has something to do")
		}
		for _, w := range dogs { // as a body does that is closed after a timeout
			w.stop()
		}
		if a.first != nil {
			t.Error("a watchdog came back")
		}
	})
}
