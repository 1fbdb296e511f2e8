package crawler

import (
	"maps"
	"sync"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Stats is the account of a crawl, at its end or while it runs.
type Stats struct {
	// Counts is the balance of URLs: each one discovered is fetched, failed,
	// skipped for a reason, or still queued.
	frontier.Counts

	// Lines is how many pages were committed: Fetched and Failed.
	Lines int64
	// Requests were sent, of which RobotsRequests for a robots.txt.
	Requests, RobotsRequests int64
	// Retries is how many requests were put off to be tried again.
	Retries int64
	// InFlight is how many requests are out now.
	InFlight int64
	// Bytes is the sum of the bodies of pages, content codings undone.
	Bytes int64
	// Statuses counts the answers by status.
	Statuses map[int]int64
	// Errors counts the failures by kind, those that were retried included.
	Errors map[fetch.Kind]int64
	// Failures counts the lines with an error by kind; their sum is Failed.
	Failures map[fetch.Kind]int64
	// ListCut says that the seed list was not read to its end.
	ListCut bool
	// BadSeeds is how many lines of the seed list are no URL.
	BadSeeds int64
	// Started is when this run began. Elapsed is how long the crawl has been going
	// on, with the runs before this one if it goes on from them, as everything
	// here is.
	Started time.Time
	Elapsed time.Duration
}

// progress counts what the frontier doesn't.
type progress struct {
	mu    sync.Mutex
	stats Stats
}

// newProgress begins where the runs before have ended; before is zero without any.
func newProgress(before Stats) *progress {
	if before.Statuses == nil {
		before.Statuses, before.Errors, before.Failures = make(map[int]int64), make(map[fetch.Kind]int64), make(map[fetch.Kind]int64)
	}
	before.Counts, before.InFlight, before.Started = frontier.Counts{}, 0, time.Time{}
	before.BadSeeds, before.ListCut = 0, false // the list is read again
	return &progress{stats: before}
}

func (p *progress) update(f func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.stats)
}

func (p *progress) started(robots bool) {
	p.update(func(s *Stats) {
		s.Requests++
		s.InFlight++
		if robots {
			s.RobotsRequests++
		}
	})
}

func (p *progress) ended(ex *exchange) {
	p.update(func(s *Stats) {
		s.InFlight--
		if ex.status != 0 {
			s.Statuses[ex.status]++
		}
		if ex.err != nil && ex.err.Kind != fetch.KindCanceled {
			s.Errors[ex.err.Kind]++
		}
	})
}

func (p *progress) committed(batch []*result) {
	p.update(func(s *Stats) { s.count(batch) })
}

// after is the account as it will be when the batch is committed.
func (p *progress) after(batch []*result) Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.clone()
	s.count(batch)
	return s
}

func (s *Stats) count(batch []*result) {
	for _, r := range batch {
		switch r.Outcome.Kind {
		case frontier.Retry:
			s.Retries++
		case frontier.Failed:
			s.Failures[fetch.Kind(r.Outcome.Reason)]++
		}
		if r.page != nil {
			s.Lines++
			s.Bytes += r.bytes
		}
	}
}

// snapshot is the account as it is now.
func (p *progress) snapshot(f frontier.Frontier) Stats {
	counts := f.Counts()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.clone()
	s.Counts = counts
	maps.DeleteFunc(s.Skipped, func(_ frontier.Reason, n int64) bool { return n == 0 })
	return s
}

// clone copies the account; mu is held.
func (p *progress) clone() Stats {
	s := p.stats
	s.Statuses = maps.Clone(s.Statuses)
	s.Errors = maps.Clone(s.Errors)
	s.Failures = maps.Clone(s.Failures)
	s.Elapsed += time.Since(s.Started)
	return s
}
