package crawler

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// scheduler hands leases to the collector: never more than there are slots,
// never to a host before its clock, never before robots.txt has been asked. It
// is one goroutine, and the only one to touch host clocks and robots answers.
//
// What can't be fetched yet goes back to the frontier with the time from which
// its host may be asked; nothing waits here, and no slot waits anywhere.
type scheduler struct {
	*run
	slots  []int // free ones
	clocks map[string]*hostClock
	sweep  int // size of clocks at which idle ones are looked for
	robots *robotsCache
	// sameRobots says that what is replayed was crawled with this robots.txt: what was
	// asked for then was allowed.
	sameRobots bool
	fatal      error      // what a worker has met that the crawl can't go on with
	events     chan event // from workers; room for all that their slots can send
}

// event is what a worker tells the scheduler.
type event struct {
	host string
	at   time.Time
	sent bool // the request was written; else the slot is free again

	slot   int
	unsent bool // it ended without having been written
	lease  frontier.Request
	unused bool          // the lease wasn't fetched: back to the frontier
	fatal  error         // and nothing else can be
	pause  time.Duration // that the answer asked for its host
	robots *robotsAnswer // of a robots.txt
	entry  *robotsEntry
}

func newScheduler(r *run) *scheduler {
	n := r.config.Concurrency
	s := &scheduler{
		run:    r,
		clocks: make(map[string]*hostClock),
		sweep:  1024,
		robots: newRobotsCache(r.config.UserAgent, r.to.notes()),
		events: make(chan event, 2*n),
	}
	s.robots.lasting, s.sameRobots = r.config.replayer() != nil, r.config.replaysRobots()
	for i := range n {
		s.slots = append(s.slots, n-1-i)
	}
	return s
}

// loop runs until the frontier is drained, or until it is told to drain or stop;
// then until no worker is left. It closes results.
func (s *scheduler) loop(ctx context.Context) error {
	defer close(s.results)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var failed error
	stop, drain := s.fetchCtx.Done(), s.draining
	for draining := false; ; {
		select {
		case <-drain: // before anything is begun, whatever else there is to do
			draining, drain = true, nil
		default:
		}
		var wake time.Time
		if !draining && failed == nil {
			wake, failed = s.dispatch(ctx)
		}
		if len(s.slots) == s.config.Concurrency && (draining || failed != nil || s.finished()) {
			return failed
		}
		var alarm <-chan time.Time
		if !wake.IsZero() {
			timer.Reset(time.Until(wake))
			alarm = timer.C
		}
		select {
		case e := <-s.events:
			s.handle(ctx, e)
			for len(s.events) > 0 {
				s.handle(ctx, <-s.events)
			}
			if failed == nil {
				failed = s.fatal
			}
		case <-s.work:
		case <-alarm:
		case <-drain:
			draining, drain = true, nil
		case <-stop:
			draining, stop = true, nil
			failed = context.Cause(ctx)
		}
	}
}

// finished reports that there is nothing to wait for. The seeds are asked
// first: once they are all in, only the frontier can have more.
func (s *scheduler) finished() bool {
	select {
	case <-s.seeded:
		return s.frontier.Drained()
	default:
		return false
	}
}

// dispatch hands out leases while there are slots and requests, and returns
// when the next request is due by a clock.
func (s *scheduler) dispatch(ctx context.Context) (wake time.Time, err error) {
	for len(s.slots) > 0 && s.fetchCtx.Err() == nil {
		now := time.Now()
		req, wake, err := s.frontier.Lease(ctx, now)
		if errors.Is(err, frontier.ErrNoneReady) {
			if wake.IsZero() {
				s.starve()
			}
			return wake, nil
		}
		if err != nil {
			return time.Time{}, err
		}
		if s.fetchCtx.Err() != nil { // the page limit was reached by the commit that made room for this lease
			return time.Time{}, s.frontier.Return(ctx, req.URL)
		}
		if err := s.gate(ctx, req, now); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

// gate is passed by every request, those that redirects lead to included: the
// host's clock, then robots.txt.
func (s *scheduler) gate(ctx context.Context, req frontier.Request, now time.Time) error {
	clock := s.clock(req.Host, now)
	clock.released = false
	if clock.full() {
		return s.frontier.Return(ctx, req.URL) // the host is released when a request of its ends
	}
	if at := clock.next(now); at.After(now) {
		return s.putOff(ctx, req, at)
	}
	if s.config.IgnoreRobots {
		s.begin(req, clock, now)
		return nil
	}
	entry := s.robots.entry(req.URL, now)
	switch {
	case entry.fetching: // by a lease of this host's other origin, which releases it
		return s.frontier.Return(ctx, req.URL)
	case entry.group == nil && entry.retryAt.After(now):
		return s.putOff(ctx, req, entry.retryAt)
	case entry.group == nil:
		return s.askRobots(ctx, req, entry, now)
	case entry.failure != nil && s.sameRobots: // the archive has who was given up on for it, and who wasn't
	case entry.failure != nil:
		s.release(req.Host, clock, now)
		return s.deliver(ctx, s.unreachable(req, entry, now))
	}
	s.heedCrawlDelay(clock, entry)
	if at := clock.next(now); at.After(now) {
		return s.putOff(ctx, req, at)
	}
	if d := entry.group.Decide(robots.Target(req.URL)); !d.Allowed && !s.askedAllTheSame(req.URL, entry) {
		s.release(req.Host, clock, now)
		if req.Depth == 0 && !s.config.FollowNothing {
			s.config.Logger.Warn("robots.txt disallows a URL to start from", "url", req.URL, "rule", d.Rule, "line", d.Line)
		}
		return s.deliver(ctx, disallowed(req, d))
	}
	s.begin(req, clock, now)
	return nil
}

// putOff gives a lease back until its host may be asked at at.
func (s *scheduler) putOff(ctx context.Context, req frontier.Request, at time.Time) error {
	if err := s.frontier.Return(ctx, req.URL); err != nil {
		return err
	}
	s.clocks[req.Host].released = true
	s.frontier.Release(req.Host, at)
	return nil
}

// release gives the host back to the frontier as soon as its next time is known.
func (s *scheduler) release(host string, clock *hostClock, now time.Time) {
	if clock.released || clock.full() {
		return
	}
	clock.released = true
	s.frontier.Release(host, clock.next(now))
}

// begin hands a page's request to the collector.
func (s *scheduler) begin(req frontier.Request, clock *hostClock, now time.Time) {
	e := event{host: req.Host, slot: s.takeSlot(), lease: req}
	clock.begin()
	s.release(req.Host, clock, now)
	s.progress.started(false)
	job := &fetchJob{
		header: s.headers(req.URL),
		wants:  func(status int, media string) bool { return status/100 == 3 || s.pager.types.wants(media) },
		number: number(&req),
	}
	s.collector.fetch(s.job(req.URL, e, job, func(e *event, ex *exchange) {
		if ex.err != nil && ex.err.Kind == fetch.KindCanceled {
			e.unused = true
			return
		}
		res := s.pager.safely(&req, ex)
		res.recorded = s.to.recording.encode(job, ex)
		s.deliverResult(res, e)
	}))
}

// askRobots asks for the robots.txt that a lease waits for, which then goes back
// to the frontier. The request passes the clock of the host it goes to.
func (s *scheduler) askRobots(ctx context.Context, req frontier.Request, entry *robotsEntry, now time.Time) error {
	host := weburl.HostKey(entry.url)
	clock := s.clock(host, now)
	at := clock.next(now)
	if clock.full() {
		at = now.Add(clock.interval + time.Second/10) // of another host: look again
	}
	if at.After(now) {
		return s.putOff(ctx, req, at)
	}
	entry.fetching = true
	e := event{host: host, slot: s.takeSlot(), lease: req, unused: true, entry: entry}
	clock.begin()
	s.progress.started(true)
	job := &fetchJob{header: s.headers(entry.url), limit: robots.MaxBytes + 1, number: entry.attempts}
	s.collector.fetch(s.job(entry.url, e, job, func(e *event, ex *exchange) {
		if ex.err == nil || ex.err.Kind != fetch.KindCanceled {
			s.to.recording.keep(s.to.recording.encode(job, ex)) // before the answer counts
			e.robots = readRobots(ex, s.robots.agent)
			e.robots.at = ex.start
		}
	}))
	return nil
}

// job completes a fetchJob that tells the scheduler when it was sent and when it
// ended. end runs in the fetch's goroutine before that.
func (s *scheduler) job(url string, e event, job *fetchJob, end func(*event, *exchange)) *fetchJob {
	var written atomic.Bool // by the transport's goroutine, maybe after the answer
	job.slot, job.url, job.records, job.replays = e.slot, url, s.to.recording != nil, s.config.replayer() != nil
	job.ctx = fetch.WithWroteRequest(s.fetchCtx, func(at time.Time) {
		if written.CompareAndSwap(false, true) {
			s.events <- event{host: e.host, at: at, sent: true}
		}
	})
	job.done = func(ex *exchange) {
		s.progress.ended(ex)
		if e.fatal = unreadable(ex); e.fatal != nil {
			e.unused, e.at, e.unsent = true, time.Now(), written.CompareAndSwap(false, true)
			s.events <- e
			return
		}
		e.pause = retryAfter(ex.status, ex.header, time.Now(), s.config.MaxRetryAfter)
		end(&e, ex)
		e.at, e.unsent = time.Now(), written.CompareAndSwap(false, true)
		s.events <- e
	}
	return job
}

func (s *scheduler) takeSlot() int {
	last := len(s.slots) - 1
	slot := s.slots[last]
	s.slots = s.slots[:last]
	return slot
}

// handle takes what a worker tells.
func (s *scheduler) handle(ctx context.Context, e event) {
	clock := s.clocks[e.host]
	if e.sent {
		clock.sent(e.at)
		s.release(e.host, clock, e.at)
		return
	}
	s.slots = append(s.slots, e.slot)
	s.fatal = cmp.Or(s.fatal, e.fatal)
	clock.end()
	if e.unsent {
		clock.sent(e.at)
	}
	if e.pause > 0 {
		clock.pause(e.at.Add(e.pause))
	}
	if e.robots != nil {
		e.entry.take(e.robots, e.at, s.config.Retries, func(attempt int) time.Duration { return backoff(attempt, s.config.jitter()) })
		s.robots.save(weburl.Origin(e.lease.URL), e.entry)
		e.robots.log(s.config.Logger, e.entry)
		if e.lease.Host == e.host {
			s.heedCrawlDelay(clock, e.entry)
		}
	} else if e.entry != nil {
		e.entry.fetching = false
	}
	if e.unused {
		s.end(ctx, e)
		if e.lease.Host != e.host {
			s.release(e.lease.Host, s.clock(e.lease.Host, e.at), e.at)
		}
	}
	s.release(e.host, clock, e.at)
	if e.pause > 0 && s.to.state != nil {
		_ = s.to.state.frontier.CommitHosts() // a failure is told by the next lease
	}
}

// unreachable is the end of a lease whose host's robots.txt could not be had. It is
// recorded too: a replay can't tell by robots.txt alone, which may have come back.
func (s *scheduler) unreachable(req frontier.Request, entry *robotsEntry, now time.Time) *result {
	asked := entry.robotsAsked(now)
	res := s.pager.unreachable(req, entry.failure, entry.attempts, asked)
	res.recorded = s.to.recording.encodeGivenUp(req.URL, asked, entry.failure, entry.attempts)
	return res
}

// longestInterval is that of the smallest rate that means anything.
const longestInterval = 365 * 24 * time.Hour

// end ends a lease that waited for a robots.txt, or whose fetch was cut short. If
// robots.txt is given up on, so is the lease: it can't be asked for again before
// that is forgotten, on a host that is asked seldom.
func (s *scheduler) end(ctx context.Context, e event) {
	var err error
	if e.robots != nil && e.entry.failure != nil && !s.sameRobots {
		err = s.deliver(ctx, s.unreachable(e.lease, e.entry, e.at))
	} else {
		err = s.frontier.Return(context.WithoutCancel(ctx), e.lease.URL)
	}
	if err != nil {
		s.config.Logger.Debug("lease not ended", "url", e.lease.URL, "error", err)
	}
}

// clock returns the host's clock, and forgets those that say nothing any more.
func (s *scheduler) clock(host string, now time.Time) *hostClock {
	if c := s.clocks[host]; c != nil {
		return c
	}
	if len(s.clocks) >= s.sweep {
		for h, c := range s.clocks {
			if c.idle(now) {
				delete(s.clocks, h)
			}
		}
		s.sweep = max(1024, 2*len(s.clocks))
	}
	interval := s.config.Delay
	if s.config.Rate > 0 {
		interval = max(interval, time.Duration(min(float64(time.Second)/s.config.Rate, float64(longestInterval))))
	}
	c := newHostClock(interval, s.config.PerHost, s.config.Concurrency)
	if s.to.state != nil && s.to.state.resumed {
		c.asked(s.begun) // the run before may have, and been killed before it could say so
	}
	s.clocks[host] = c
	return c
}

// heedCrawlDelay makes a host's interval no shorter than its robots.txt asks for.
func (s *scheduler) heedCrawlDelay(clock *hostClock, entry *robotsEntry) {
	if entry.group == nil {
		return
	}
	if d, ok := entry.group.CrawlDelay(); ok {
		clock.atLeast(min(d, s.config.MaxCrawlDelay))
	}
}
