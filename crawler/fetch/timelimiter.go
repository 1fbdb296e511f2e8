package fetch

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// timeLimiter is the layer that ends a fetch when a phase takes too long, and that tells the caller when what happened.
type timeLimiter struct {
	next   http.RoundTripper
	limits Timeouts
	alarm  alarm
}

func (l *timeLimiter) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	ex := newExchange(ctx, l.limits, &l.alarm, cancel)
	resp, err := l.next.RoundTrip(req.WithContext(ex.attach(ctx)))
	if err != nil {
		fault := ex.faultOf(req.Context(), err)
		ex.over()
		cancel(nil)
		return nil, fault
	}
	ex.answered()
	if resp.Body == nil || resp.Body == http.NoBody {
		resp.Body = http.NoBody
		ex.over()
		cancel(nil)
		return resp, nil
	}
	b := &ex.body
	b.body, b.ex, b.caller = resp.Body, ex, req.Context()
	b.drainable, b.left = resp.ProtoMajor == 1, resp.ContentLength
	resp.Body = b
	return resp, nil
}

// faultOf finds the cause of an error: a limit that passed, the caller who stopped, or else the error itself.
func (ex *exchange) faultOf(caller context.Context, err error) *Error {
	phase, fault := ex.verdict()
	switch {
	case fault != nil:
		return fault
	case caller.Err() != nil:
		return stoppedBy(context.Cause(caller), phase)
	}
	e := Classify(err, phase)
	if e.Kind == KindProtocol && ex.headersCut(err) {
		e.Kind, e.Message = KindConnection, "connection closed before the answer was complete"
	}
	return e
}

// headersCut tells a header line that ends with the connection from one that is malformed, which net/http calls both.
func (ex *exchange) headersCut(err error) bool {
	ex.mu.Lock()
	c := wireConn(ex.link)
	ex.mu.Unlock()
	return c != nil && c.ended.Load() && strings.Contains(err.Error(), "malformed MIME header")
}

func stoppedBy(cause error, phase Phase) *Error {
	if KindOf(cause) != "" {
		return Classify(cause, phase)
	}
	e := &Error{Kind: KindCanceled, Phase: phase, Message: "stopped by the caller", Err: cause}
	switch cause {
	case context.Canceled:
	case context.DeadlineExceeded:
		e.Message += ", whose deadline passed"
	default:
		e.Message += ": " + plainly(cause)
	}
	return e
}

// timedBody is a body under watch. The watchdog's limit runs while a Read waits, and not while the reader is busy elsewhere.
type timedBody struct {
	body   io.ReadCloser
	ex     *exchange
	caller context.Context

	drainable bool
	closed    atomic.Bool

	mu    sync.Mutex // held by a Read; Close may come in the middle of one
	left  int64      // announced and not yet read; negative: not known
	fault error      // how it ended: io.EOF or an *Error
}

func (b *timedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fault != nil {
		return 0, b.fault
	}
	b.ex.enter(PhaseBody)
	n, err := b.body.Read(p)
	b.ex.rest()
	if b.left > 0 {
		b.left -= int64(n)
	}
	if err == nil {
		return n, nil
	}
	switch {
	case err == io.EOF:
	case b.closed.Load():
		err = closedEarly()
	default:
		err = b.ex.faultOf(b.caller, err)
	}
	b.fault = err
	b.ex.over()
	b.ex.cancel(nil)
	return n, err
}

// A body that is closed before its end costs the connection, for which there is no other use. If the end is near it is cheaper to read on:
// no more than what is in the buffers, or on its way.
const (
	drainBytes = 4 << 10
	drainTime  = 50 * time.Millisecond
)

func (b *timedBody) Close() error {
	b.closed.Store(true)
	if b.mu.TryLock() {
		defer b.mu.Unlock()
		if b.fault != nil { // it is over already
			return b.body.Close()
		}
		if b.drainable && b.left <= drainBytes {
			b.drain()
		}
		b.fault = closedEarly()
	}
	err := b.body.Close()
	b.ex.over()
	b.ex.cancel(nil)
	return err
}

func (b *timedBody) drain() {
	b.ex.enterWithin(PhaseBody, drainTime)
	_, _ = io.CopyN(io.Discard, b.body, drainBytes+1) // what comes of it doesn't matter to who has closed it
}

// closedEarly is what a reader gets who reads on after Close.
func closedEarly() *Error { return Classify(http.ErrBodyReadAfterClose, PhaseBody) }
