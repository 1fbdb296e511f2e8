package main

import (
	"math"
	"testing"
	"time"
)

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 262_049: "262.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB",
		4_100_000: "4.1 MB", 7_000_000_000: "7.0 GB", math.MaxInt64: "9.2 EB",
	} {
		if got := bytesText(n); got != want {
			t.Errorf("bytesText(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestClockText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0s", 4260 * time.Millisecond: "4.2s", 9999 * time.Millisecond: "9.9s", 10 * time.Second: "10s", 65 * time.Second: "1m05s",
		time.Hour + 2*time.Minute + 3*time.Second: "1h02m03s", 100 * time.Hour: "100h00m00s",
	} {
		if got := clockText(d); got != want {
			t.Errorf("clockText(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		300 * time.Millisecond: "300ms", 10 * time.Second: "10s", 2 * time.Minute: "2m", 90 * time.Second: "1m30s", time.Hour: "1h",
		time.Hour + 30*time.Minute: "1h30m", time.Hour + time.Second: "1h0m1s",
	} {
		got := durationText(d)
		if back, err := time.ParseDuration(got); got != want || err != nil || back != d {
			t.Errorf("durationText(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestRateText(t *testing.T) {
	for r, want := range map[float64]string{0: "0.0/s", 0.96: "1.0/s", 12.34: "12.3/s", 1284.6: "1285/s"} {
		if got := rateText(r); got != want {
			t.Errorf("rateText(%v) = %q, want %q", r, got, want)
		}
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int64]string{0: "0 pages", 1: "1 page", 2: "2 pages"} {
		if got := counted(n, "page"); got != want {
			t.Errorf("counted(%d) = %q, want %q", n, got, want)
		}
	}
}
