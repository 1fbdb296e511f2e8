package fetch

import (
	"sync"
	"time"
)

// An alarm goes off when one of its watchdogs may have something to do. It is one timer for all of a Transport's fetches, and set anew only
// when it has to go off sooner: a timer for each fetch would be a tenth of what a fetch costs.
type alarm struct {
	mu    sync.Mutex
	timer *time.Timer
	due   time.Time // when it goes off; zero: it is not set
	first *watchdog // of a list
}

// add has w looked at by the time at, if it is not zero, and then as it says itself, until it is removed.
func (a *alarm) add(w *watchdog, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.next = a.first
	if w.next != nil {
		w.next.prev = w
	}
	a.first = w
	a.wakeBy(at)
}

func (a *alarm) remove(w *watchdog) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w.next != nil {
		w.next.prev = w.prev
	}
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		a.first = w.next
	}
	w.prev, w.next = nil, nil
}

// hasten has all watchdogs looked at by the time at, if it is not zero.
func (a *alarm) hasten(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wakeBy(at)
}

// wakeBy needs the lock.
func (a *alarm) wakeBy(at time.Time) {
	if at.IsZero() || !a.due.IsZero() && !at.Before(a.due) {
		return
	}
	a.due = at
	if a.timer == nil {
		a.timer = time.AfterFunc(time.Until(at), a.ring)
	} else {
		a.timer.Reset(time.Until(at))
	}
}

// ring asks each watchdog, without the lock, as a watchdog may be about to hasten the alarm.
func (a *alarm) ring() {
	var all []*watchdog
	a.mu.Lock()
	a.due = time.Time{}
	for w := a.first; w != nil; w = w.next {
		all = append(all, w)
	}
	a.mu.Unlock()
	var next time.Time
	for _, w := range all {
		next = sooner(next, w.look())
	}
	a.hasten(next)
}
