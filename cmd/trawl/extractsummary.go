package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// extractSummary is the table at the end of an extraction. Rows that would be nothing are left out, and so is, unless all is wanted, what
// is merely the way of the tool that wrote the archive.
func extractSummary(s crawler.ExtractStats, output string, all bool) string {
	rows := []tableRow{{"pages", strconv.FormatInt(s.Lines, 10), rateText(extractRate(s))}}
	row := func(label string, n int64, note string) {
		if n > 0 {
			rows = append(rows, tableRow{label, strconv.FormatInt(n, 10), note})
		}
	}
	problems := maps.Clone(s.Problems)
	usual := warc.DefaultPolicy()
	maps.DeleteFunc(problems, func(c warc.Class, _ int64) bool {
		action, known := usual[c]
		return !all && known && action == warc.Count
	})
	row("failed", s.Failed, byCount(s.Failures))
	row("skipped", sum(s.Skipped), byCount(s.Skipped))
	row("problems", sum(problems), byCount(problems))
	rows = append(rows,
		tableRow{"size", bytesText(s.Bytes), ""},
		tableRow{"time", clockText(s.Elapsed), ""},
		tableRow{"output", "", plain(output)},
	)
	return table(rows)
}

// extractRate is pages a second from beginning to end.
func extractRate(s crawler.ExtractStats) float64 { return overall(asCrawl(s)) }

// asCrawl is what a crawl's account has in common with an extraction's.
func asCrawl(s crawler.ExtractStats) crawler.Stats {
	return crawler.Stats{Lines: s.Lines, Bytes: s.Bytes, Started: s.Started, Elapsed: s.Elapsed}
}

// extractLine is how an extraction goes, in ASCII, the most wanted first.
func extractLine(s crawler.ExtractStats, perSecond float64) string {
	read := bytesText(s.Read) + " read"
	if s.Size > 0 {
		read = fmt.Sprintf("%d%% read", 100*s.Read/s.Size)
	}
	return strings.Join([]string{
		counted(s.Lines, "page"), rateText(perSecond), read, bytesText(s.Bytes), fmt.Sprintf("%d failed", s.Failed),
		fmt.Sprintf("%d skipped", sum(s.Skipped)), clockText(s.Elapsed),
	}, "  ")
}

// startExtractProgress shows how an extraction goes until stop is called, as startProgress does for a crawl.
func startExtractProgress(mode string, to *console, poll func() crawler.ExtractStats) (stop func()) {
	var m meter
	var every time.Duration
	var show func(s crawler.ExtractStats, perSecond float64)
	switch mode {
	case progressBar:
		every, show = barEvery, func(s crawler.ExtractStats, perSecond float64) {
			to.setLive(clipped(extractLine(s, perSecond), to.width()-1))
		}
	case progressLines:
		every, show = linesEvery, func(s crawler.ExtractStats, perSecond float64) { to.say("%s", extractLine(s, perSecond)) }
	case progressJSON:
		every, show = jsonEvery, func(s crawler.ExtractStats, perSecond float64) {
			newExtractReport(eventProgress, s, perSecond).write(to)
		}
	default:
		return func() {}
	}
	return repeat(to, every, func() {
		if s := poll(); !s.Started.IsZero() {
			show(s, m.rate(asCrawl(s)))
		}
	})
}

// extractReport is a line of --progress json: how the extraction is going or, once, how it ended.
type extractReport struct {
	Event          string                    `json:"event"`
	Outcome        string                    `json:"outcome,omitempty"` // of the end
	ElapsedMS      int64                     `json:"elapsed_ms"`
	Pages          int64                     `json:"pages"`
	PagesPerSecond float64                   `json:"pages_per_s"` // lately; at the end, over all
	Bytes          int64                     `json:"bytes"`
	Answers        int64                     `json:"answers"`
	Failed         int64                     `json:"failed"`
	Errors         map[fetch.Kind]int64      `json:"errors"`
	Skipped        map[frontier.Reason]int64 `json:"skipped"`
	Problems       map[warc.Class]int64      `json:"problems"`
	Read           int64                     `json:"read"` // bytes of the archives
	Size           int64                     `json:"size"` // of all archives; 0 if it isn't known
}

func newExtractReport(event string, s crawler.ExtractStats, perSecond float64) *extractReport {
	return &extractReport{
		Event: event, ElapsedMS: s.Elapsed.Milliseconds(), Pages: s.Lines, PagesPerSecond: math.Round(perSecond*10) / 10, Bytes: s.Bytes,
		Answers: s.Answers, Failed: s.Failed, Errors: s.Failures, Skipped: s.Skipped, Problems: s.Problems, Read: s.Read, Size: s.Size,
	}
}

// write writes the report as one line.
func (r *extractReport) write(to io.Writer) {
	line, err := json.Marshal(r)
	if err != nil {
		return // numbers and words always encode
	}
	_, _ = to.Write(append(line, '\n'))
}
