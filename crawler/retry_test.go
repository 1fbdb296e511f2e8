package crawler

import (
	"net/http"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
)

func TestRetryable(t *testing.T) {
	for status, want := range map[int]bool{
		200: false, 204: false, 206: false, 301: false, 304: false, 400: false, 401: false, 403: false, 404: false, 410: false, 451: false,
		408: true, 429: true, 500: true, 501: false, 502: true, 503: true, 504: true, 505: false,
		519: false, 520: true, 521: true, 522: true, 523: true, 524: true, 525: false, 999: false,
	} {
		if got := retryable(&exchange{status: status}); got != want {
			t.Errorf("status %d retried: %v, want %v", status, got, want)
		}
	}
	for _, tc := range []struct {
		kind    fetch.Kind
		no, mid bool // without an answer; in mid-body
	}{
		{fetch.KindDNS, true, true},
		{fetch.KindConnection, true, true},
		{fetch.KindTimeout, true, true},
		{fetch.KindProtocol, false, true},
		{fetch.KindTLS, false, false},
		{fetch.KindEncoding, false, false},
		{fetch.KindTooLarge, false, false},
		{fetch.KindRedirect, false, false},
		{fetch.KindBlockedAddress, false, false},
		{fetch.KindPanic, false, false},
	} {
		err := &fetch.Error{Kind: tc.kind}
		if got := retryable(&exchange{err: err}); got != tc.no {
			t.Errorf("%s without an answer retried: %v, want %v", tc.kind, got, tc.no)
		}
		if got := retryable(&exchange{status: 200, err: err}); got != tc.mid {
			t.Errorf("%s in mid-body retried: %v, want %v", tc.kind, got, tc.mid)
		}
	}
}

func TestBackoff(t *testing.T) {
	for _, tc := range []struct {
		attempt int
		jitter  float64
		want    time.Duration
	}{
		{1, 0, 0}, {1, 0.5, 500 * time.Millisecond}, {1, 1, time.Second}, {2, 1, 2 * time.Second}, {3, 0.5, 2 * time.Second},
		{6, 1, 32 * time.Second}, {7, 1, time.Minute}, {5000, 1, time.Minute},
	} {
		if got := backoff(tc.attempt, tc.jitter); got != tc.want {
			t.Errorf("backoff(%d, %v) = %v, want %v", tc.attempt, tc.jitter, got, tc.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	const limit = 5 * time.Minute
	for _, tc := range []struct {
		status int
		value  string
		want   time.Duration
	}{
		{503, "", 0},
		{503, "7", 7 * time.Second},
		{429, " 7 ", 7 * time.Second},
		{503, "1.5", 1500 * time.Millisecond},
		{503, "0", 0},
		{503, "-5", 0},
		{503, "NaN", 0},
		{503, "86400", limit},
		{503, "1e300", limit},
		{503, "Inf", limit},
		{503, epoch.Add(90 * time.Second).Format(http.TimeFormat), 90 * time.Second},
		{503, epoch.Add(-time.Hour).Format(http.TimeFormat), 0},
		{503, epoch.Add(time.Hour).Format(http.TimeFormat), limit},
		{503, epoch.Add(time.Minute).Format(time.ANSIC), time.Minute},
		{503, "soon", 0},
		{200, "7", 0},
		{301, "7", 0},
	} {
		h := http.Header{"Retry-After": {tc.value}}
		if got := retryAfter(tc.status, h, epoch, limit); got != tc.want {
			t.Errorf("retryAfter(%d, %q) = %v, want %v", tc.status, tc.value, got, tc.want)
		}
	}
	if got := retryAfter(503, nil, epoch, limit); got != 0 {
		t.Errorf("without headers: %v", got)
	}
}
