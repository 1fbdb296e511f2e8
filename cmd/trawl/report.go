package main

import (
	"encoding/json"
	"io"
	"math"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// The events of a report, and how a crawl can have ended.
const (
	eventResume   = "resume"
	eventProgress = "progress"
	eventEnd      = "end"

	outcomeComplete    = "complete"
	outcomeInterrupted = "interrupted"
	outcomeFailed      = "failed"
)

// report is a line of --progress json: what earlier runs have done, how the crawl is going or, once, how it ended.
type report struct {
	Event          string                    `json:"event"`
	Outcome        string                    `json:"outcome,omitempty"` // of the end
	ElapsedMS      int64                     `json:"elapsed_ms"`
	Pages          int64                     `json:"pages"`
	PagesPerSecond float64                   `json:"pages_per_s"` // lately; at the end, over all
	Bytes          int64                     `json:"bytes"`
	Discovered     int64                     `json:"discovered"`
	Fetched        int64                     `json:"fetched"`
	Failed         int64                     `json:"failed"`
	Skipped        map[frontier.Reason]int64 `json:"skipped"`
	Queued         int64                     `json:"queued"`
	InFlight       int64                     `json:"in_flight"`
	Hosts          int64                     `json:"hosts"`
	Requests       int64                     `json:"requests"`
	Retries        int64                     `json:"retries"`
	Statuses       map[int]int64             `json:"statuses"`
	Errors         map[fetch.Kind]int64      `json:"errors"` // those that were tried again included
	BadLines       int64                     `json:"bad_lines"`
}

func newReport(event string, s crawler.Stats, perSecond float64) *report {
	r := &report{
		Event: event, ElapsedMS: s.Elapsed.Milliseconds(), Pages: s.Lines, PagesPerSecond: math.Round(perSecond*10) / 10, Bytes: s.Bytes,
		Discovered: s.Discovered, Fetched: s.Fetched, Failed: s.Failed, Skipped: s.Skipped, Queued: s.Queued,
		InFlight: s.InFlight, Hosts: s.Hosts, Requests: s.Requests, Retries: s.Retries, Statuses: s.Statuses, Errors: s.Errors, BadLines: s.BadSeeds,
	}
	if r.Skipped == nil {
		r.Skipped = map[frontier.Reason]int64{}
	}
	return r
}

// write writes the report as one line.
func (r *report) write(to io.Writer) {
	line, err := json.Marshal(r)
	if err != nil {
		return // numbers and words always encode
	}
	_, _ = to.Write(append(line, '\n'))
}
