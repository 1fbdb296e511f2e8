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
	// BadSeeds is how many lines of the seed list are no URL.
	BadSeeds int64
	// Started is when the crawl began; Elapsed how long it has been going on.
	Started time.Time
	Elapsed time.Duration
}

// progress counts what the frontier doesn't.
type progress struct {
	mu    sync.Mutex
	stats Stats
}

func newProgress() *progress {
	return &progress{stats: Stats{Statuses: make(map[int]int64), Errors: make(map[fetch.Kind]int64), Failures: make(map[fetch.Kind]int64)}}
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

func (p *progress) committed(r *result) {
	p.update(func(s *Stats) {
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
	})
}

// snapshot is the account as it is now.
func (p *progress) snapshot(f frontier.Frontier) Stats {
	counts := f.Counts()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Counts = counts
	maps.DeleteFunc(s.Skipped, func(_ frontier.Reason, n int64) bool { return n == 0 })
	s.Statuses = maps.Clone(s.Statuses)
	s.Errors = maps.Clone(s.Errors)
	s.Failures = maps.Clone(s.Failures)
	s.Elapsed = time.Since(s.Started)
	return s
}
