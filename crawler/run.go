package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
)

// run is one crawl under way: what scheduler, workers, committer and the reader
// of seeds have in common. See the package's documentation for who runs when.
type run struct {
	config       *Config
	seeds        []seed
	scope        *scope
	pager        *pager
	trusted      *trustedHosts
	frontier     frontier.Frontier
	ownsFrontier bool
	to           *delivery
	collector    *collector
	transport    *fetch.Transport
	progress     *progress
	begun        time.Time

	fetchCtx    context.Context // of every request; ends when the crawl is to stop now
	stopFetches context.CancelCauseFunc

	results  chan *result    // workers and scheduler to committer; the scheduler closes it
	work     chan struct{}   // to the scheduler: there may be more to lease
	room     chan struct{}   // to the reader of seeds: there may be room for more
	starving chan struct{}   // to the committer: there is nothing to lease
	recalled chan struct{}   // closed when what earlier runs have read of the list is read again
	listed   chan struct{}   // closed when the list of seeds has been read to its end
	decided  chan struct{}   // closed by the committer when it has judged all links found before that
	seeded   chan struct{}   // closed when all seeds are in the frontier, and decided is
	open     atomic.Bool     // the list is being read: the scope isn't known yet
	draining <-chan struct{} // closed by Crawler.Drain
}

// errLimit stops the fetches of a crawl that has all the pages it may have.
var errLimit = fmt.Errorf("%w: the page limit is reached", context.Canceled)

func newRun(c *Crawler, to *delivery) (*run, error) {
	r := &run{
		config:   &c.config,
		seeds:    c.seeds,
		scope:    c.scope,
		trusted:  newTrustedHosts(),
		frontier: c.config.Frontier,
		to:       to,
		begun:    time.Now(),
		results:  make(chan *result, c.config.Concurrency),
		work:     make(chan struct{}, 1),
		room:     make(chan struct{}, 1),
		starving: make(chan struct{}, 1),
		recalled: make(chan struct{}),
		listed:   make(chan struct{}),
		decided:  make(chan struct{}),
		seeded:   make(chan struct{}),
		draining: c.draining,
	}
	var before Stats
	switch {
	case to.state != nil:
		r.frontier = to.state.frontier
		var err error
		if before, err = to.state.stats(); err != nil {
			return nil, err
		}
		counts := r.frontier.Counts()
		before.Lines = counts.Fetched + counts.Failed // a power cut may have taken lines back
	case r.frontier == nil:
		r.frontier, r.ownsFrontier = frontier.NewMemory(c.config.FrontierOptions()), true
	}
	r.progress = newProgress(before)
	options := *c.config.Fetch
	options.PrivateHosts = r.trusted.names
	var err error
	if to.recording != nil {
		wire := options.Wire
		if wire == nil {
			if wire, err = fetch.NewNetwork(options); err != nil {
				return nil, &ConfigError{Field: "Fetch", Reason: err.Error()}
			}
		}
		options.Wire = to.recording.wrap(&c.config, wire)
	}
	if r.transport, err = fetch.New(options); err != nil {
		return nil, &ConfigError{Field: "Fetch", Reason: err.Error()}
	}
	r.pager = &pager{
		config: &c.config,
		scope:  c.scope,
		types:  c.types,
		agent:  robots.ProductToken(c.config.UserAgent),
		gate:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		whole:  to.whole,
		open:   &r.open,
	}
	r.open.Store(c.config.SeedList != nil && !c.config.FollowNothing)
	for _, s := range r.seeds {
		r.admitSeed(s)
	}
	return r, nil
}

// admitSeed lets a seed widen the scope and its host get what is only for the
// hosts that seeds name.
func (r *run) admitSeed(s seed) {
	if !r.config.FollowNothing {
		r.scope.addSeed(s.canonical)
	}
	r.trusted.add(s)
}

// crawl runs until everything is done or something ends it, and returns when no
// goroutine of its own is left.
func (r *run) crawl(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.fetchCtx, r.stopFetches = context.WithCancelCause(ctx)
	defer r.stopFetches(nil)
	r.progress.update(func(s *Stats) { s.Started = r.begun })
	if d := r.config.MaxDuration; d > 0 {
		limit := make(chan struct{})
		timer := time.AfterFunc(d, func() { close(limit) })
		defer timer.Stop()
		r.draining = either(ctx, r.draining, limit)
	}
	var err error
	if r.collector, err = newCollector(ctx, r.transport, r.config.Concurrency, r.config.UserAgent); err != nil {
		return err
	}
	r.collector.proxied = r.proxied
	defer r.transport.CloseIdleConnections()

	scheduler := newScheduler(r)
	committer := &committer{
		frontier:  r.frontier,
		results:   r.results,
		starving:  r.starving,
		progress:  r.progress,
		logger:    r.config.Logger,
		ordered:   r.config.Ordered,
		maxPages:  int64(r.config.MaxPages),
		to:        r.to,
		committed: r.notify,
		full:      func() { r.stopFetches(errLimit) },
		waiting:   make(map[string]*result),
		seeded:    r.seeded,
		draining:  r.draining,
	}
	if r.open.Load() {
		committer.listed, committer.judge = r.listed, r.pager.skip
		committer.decided = func() {
			r.open.Store(false) // not before: what is found meanwhile has its turn after what was found then
			close(r.decided)
		}
	}
	committer.resume()
	var parts sync.WaitGroup
	var once sync.Once
	var failure error
	part := func(f func(context.Context) error) func() {
		return func() {
			if err := f(ctx); err != nil {
				once.Do(func() { failure = err })
				stop(err)
			}
		}
	}
	parts.Go(part(committer.run))
	endKeeping := r.keepState(part)
	parts.Go(part(func(ctx context.Context) error {
		defer r.notify() // after seeded is closed: the scheduler may wait for nothing else
		defer close(r.seeded)
		return r.addSeeds(ctx)
	}))
	select { // for whom its seeds trust: the frontier may have any of them
	case <-r.recalled:
	case <-r.draining:
	case <-ctx.Done():
	}
	part(scheduler.loop)()
	r.collector.wait()
	parts.Wait()
	endKeeping()
	return r.verdict(ctx, failure)
}

// keepState has the state synced from time to time until end is called.
func (r *run) keepState(part func(func(context.Context) error) func()) (end func()) {
	if r.to.state == nil {
		return func() {}
	}
	ended := make(chan struct{})
	var keeping sync.WaitGroup
	keeping.Go(part(func(ctx context.Context) error { return r.to.state.keep(ctx, ended) }))
	return func() {
		close(ended)
		keeping.Wait()
	}
}

// proxied reports whether a request goes to a proxy.
func (r *run) proxied(req *http.Request) bool {
	switch {
	case r.config.Fetch.Wire != nil:
		return false
	case r.config.Fetch.Proxy != "":
		return true
	case r.config.Fetch.ProxyFromEnvironment:
		proxy, err := http.ProxyFromEnvironment(req)
		return err == nil && proxy != nil
	}
	return false
}

// verdict is the error of a crawl that ended.
func (r *run) verdict(ctx context.Context, failure error) error {
	switch {
	case failure != nil && (errors.Is(failure, context.Canceled) || errors.Is(failure, context.DeadlineExceeded)):
		return fmt.Errorf("%w: %w", ErrInterrupted, failure)
	case failure != nil:
		return failure
	case context.Cause(r.fetchCtx) == errLimit:
		return nil
	case !r.frontier.Drained() || r.progress.snapshot(r.frontier).ListCut:
		return ErrInterrupted
	case r.frontier.Counts().Discovered == 0:
		return &ConfigError{Field: "SeedList", Reason: "there is no URL in the list to start from"}
	}
	return nil
}

// either returns a channel that is closed when a or b is.
func either(ctx context.Context, a, b <-chan struct{}) <-chan struct{} {
	out := make(chan struct{})
	go func() {
		select {
		case <-a:
			close(out)
		case <-b:
			close(out)
		case <-ctx.Done():
		}
	}()
	return out
}

// notify says that the frontier has changed.
func (r *run) notify() {
	nudge(r.work)
	nudge(r.room)
}

// starve asks the committer for what it has: nothing else can be leased.
func (r *run) starve() { nudge(r.starving) }

func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// deliver sends a result that the scheduler itself came to.
func (r *run) deliver(ctx context.Context, res *result) error {
	select {
	case r.results <- res:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// deliverResult sends a worker's result; if the crawl stops first, the lease
// goes back unused.
func (r *run) deliverResult(res *result, e *event) {
	select {
	case r.results <- res:
	case <-r.fetchCtx.Done():
		e.unused = true
	}
}
