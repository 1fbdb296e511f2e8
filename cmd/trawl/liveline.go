package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
)

// progressLine is how a crawl goes, in ASCII, the most wanted first: narrow terminals cut it.
func progressLine(s crawler.Stats, perSecond float64) string {
	return strings.Join([]string{
		counted(s.Lines, "page"),
		rateText(perSecond),
		bytesText(s.Bytes),
		fmt.Sprintf("%d queued", s.Queued),
		fmt.Sprintf("%d failed", s.Failed),
		fmt.Sprintf("%d in flight", s.InFlight),
		counted(s.Hosts, "host") + " waiting",
		clockText(s.Elapsed),
	}, "  ")
}

// clipped is an ASCII line cut to a width.
func clipped(line string, width int) string {
	return line[:min(len(line), max(width, 0))]
}

// meterWindow is how far a meter looks back: long enough to be steady at a page a second, short enough to show a stall.
const meterWindow = 5 * time.Second

// meter measures pages a second over the last while. The zero meter starts with the crawl.
type meter struct {
	samples []sample // oldest first
}

type sample struct {
	at    time.Duration
	pages int64
}

// rate takes how far the crawl is and returns how fast it has been lately.
func (m *meter) rate(s crawler.Stats) float64 {
	if m.samples == nil {
		m.samples = []sample{{}}
	}
	now := sample{at: s.Elapsed, pages: s.Lines}
	m.samples = append(m.samples, now)
	for len(m.samples) > 2 && now.at-m.samples[1].at >= meterWindow {
		m.samples = m.samples[1:]
	}
	span := now.at - m.samples[0].at
	if span <= 0 {
		return 0
	}
	return float64(now.pages-m.samples[0].pages) / span.Seconds()
}
