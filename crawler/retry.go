package crawler

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// Backoff before a retry is exponential with full jitter: a random time up to
// backoffBase doubled with each attempt, so that the retries of many requests
// don't come together again.
const (
	backoffBase = time.Second
	backoffCap  = time.Minute
)

// retriedStatus are the statuses that a server is expected to get over: asked
// too slowly or too often (408, 429), its own faults (500, 502, 503, 504), and
// those that proxies made up for the origin's (520 to 524).
var retriedStatus = map[int]bool{
	408: true, 429: true, 500: true, 502: true, 503: true, 504: true,
	520: true, 521: true, 522: true, 523: true, 524: true,
}

// retriedKind are the failures that may pass by themselves. The others would
// only repeat: a certificate doesn't mend, a blocked address stays blocked.
var retriedKind = map[fetch.Kind]bool{
	fetch.KindDNS:        true,
	fetch.KindConnection: true,
	fetch.KindTimeout:    true,
}

// retryable is the one place that says what is tried again.
func retryable(ex *exchange) bool {
	if ex.err != nil {
		// A body cut short may be whole the next time, by whatever it was cut.
		return retriedKind[ex.err.Kind] || ex.status != 0 && ex.err.Kind == fetch.KindProtocol
	}
	return retriedStatus[ex.status]
}

// backoff is how long to wait before the attempt that follows the given one.
func backoff(attempt int, jitter float64) time.Duration {
	limit := backoffCap
	if doubled := float64(backoffBase) * math.Exp2(float64(attempt-1)); doubled < float64(limit) {
		limit = time.Duration(doubled)
	}
	return time.Duration(jitter * float64(limit))
}

// retryAfter is the pause that an answer asks for its host (RFC 9110 section
// 10.2.3), in seconds or as a date, and at most limit. It is obeyed where it has
// a meaning: with 429 and 503, and with the other statuses that are retried.
func retryAfter(status int, h http.Header, now time.Time, limit time.Duration) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" || !retriedStatus[status] {
		return 0
	}
	d := time.Duration(0)
	if seconds, err := strconv.ParseFloat(v, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 {
			return 0
		}
		if seconds > limit.Seconds() {
			return limit
		}
		d = time.Duration(seconds * float64(time.Second))
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), limit)
}
