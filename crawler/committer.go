package crawler

import (
	"context"
	"log/slog"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

// What a batch may grow to before it is committed. While leases can be handed
// out a batch waits for more, since one commit and one write cost the same for
// one page as for many; as soon as the scheduler has nothing to hand out, what
// there is is committed at once, because its links are what is waited for.
const (
	batchBytes = 1 << 20
	batchPages = 256

	batchRecorded = 8 << 20 // of an archive, whose records aren't compressed together

	lingerPlain      = 200 * time.Millisecond
	lingerCompressed = 5 * time.Second // a batch is a member or frame: small ones compress badly
)

// delivery is where pages go, and what is kept of how far they got.
type delivery struct {
	deliver deliverFunc
	linger  time.Duration // how long a batch waits for more pages
	whole   bool          // pages are wanted whole, not as lines
	state   *state        // nil if the frontier is in memory
	// recording is the archive; nil without one.
	recording *recording
}

// notes is where to keep answers, or nil.
func (d *delivery) notes() notebook {
	if d.state == nil {
		return nil
	}
	if d.recording != nil {
		return recordedNotes{d.state.notes(), d.recording}
	}
	return d.state.notes()
}

// record appends what a batch has recorded to the archive, if there is one, and
// tells its end and what is to be committed with it.
func (d *delivery) record(batch []*result) (at frontier.Checkpoint, notes map[string][]byte, err error) {
	if d.recording == nil {
		return at, nil, nil
	}
	return d.recording.write(batch)
}

// deliverFunc takes a batch's pages: to the sink, which tells the checkpoint
// behind them, or to the range loop of Pages.
type deliverFunc func(ctx context.Context, batch []*result) (frontier.Checkpoint, error)

// committer ends leases: it gathers results into batches, writes their lines,
// and then commits their outcomes and links. It runs in one goroutine.
type committer struct {
	frontier frontier.Frontier
	results  <-chan *result  // closed by the scheduler when no worker is left
	starving <-chan struct{} // the scheduler waits for a commit
	progress *progress
	logger   *slog.Logger
	ordered  bool
	maxPages int64
	to       *delivery
	// committed is told after each commit.
	committed func()
	// listed is closed when the list of seeds has been read to its end, so that
	// judge can tell why a URL is to be skipped; decided is called when it has, of
	// all that was found before. nil if there is no list.
	listed  <-chan struct{}
	judge   func(url string) frontier.Reason
	decided func()
	judging bool // what was found before is judged, and what comes is to be
	// seeded is closed when all seeds are in the frontier: until then others may
	// still come before all that isn't one.
	seeded <-chan struct{}
	// draining is closed when the crawl is to end.
	draining <-chan struct{}

	// full is told when the batch that reaches maxPages is about to be committed.
	full func()

	batch    []*result
	waiting  map[string]*result // ordered: finished, and waiting for their turn
	held     int64              // bytes that these hold
	window   int64              // as it was set last
	gathered int                // results since the last flush
	bytes    int                // of their lines
	recorded int                // and of their records
	pages    int64
}

// resume takes up the count where the runs before have left it.
func (c *committer) resume() {
	done := c.frontier.Counts()
	c.pages = done.Fetched + done.Failed
	c.narrow()
}

// maxHeld bounds what waits for its turn, in bytes, give or take what is in flight.
const maxHeld = 64 << 20

// narrow lets no more pages be out than may still be needed, or held.
func (c *committer) narrow() {
	if c.isFull() {
		c.full()
		return
	}
	window := int64(frontier.DefaultWindow)
	if left := c.maxPages - c.pages; left > 0 {
		window = min(window, left)
	}
	if c.held > maxHeld {
		window = 1 // the one that the others wait for
	}
	if c.ordered && window != c.window {
		c.window = window
		c.frontier.SetWindow(int(window))
	}
}

// run ends when results is closed and all of it is committed, or with an error.
func (c *committer) run(ctx context.Context) error {
	linger := time.NewTimer(c.to.linger)
	linger.Stop()
	defer linger.Stop()
	for {
		select {
		case r, ok := <-c.results:
			if !ok {
				return c.flush(ctx)
			}
			if c.gathered == 0 {
				linger.Reset(c.to.linger)
			}
			c.take(r)
			if c.gathered < batchPages && c.bytes < batchBytes && c.recorded < batchRecorded {
				continue
			}
		case <-c.starving:
			for len(c.results) > 0 {
				c.take(<-c.results)
			}
		case <-linger.C:
		case <-c.listed:
			if err := c.decide(ctx); err != nil {
				return err
			}
		case <-c.seeded:
			c.seeded = nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := c.flush(ctx); err != nil {
			return err
		}
	}
}

// decide has all that was found before the list's end judged. What is committed
// from here on is judged by then. A crawl that is to end leaves the rest to the
// run after it.
func (c *committer) decide(ctx context.Context) error {
	c.listed = nil
	for {
		more, err := c.frontier.Decide(ctx, c.judge)
		if err != nil {
			return err
		}
		c.committed()
		if !more {
			c.judging = true
			c.decided()
			return nil
		}
		select {
		case <-c.draining:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		default:
		}
	}
}

// judgeLate decides on what a page led to if it was found before the list's end,
// and is committed after.
func (c *committer) judgeLate(r *result) {
	for i := range r.Found {
		o := &r.Found[i]
		if !o.Undecided {
			continue
		}
		o.Undecided = false
		if verdict := c.judge(o.URL); verdict != "" {
			o.Skip = verdict
		}
	}
}

// take adds a result to the batch, or to those that have their turn in discovery
// order. A retry decides nothing and has no turn.
func (c *committer) take(r *result) {
	c.gathered++
	c.bytes += len(r.line)
	if r.recorded != nil {
		c.recorded += r.recorded.Len()
	}
	if c.ordered && r.Outcome.Kind != frontier.Retry {
		c.waiting[r.URL] = r
		c.held += int64(r.size())
		return
	}
	c.add(r)
}

// takeTurns adds what is finished at the head of the discovery order to the batch.
func (c *committer) takeTurns() {
	for _, head := range c.frontier.Heads(min(batchPages, len(c.waiting))) {
		r := c.waiting[head.URL]
		if r == nil || c.isFull() || c.seeded != nil && !isSeed(&head) {
			return
		}
		delete(c.waiting, head.URL)
		c.held -= int64(r.size())
		if r.page != nil && r.reached(&head) {
			r.line = r.page.AppendJSON(r.line[:0])
		}
		c.add(r)
	}
}

// isSeed reports whether a URL has the first place that there is: no seed that is
// still to come can be before it.
func isSeed(r *frontier.Request) bool { return r.Depth == 0 && len(r.Redirects) == 0 }

// reached rewrites how the page was reached if the frontier learned of a better
// way since it was leased.
func (r *result) reached(head *frontier.Request) (changed bool) {
	if r.request.Depth == head.Depth && r.request.Parent == head.Parent && len(r.request.Redirects) == len(head.Redirects) {
		return false
	}
	head.Attempt = r.request.Attempt
	r.request = *head
	setPath(&r.page.Record, head)
	return true
}

func (c *committer) isFull() bool { return c.maxPages > 0 && c.pages >= c.maxPages }

func (c *committer) add(r *result) {
	c.batch = append(c.batch, r)
	if r.page != nil {
		c.pages++
	}
}

// flush commits what is finished. In discovery order each commit may bring others
// to the head.
func (c *committer) flush(ctx context.Context) error {
	c.gathered, c.bytes, c.recorded = 0, 0, 0
	c.narrow()
	for {
		if c.ordered {
			c.takeTurns()
		}
		if len(c.batch) == 0 {
			return nil
		}
		if err := c.commit(ctx); err != nil {
			return err
		}
	}
}

// commit is the one commit: recordings and lines first, then the outcomes with the
// checkpoint behind them.
func (c *committer) commit(ctx context.Context) error {
	recorded, notes, err := c.to.record(c.batch)
	if err != nil {
		return err
	}
	at, err := c.to.deliver(ctx, c.batch)
	if err != nil {
		return err
	}
	at.Recorded, at.RecordedSum = recorded.Recorded, recorded.RecordedSum
	c.narrow() // before the commit frees places for more leases
	if c.to.state != nil {
		if err := c.to.state.saveStats(c.progress.after(c.batch)); err != nil {
			return err
		}
	}
	commit := frontier.Batch{Results: make([]frontier.Result, len(c.batch)), Checkpoint: at, Notes: notes}
	for i, r := range c.batch {
		if c.judging {
			c.judgeLate(r)
		}
		commit.Results[i] = r.Result
	}
	if err := c.frontier.Commit(ctx, commit); err != nil {
		return err
	}
	c.progress.committed(c.batch)
	for _, r := range c.batch {
		r.log(ctx, c.logger)
	}
	clear(c.batch)
	c.batch = c.batch[:0]
	c.committed()
	return nil
}

// log tells what became of a lease.
func (r *result) log(ctx context.Context, logger *slog.Logger) {
	if !logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []any{"url", r.URL, "depth", r.request.Depth, "attempt", r.request.Attempt}
	if r.page != nil && r.page.Status != nil {
		attrs = append(attrs, "status", *r.page.Status, "ms", r.page.DurationMS)
	}
	if r.Outcome.Reason != "" {
		attrs = append(attrs, "reason", string(r.Outcome.Reason))
	}
	if r.Outcome.Detail != "" {
		attrs = append(attrs, "detail", r.Outcome.Detail)
	}
	if r.Outcome.Kind == frontier.Retry {
		attrs = append(attrs, "again", r.Outcome.At.Format(time.TimeOnly))
	}
	logger.Debug(r.Outcome.Kind.String(), attrs...)
}

// writeLines returns a deliver that writes to a sink.
func writeLines(w *sink.Writer) deliverFunc {
	var batch sink.Batch
	return func(ctx context.Context, results []*result) (frontier.Checkpoint, error) {
		batch.Reset()
		for _, r := range results {
			if r.line != nil {
				batch.Lines = append(batch.Lines, r.line...)
				batch.Count++
			}
		}
		at, err := w.Write(ctx, batch)
		return frontier.Checkpoint{Offset: at.Offset, Sum: at.Sum}, err
	}
}
