package main

import (
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func fullStats() crawler.Stats {
	return crawler.Stats{
		Counts: frontier.Counts{
			Discovered: 120, Fetched: 90, Failed: 3, Queued: 2,
			Skipped: map[frontier.Reason]int64{"scope": 9, "robots": 2, "type": 14},
		},
		Lines: 93, Retries: 4, Bytes: 4_200_000, BadSeeds: 1, Elapsed: 3 * time.Second,
		Statuses: map[int]int64{200: 88, 206: 2, 301: 8, 404: 1, 503: 4},
		Errors:   map[fetch.Kind]int64{"connection": 2, "timeout": 5},
		Failures: map[fetch.Kind]int64{"connection": 1, "timeout": 2},
	}
}

func TestSummary(t *testing.T) {
	want := `pages          93   31.0/s
answers       103   2xx 90, 3xx 8, 4xx 1, 5xx 4
failed          3   timeout 2, connection 1
skipped        25   type 14, scope 9, robots 2
queued          2   left by --max-pages
retries         4
bad lines       1   of the list
size       4.2 MB
time         3.0s
output              a\x1bb.jsonl
`
	if got := summary(fullStats(), "a\x1bb.jsonl", "left by --max-pages"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSummaryOfNothing(t *testing.T) {
	want := `pages      0   0.0/s
size     0 B
time    0.0s
output         standard output
`
	if got := summary(crawler.Stats{}, "standard output", ""); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestBalance(t *testing.T) {
	want := "discovered 120 = fetched 90 + failed 3 + skipped 25 (robots 2, scope 9, type 14) + queued 2"
	if got := balance(fullStats()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "discovered 0 = fetched 0 + failed 0 + skipped 0 + queued 0"
	if got := balance(crawler.Stats{}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
