package crawler

import (
	"maps"
	"sync"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// ExtractStats is the account of an extraction, at its end or while it runs.
type ExtractStats struct {
	// Answers is how many answers were read, and exchanges that failed without one:
	// each is a line, skipped for a reason, or on its way.
	Answers int64
	// Lines were written, of which Failed have an error.
	Lines, Failed int64
	// Failures counts the lines with an error by kind; their sum is Failed.
	Failures map[fetch.Kind]int64
	// Skipped counts the answers that are no line, by reason.
	Skipped map[frontier.Reason]int64
	// Problems counts what was wrong with the archives, by class; those of a file are
	// counted when it has been read.
	Problems map[warc.Class]int64
	// Bytes is the sum of the bodies of pages, content codings undone.
	Bytes int64
	// Read is how far into the files the reading is, in bytes, and Size is how large
	// they are together: 0 if not all of them have a size.
	Read, Size int64
	// Started is when it began, and Elapsed how long it took.
	Started time.Time
	Elapsed time.Duration
}

// extractAccount is written to by the reader and by the writer.
type extractAccount struct {
	mu    sync.Mutex
	stats ExtractStats
	ended bool
}

func (a *extractAccount) begin(size int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stats = ExtractStats{
		Failures: make(map[fetch.Kind]int64), Skipped: make(map[frontier.Reason]int64), Problems: make(map[warc.Class]int64),
		Size: size, Started: time.Now(),
	}
}

func (a *extractAccount) update(f func(*ExtractStats)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(&a.stats)
}

func (a *extractAccount) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	a.stats.Elapsed = time.Since(a.stats.Started)
}

// answer counts an answer that was read, and skip one that is no line.
func (a *extractAccount) answer() { a.update(func(s *ExtractStats) { s.Answers++ }) }

func (a *extractAccount) skip(why frontier.Reason) {
	a.update(func(s *ExtractStats) { s.Skipped[why]++ })
}

// wrote counts the lines of a batch.
func (a *extractAccount) wrote(batch []*result) {
	a.update(func(s *ExtractStats) {
		for _, r := range batch {
			s.Lines++
			s.Bytes += r.bytes
			if r.Outcome.Kind == frontier.Failed {
				s.Failed++
				s.Failures[fetch.Kind(r.Outcome.Reason)]++
			}
		}
	})
}

func (a *extractAccount) problems(counts map[warc.Class]int64) {
	a.update(func(s *ExtractStats) {
		for class, n := range counts {
			s.Problems[class] += n
		}
	})
}

func (a *extractAccount) snapshot() ExtractStats {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.stats
	s.Failures, s.Skipped, s.Problems = maps.Clone(s.Failures), maps.Clone(s.Skipped), maps.Clone(s.Problems)
	if !a.ended && !s.Started.IsZero() {
		s.Elapsed = time.Since(s.Started)
	}
	return s
}
