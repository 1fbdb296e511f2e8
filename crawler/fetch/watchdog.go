package fetch

import (
	"context"
	"strings"
	"sync"
	"time"
)

// A watchdog ends an exchange that stays too long in a phase, or takes too long in all, by canceling its context with the *Error as cause.
//
// It has one timer, which is moved only when it has to go off sooner. When it goes off too early, as phases have passed meanwhile,
// it is set again; so most fetches start one timer and stop it, and nothing else.
type watchdog struct {
	limits Timeouts
	cancel context.CancelCauseFunc

	mu       sync.Mutex
	phase    Phase
	phaseEnd time.Time // zero: no limit
	allEnd   time.Time // of all phases; zero: no limit
	timer    *time.Timer
	due      time.Time // when the timer goes off; zero: it is not set
	fault    *Error    // what it ended the exchange with
	stopped  bool
}

// begin starts the watch. Until net/http reports something, the exchange waits for an answer: a wire that is no network reports nothing.
func (w *watchdog) begin(limits Timeouts, cancel context.CancelCauseFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits, w.cancel = limits, cancel
	now := time.Now()
	w.phase, w.phaseEnd = PhaseHeaders, deadline(now, limits.Header)
	w.allEnd = deadline(now, limits.Total)
	if limits.Connect > 0 && limits.Connect < limits.Header {
		w.wake(now.Add(limits.Connect)) // the first that may be needed: better too early than to be moved at once
	} else {
		w.arm()
	}
}

// enter begins a phase and its limit.
func (w *watchdog) enter(phase Phase) {
	w.enterWithin(phase, w.limits.of(phase))
}

func (w *watchdog) enterWithin(phase Phase, limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set(phase, limit)
}

// enterAfter begins a phase if the one before it is still on.
func (w *watchdog) enterAfter(before, phase Phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.phase == before {
		w.set(phase, w.limits.of(phase))
	}
}

// rest begins a phase without its limit: nobody waits for the server now. The total goes on.
func (w *watchdog) rest(phase Phase) {
	w.enterWithin(phase, 0)
}

// rename says what the phase is doing while its limit goes on.
func (w *watchdog) rename(phase Phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.phase = phase
}

func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

// verdict is the phase under way and the fault that the watchdog ended it with, nil if it didn't.
func (w *watchdog) verdict() (Phase, *Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.phase, w.fault
}

// set and arm need the lock.
func (w *watchdog) set(phase Phase, limit time.Duration) {
	if w.stopped || w.fault != nil {
		return
	}
	w.phase, w.phaseEnd = phase, time.Time{}
	if limit > 0 {
		w.phaseEnd = time.Now().Add(limit)
		w.arm()
	}
}

func (w *watchdog) arm() {
	next := w.phaseEnd
	if next.IsZero() || !w.allEnd.IsZero() && w.allEnd.Before(next) {
		next = w.allEnd
	}
	if !next.IsZero() && (w.due.IsZero() || next.Before(w.due)) {
		w.wake(next)
	}
}

func (w *watchdog) wake(at time.Time) {
	w.due = at
	if w.timer == nil {
		w.timer = time.AfterFunc(time.Until(at), w.fire)
	} else {
		w.timer.Reset(time.Until(at))
	}
}

// end ends the exchange for a reason that is not time's.
func (w *watchdog) end(fault *Error) {
	w.mu.Lock()
	late := w.stopped || w.fault != nil
	if !late {
		w.fault = fault
	}
	w.mu.Unlock()
	if !late {
		w.cancel(fault)
	}
}

func (w *watchdog) fire() {
	w.mu.Lock()
	if w.stopped || w.fault != nil {
		w.mu.Unlock()
		return
	}
	w.due = time.Time{}
	now := time.Now()
	switch {
	case !w.allEnd.IsZero() && !now.Before(w.allEnd):
		w.fault = &Error{
			Kind: KindTimeout, Phase: PhaseTotal, During: w.phase,
			Message: "not finished within " + short(w.limits.Total) + " (total; it was at: " + string(w.phase) + ")",
		}
	case !w.phaseEnd.IsZero() && !now.Before(w.phaseEnd):
		w.fault = &Error{Kind: KindTimeout, Phase: w.phase, Message: w.limits.passed(w.phase)}
	default:
		w.arm()
	}
	fault := w.fault
	w.mu.Unlock()
	if fault != nil {
		w.cancel(fault)
	}
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

// passed says that the limit of a phase has passed.
func (t Timeouts) passed(phase Phase) string {
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
