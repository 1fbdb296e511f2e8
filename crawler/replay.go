package crawler

import (
	"errors"
	"slices"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// ReasonNotRecorded: the recording that is replayed doesn't have it.
const ReasonNotRecorded frontier.Reason = "not_recorded"

// replayer is what the crawl is replayed from; nil if it isn't.
func (c *Config) replayer() *warc.Replayer {
	r, _ := c.Transport.(*warc.Replayer)
	return r
}

// replay takes out of a configuration all that only a live host needs. Order makes
// a dataset of what was recorded that is the same each time, byte for byte.
func (c *Config) replay(options *fetch.Options) {
	c.Ordered = true
	c.Rate, c.Delay, c.PerHost = 0, 0, c.Concurrency
	c.MaxCrawlDelay, c.MaxRetryAfter = 0, 0
	c.jitter = func() float64 { return 0 }
	options.Timeouts = fetch.Timeouts{}
}

// number is which of the exchanges of its URL a lease is to be answered from: it
// comes after those of its earlier attempts, and of the redirects that have led
// back to it.
func number(req *frontier.Request) int {
	n := max(req.Attempt, 1) - 1
	for _, hop := range req.Redirects {
		if hop.URL == req.URL {
			n++
		}
	}
	return n
}

// recall gives an exchange that was replayed the times that were recorded.
func (ex *exchange) recall(facts *warc.Facts) {
	if !facts.Start.IsZero() {
		ex.start, ex.duration = facts.Start, facts.Duration
	}
}

// replayed is the failure that a replay ended an exchange with, as it was; nil if
// it is of another making.
func replayed(err error, url string) *fetch.Error {
	var failure *warc.Failure
	var missing *warc.NotRecordedError
	var cut *warc.CutError
	var damaged *warc.Problem
	switch {
	case errors.As(err, &failure):
		return &fetch.Error{Kind: fetch.Kind(failure.Kind), Phase: fetch.Phase(failure.Phase), URL: url, Message: failure.Message, Err: err}
	case errors.As(err, &missing):
		return &fetch.Error{Kind: fetch.KindNotRecorded, URL: url, Message: missing.Error(), Err: err}
	case errors.As(err, &cut):
		return &fetch.Error{Kind: fetch.KindNotRecorded, Phase: fetch.PhaseBody, URL: url, Message: cut.Error(), Err: err}
	case errors.As(err, &damaged):
		return &fetch.Error{Kind: fetch.KindNotRecorded, URL: url, Message: damaged.Error(), Err: err}
	}
	return nil
}

// recordedAfterAll reports whether a URL was recorded although its robots.txt could
// not be had: it was asked for again, later than a replay does.
func (s *scheduler) recordedAfterAll(url string) bool {
	r := s.config.replayer()
	if r == nil {
		return false
	}
	has, err := r.Has(url)
	return has && err == nil
}

// replays are the files that a crawl is replayed from, for its identity.
func (c *Config) replays() []string {
	if r := c.replayer(); r != nil {
		return slices.Clone(r.Archive().Files())
	}
	return nil
}

// validateReplay refuses to write over what is replayed.
func (c *Config) validateReplay() error {
	for _, file := range c.replays() {
		for _, to := range []struct{ field, name string }{{"Output", c.Output}, {"Audit", c.Audit}, {"Recording", c.Recording.Path}} {
			if sameFile(file, to.name) {
				return &ConfigError{Field: to.field, Value: to.name, Reason: "it is the recording that is replayed; name another file"}
			}
		}
	}
	return nil
}
