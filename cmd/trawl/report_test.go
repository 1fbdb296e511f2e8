package main

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func TestReport(t *testing.T) {
	var out strings.Builder
	s := crawler.Stats{
		Counts: frontier.Counts{Discovered: 9, Fetched: 4, Failed: 1, Skipped: map[frontier.Reason]int64{"robots": 1, "scope": 2}, Queued: 1, Hosts: 1},
		Lines:  5, Requests: 8, Retries: 1, InFlight: 2, Bytes: 1234, Statuses: map[int]int64{200: 4, 503: 2}, Errors: map[fetch.Kind]int64{"dns": 1},
		BadSeeds: 3, Elapsed: 2 * time.Second,
	}
	r := newReport(eventEnd, s, 2.46)
	r.Outcome = outcomeInterrupted
	r.write(&out)
	want := `{"event":"end","outcome":"interrupted","elapsed_ms":2000,"pages":5,"pages_per_s":2.5,"bytes":1234,"discovered":9,"fetched":4,"failed":1,` +
		`"skipped":{"robots":1,"scope":2},"queued":1,"in_flight":2,"hosts":1,"requests":8,"retries":1,"statuses":{"200":4,"503":2},"errors":{"dns":1},"bad_lines":3}` + "\n"
	if got := out.String(); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}
