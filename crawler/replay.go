package crawler

import (
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// ReasonNotRecorded: the recording that is replayed doesn't have it.
const ReasonNotRecorded frontier.Reason = "not_recorded"

// replayer is what the crawl is replayed from; nil if it isn't.
func (c *Config) replayer() *warc.Replayer {
	r, _ := c.Transport.(*warc.Replayer)
	return r
}

// replayConcurrency is how many pages a processor has at hand in a replay. More wait
// for nothing, and take memory.
const replayConcurrency = 4

// replay takes out of a configuration all that only a live host needs. Order makes
// a dataset of what was recorded that is the same each time, byte for byte.
func (c *Config) replay(options *fetch.Options) {
	c.Ordered = true
	c.Concurrency = min(c.Concurrency, replayConcurrency*runtime.GOMAXPROCS(0))
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
		return &fetch.Error{Kind: fetch.KindNotRecorded, URL: url, Message: "its record is damaged (" + string(damaged.Class) + ")", Err: err}
	}
	return nil
}

// replaysRobots reports whether what is replayed is a crawl of ours that obeyed
// robots.txt under the name that this one has.
func (c *Config) replaysRobots() bool {
	r := c.replayer()
	if r == nil || c.IgnoreRobots {
		return false
	}
	then, _, err := RecordedConfig(r.Archive().Infos())
	return err == nil && !then.IgnoreRobots && robots.ProductToken(then.UserAgent) == robots.ProductToken(c.UserAgent)
}

// askedAllTheSame reports whether a URL was recorded although this robots.txt forbids
// it, or could not be had: there was another one by then.
func (s *scheduler) askedAllTheSame(url string, entry *robotsEntry) bool {
	if !s.sameRobots {
		return false
	}
	if entry.failure != nil {
		return true
	}
	has, err := s.config.replayer().Has(url)
	return has || err != nil // what is wrong with the archive is told by the fetch
}

// unreadable is what ends a replay: the archive can't be read. That isn't what was
// recorded, and may not become a line.
func unreadable(ex *exchange) error {
	var read *warc.ReadError
	if ex.err != nil && errors.As(ex.err.Err, &read) {
		return read
	}
	return nil
}

// givenUp is after how many attempts the recorded crawl has given up on what it could
// not ask for; 0 if it isn't of that kind.
func givenUp(ex *exchange) int {
	var failure *warc.Failure
	if ex.err != nil && errors.As(ex.err.Err, &failure) {
		return failure.Attempts
	}
	return 0
}

// now is the time from which an exchange's retry counts: in a replay that of the
// recording.
func (p *pager) now(ex *exchange) time.Time {
	if p.config.replayer() != nil {
		return ex.start.Add(ex.duration)
	}
	return time.Now()
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
		if c.Output == file+warc.IndexSuffix {
			return &ConfigError{Field: "Output", Value: c.Output, Reason: "the index of the recording goes there; name another file"}
		}
		for _, to := range []struct{ field, name string }{{"Output", c.Output}, {"Audit", c.Audit}, {"Recording", c.Recording.Path}} {
			if sameFile(file, to.name) {
				return &ConfigError{Field: to.field, Value: to.name, Reason: "it is the recording that is replayed; name another file"}
			}
		}
	}
	return nil
}

// notRecorded says that a lease isn't in the archive, and of a URL to start from also
// what is.
func (p *pager) notRecorded(req *frontier.Request, ex *exchange) string {
	var missing *warc.NotRecordedError
	if req.Depth > 0 || len(req.Redirects) > 0 || !errors.As(ex.err.Err, &missing) || missing.Number > 0 {
		return ex.err.Message
	}
	named := *missing
	named.Nearest, _ = p.config.replayer().Archive().Nearest(req.URL, nearestURLs) // without them it is as true
	p.config.Logger.Warn(named.Error())
	return named.Error()
}

// nearestURLs is how many are named that a URL may have been meant to be.
const nearestURLs = 3
