package main

import (
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func TestProgressLine(t *testing.T) {
	s := crawler.Stats{
		Counts: frontier.Counts{Queued: 25, Failed: 3, Hosts: 1}, Lines: 118, InFlight: 16, Bytes: 4_100_000, Elapsed: 12 * time.Second,
	}
	want := "118 pages  12.3/s  4.1 MB  25 queued  3 failed  16 in flight  1 host waiting  12s"
	if got := progressLine(s, 12.34); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestClipped(t *testing.T) {
	for width, want := range map[int]string{-1: "", 0: "", 3: "abc", 6: "abcdef", 80: "abcdef"} {
		if got := clipped("abcdef", width); got != want {
			t.Errorf("clipped to %d: %q", width, got)
		}
	}
}

// The meter shows the last seconds, neither the whole crawl nor one moment of it.
func TestMeter(t *testing.T) {
	var m meter
	at := func(d time.Duration, pages int64) float64 { return m.rate(crawler.Stats{Elapsed: d, Lines: pages}) }
	if got := at(0, 0); got != 0 {
		t.Errorf("at the beginning %v", got)
	}
	if got := at(500*time.Millisecond, 5); got != 10 {
		t.Errorf("after half a second %v, want 10", got)
	}
	for i := range 100 { // ten seconds at 10 a second
		at(time.Duration(i+6)*100*time.Millisecond, int64(i+6))
	}
	var got float64
	for i := range 60 { // six seconds of nothing
		got = at(10500*time.Millisecond+time.Duration(i+1)*100*time.Millisecond, 105)
	}
	if got != 0 {
		t.Errorf("after a stall of six seconds %v, want 0", got)
	}
	if len(m.samples) > 60 {
		t.Errorf("%d samples are kept", len(m.samples))
	}
	// With ten seconds between two looks, it is the rate between the two.
	var slow meter
	slow.rate(crawler.Stats{Elapsed: 10 * time.Second, Lines: 10})
	if got := slow.rate(crawler.Stats{Elapsed: 20 * time.Second, Lines: 60}); got != 5 {
		t.Errorf("between two lines %v, want 5", got)
	}
}
