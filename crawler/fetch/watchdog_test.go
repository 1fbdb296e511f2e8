package fetch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchdogIsLazy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		var w watchdog
		w.begin(time.Now(), Timeouts{Header: 10 * time.Second, Body: 10 * time.Second, Total: time.Minute}, new(alarm), cancel)
		dues := map[time.Time]bool{}
		for range 20 { // a second at a time, never 10 without progress
			time.Sleep(time.Second)
			w.enter(PhaseBody)
			w.mu.Lock()
			dues[w.due] = true
			w.mu.Unlock()
		}
		if ctx.Err() != nil {
			t.Fatal("ended in spite of progress")
		}
		if len(dues) > 4 {
			t.Errorf("the timer was set to %d times in 20 phases", len(dues))
		}
		w.rest()
		time.Sleep(30 * time.Second)
		if ctx.Err() != nil {
			t.Fatal("ended while nobody waited")
		}
		time.Sleep(11 * time.Second)
		if phase, fault := w.verdict(); fault == nil || fault.Phase != PhaseTotal || phase != PhaseBody || context.Cause(ctx) != fault {
			t.Fatalf("after a minute: %s, %v, %v", phase, fault, context.Cause(ctx))
		}
	})
}

func TestWatchdogStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		var w watchdog
		w.begin(time.Now(), Timeouts{Header: time.Second, Total: time.Second}, new(alarm), cancel)
		w.stop()
		w.enter(PhaseBody)
		time.Sleep(time.Hour)
		if ctx.Err() != nil {
			t.Error("went off after it was stopped")
		}
	})
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "1h", 90 * time.Minute: "1h30m", 2 * time.Minute: "2m", 90 * time.Second: "1m30s", 10 * time.Second: "10s", 1500 * time.Millisecond: "1.5s",
	} {
		if got := short(d); got != want {
			t.Errorf("short(%v) = %s, want %s", d, got, want)
		}
	}
}
