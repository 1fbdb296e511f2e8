package fetch

import (
	"context"
	"strings"
	"sync"
	"time"
)

// A watchdog ends an exchange that stays too long in a phase, or takes too long in all, by canceling its context with the *Error as cause.
type watchdog struct {
	limits Timeouts
	cancel context.CancelCauseFunc
	alarm  *alarm

	mu       sync.Mutex
	phase    Phase
	phaseEnd time.Time // zero: no limit
	allEnd   time.Time // of all phases; zero: no limit
	due      time.Time // the alarm goes off by then; zero: never mind
	fault    *Error    // what it ended the exchange with
	stopped  bool

	prev, next *watchdog // of the alarm's list, and under its lock
}

// begin starts the watch. Until net/http reports something, the exchange waits for an answer: a wire that is no network reports nothing.
func (w *watchdog) begin(now time.Time, limits Timeouts, a *alarm, cancel context.CancelCauseFunc) {
	w.limits, w.cancel, w.alarm, w.phase = limits, cancel, a, PhaseHeaders
	w.phaseEnd, w.allEnd = deadline(now, limits.Header), deadline(now, limits.Total)
	w.due = sooner(sooner(w.phaseEnd, w.allEnd), deadline(now, limits.Connect)) // the phase to come, so that the alarm need not be moved for it
	a.add(w, w.due)
}

// enter begins a phase with its limit.
func (w *watchdog) enter(phase Phase) {
	w.enterWithin(phase, w.limits.of(phase))
}

func (w *watchdog) enterWithin(phase Phase, limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setWithin(time.Now(), phase, limit)
}

// rest is the body's phase without its limit, while nobody waits for the server. The total goes on.
func (w *watchdog) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setRest()
}

func (w *watchdog) stop() {
	w.mu.Lock()
	stopped := w.stopped
	w.stopped = true
	w.mu.Unlock()
	if !stopped {
		w.alarm.remove(w)
	}
}

// verdict is the phase under way and the fault that the watchdog ended it with, nil if it didn't.
func (w *watchdog) verdict() (Phase, *Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.phase, w.fault
}

// The lock must be held for set, setWithin and setRest.

func (w *watchdog) set(now time.Time, phase Phase) {
	w.setWithin(now, phase, w.limits.of(phase))
}

func (w *watchdog) setWithin(now time.Time, phase Phase, limit time.Duration) {
	if w.stopped {
		return
	}
	w.phase, w.phaseEnd = phase, deadline(now, limit)
	if limit > 0 && (w.due.IsZero() || w.phaseEnd.Before(w.due)) {
		w.due = w.phaseEnd
		w.alarm.hasten(w.due)
	}
}

func (w *watchdog) setRest() {
	if !w.stopped {
		w.phase, w.phaseEnd = PhaseBody, time.Time{}
	}
}

// look ends the exchange if a limit has passed, and otherwise says when to look again, zero for never mind.
func (w *watchdog) look() time.Time {
	w.mu.Lock()
	if w.stopped {
		w.mu.Unlock()
		return time.Time{}
	}
	now := time.Now()
	switch {
	case passed(w.allEnd, now):
		w.fault = &Error{
			Kind: KindTimeout, Phase: PhaseTotal, During: w.phase,
			Message: "not finished within " + short(w.limits.Total) + " (total; it was at: " + string(w.phase) + ")",
		}
	case passed(w.phaseEnd, now):
		w.fault = &Error{Kind: KindTimeout, Phase: w.phase, Message: w.limits.message(w.phase)}
	}
	w.due = sooner(w.phaseEnd, w.allEnd)
	due, fault := w.due, w.fault
	w.stopped = fault != nil
	w.mu.Unlock()
	if fault != nil {
		w.alarm.remove(w)
		w.cancel(fault)
		return time.Time{}
	}
	return due
}

func passed(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }

// sooner is the earlier of two times, of which either may be zero for never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// deadline is the end of a limit that begins now, zero without a limit.
func deadline(now time.Time, limit time.Duration) time.Time {
	if limit == 0 {
		return time.Time{}
	}
	return now.Add(limit)
}

// of is the limit of a phase.
func (t Timeouts) of(phase Phase) time.Duration {
	switch phase {
	case PhaseDNS, PhaseConnect:
		return t.Connect
	case PhaseTLS:
		return t.TLS
	case PhaseRequest, PhaseHeaders:
		return t.Header
	case PhaseBody:
		return t.Body
	}
	return t.Total
}

// message says that the limit of a phase has passed.
func (t Timeouts) message(phase Phase) string {
	limit := short(t.of(phase))
	switch phase {
	case PhaseDNS:
		return "no address for the host within " + limit + " (dns)"
	case PhaseConnect:
		return "no connection within " + limit + " (connect)"
	case PhaseTLS:
		return "no TLS within " + limit + " (tls)"
	case PhaseRequest:
		return "the server did not take the request within " + limit + " (request)"
	case PhaseBody:
		return "nothing more came for " + limit + " (body)"
	}
	return "no answer within " + limit + " (headers)"
}

// short is 2m where time.Duration says 2m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
