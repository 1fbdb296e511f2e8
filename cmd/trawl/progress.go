package main

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
)

// What --progress can be, and what auto becomes where standard error is no terminal.
const (
	progressAuto  = "auto"
	progressBar   = "bar"
	progressJSON  = "json"
	progressOff   = "off"
	progressLines = "lines"
)

// How often progress is told. A live line that changes more often than this can't be read; a line in a log should be rare.
const (
	barEvery   = 200 * time.Millisecond
	linesEvery = 10 * time.Second
	jsonEvery  = time.Second
)

// progressMode is how progress is told, given where messages and lines of the dataset go.
func (m *messageFlags) progressMode(stderr io.Writer, output string, stdout io.Writer) string {
	switch {
	case m.quiet:
		return progressOff
	case m.progress != progressAuto:
		return m.progress
	case output == "-" && isTerminal(stdout):
		return progressOff // the lines themselves scroll by
	case isTerminal(stderr):
		return progressBar
	default:
		return progressLines
	}
}

// startProgress shows how a crawl goes until stop is called; nothing of it is left on the console when stop returns.
func startProgress(mode string, to *console, poll func() crawler.Stats) (stop func()) {
	var m meter
	var every time.Duration
	var show func(crawler.Stats)
	switch mode {
	case progressBar:
		every, show = barEvery, func(s crawler.Stats) { to.setLive(clipped(progressLine(s, m.rate(s)), to.width()-1)) }
	case progressLines:
		every, show = linesEvery, func(s crawler.Stats) { to.say("%s", progressLine(s, m.rate(s))) }
	case progressJSON:
		every, show = jsonEvery, func(s crawler.Stats) { newReport(eventProgress, s, m.rate(s)).write(to) }
	default:
		return func() {}
	}
	return repeat(to, every, func() {
		if s := poll(); !s.Started.IsZero() {
			show(s)
		}
	})
}

// repeat calls show from time to time until stop is called; no live line is left on the console when stop returns.
func repeat(to *console, every time.Duration, show func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var shown sync.WaitGroup
	shown.Go(func() {
		defer to.setLive("")
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				show()
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		shown.Wait()
	}
}
