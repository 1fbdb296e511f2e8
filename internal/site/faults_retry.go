package site

import (
	"fmt"
	"net/http"
	"time"
)

// retryAfter is how far ahead the Retry-After headers point that are to be obeyed.
const retryAfter = 2 * time.Second

// retryFaults recover: the first requests fail, later ones get the page.
func retryFaults() []Fault {
	recovered := Want{Outcome: "page", Status: 200, Retried: true}
	after := func(value func() string) serveFault {
		return failing(1, func(_ *Site, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value())
			answerStatus(w, http.StatusServiceUnavailable, faultPage("503"))
		})
	}
	always := func(value string) func() string { return func() string { return value } }
	date := func(ahead time.Duration) func() string {
		return func() string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	}
	return []Fault{
		{"/fault/retry/503-once", "503 for the first request.", recovered, failing(1, statusOnly(503))},
		{"/fault/retry/429-twice", "429 for the first two requests.", recovered, failing(2, statusOnly(429))},
		{"/fault/retry/empty-once", "Closes on the first request.", recovered, failing(1, raw(""))},
		{"/fault/retry/reset-once", "Resets on the first request.", recovered, failing(1, onWire(func(w *wire, _ *http.Request) { w.reset() }))},
		{"/fault/retry/hang-once", "Never answers the first request.", recovered, failing(1, onWire(func(w *wire, _ *http.Request) { w.hang() }))},
		{"/fault/retry/cut-once", "Closes in mid-body for the first request.", recovered, failing(1, raw(halfOf(sized("cut-once", 0))))},
		{"/fault/retry/after-seconds", "503 once, with Retry-After: 2.", recovered, after(always(fmt.Sprint(int(retryAfter.Seconds()))))},
		{"/fault/retry/after-date", "503 once, with a Retry-After date two to three seconds ahead.",
			recovered, after(date(retryAfter + time.Second))},
		{"/fault/retry/after-past", "503 once, with a Retry-After date an hour ago.", recovered, after(date(-time.Hour))},
		{"/fault/retry/after-year", "503 once, with a Retry-After of a year, which wants a cap.", recovered, after(always("31536000"))},
		{"/fault/retry/after-overflow", "503 once, with a Retry-After of 30 digits.", recovered, after(always("999999999999999999999999999999"))},
		{"/fault/retry/after-negative", "503 once, with Retry-After: -5.", recovered, after(always("-5"))},
		{"/fault/retry/after-garbage", "503 once, with Retry-After: soon.", recovered, after(always("soon"))},
	}
}

// failing has bad answer the first times requests for a path and query, and a good page the rest.
func failing(times int, bad serveFault) serveFault {
	return func(s *Site, w http.ResponseWriter, r *http.Request) {
		if s.count("failing "+r.RequestURI) <= times {
			bad(s, w, r)
			return
		}
		leaf(s, w, r)
	}
}
