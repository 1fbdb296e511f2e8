package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-5a061891/trawl/crawler"
)

// tableRow is a line of the table at the end.
type tableRow struct{ label, value, note string }

// summary is the table at the end of a crawl. Rows that would be nothing are left out.
func summary(s crawler.Stats, output, queuedBecause string) string {
	var rows []tableRow
	row := func(label string, n int64, note string) {
		if n > 0 {
			rows = append(rows, tableRow{label, strconv.FormatInt(n, 10), note})
		}
	}
	rows = append(rows, tableRow{"pages", strconv.FormatInt(s.Lines, 10), rateText(overall(s))})
	row("answers", sum(s.Statuses), byClass(s.Statuses))
	row("failed", s.Failed, byCount(s.Failures))
	row("skipped", s.SkippedTotal(), byCount(s.Skipped))
	row("queued", s.Queued, queuedBecause)
	row("retries", s.Retries, "")
	row("bad lines", s.BadSeeds, "of the list")
	rows = append(rows,
		tableRow{"size", bytesText(s.Bytes), ""},
		tableRow{"time", clockText(s.Elapsed), ""},
		tableRow{"output", "", plain(output)},
	)
	return table(rows)
}

func table(rows []tableRow) string {
	labels, values := 0, 0
	for _, r := range rows {
		labels, values = max(labels, len(r.label)), max(values, len(r.value))
	}
	var b strings.Builder
	for _, r := range rows {
		line := fmt.Sprintf("%-*s  %*s   %s", labels, r.label, values, r.value, r.note)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// balance spells out what became of every URL.
func balance(s crawler.Stats) string {
	skipped := strconv.FormatInt(s.SkippedTotal(), 10)
	if s.SkippedTotal() > 0 {
		var reasons []string
		for _, r := range slices.Sorted(maps.Keys(s.Skipped)) {
			reasons = append(reasons, fmt.Sprintf("%s %d", r, s.Skipped[r]))
		}
		skipped += " (" + strings.Join(reasons, ", ") + ")"
	}
	return fmt.Sprintf("discovered %d = fetched %d + failed %d + skipped %s + queued %d", s.Discovered, s.Fetched, s.Failed, skipped, s.Queued)
}

// overall is pages a second from beginning to end.
func overall(s crawler.Stats) float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.Lines) / s.Elapsed.Seconds()
}

// byClass is answers by the first digit of their status: "2xx 96, 4xx 2".
func byClass(statuses map[int]int64) string {
	classes := make(map[int]int64)
	for status, n := range statuses {
		classes[status/100] += n
	}
	var parts []string
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		parts = append(parts, fmt.Sprintf("%dxx %d", class, classes[class]))
	}
	return strings.Join(parts, ", ")
}

// byCount is the parts of a whole, the largest first: "type 14, scope 9".
func byCount[K cmp.Ordered](counts map[K]int64) string {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("%v %d", k, counts[k]))
	}
	return strings.Join(parts, ", ")
}

func sum[K comparable](counts map[K]int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}
