package crawler

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-5a061891/trawl/crawler/warc"
)

// extraction is one run of an [Extractor].
//
//	reader ──▶ work ──▶ workers ──▶ done of each
//	   └─────▶ pending, in the order of the records ──▶ writer (the caller) ──▶ deliver
//
// The reader is one goroutine. It reads the archives, and puts each answer into
// pending, which keeps the order, and then into work. A worker makes the line and
// says that it is done. The writer takes what is first in pending, waits for it, and
// delivers what it has gathered. All is bounded: answers by the room in pending, their
// bytes by held, what large pages grow to by tiers.
type extraction struct {
	config   *ExtractConfig
	types    *typeFilter
	account  *extractAccount
	pager    *pager
	linger   time.Duration // how long a batch waits for more lines; 0: as long as it takes
	draining <-chan struct{}
	stop     chan struct{} // closed when the reader is to end: draining, or the context's end

	pending  chan *archived // the reader closes it
	work     chan *archived // and this
	bodies   chan []byte    // buffers that are free
	held     *held
	tiers    []tier
	revisits *revisits

	before int64 // bytes of the archives that have been read; the reader's

	telling sync.Mutex // of config.Report
}

// aheadPerWorker is how many answers there may be in line for each worker, so that a
// page that takes long doesn't leave the others without work.
const aheadPerWorker = 32

func newExtraction(x *Extractor, whole bool) *extraction {
	e := &extraction{
		config:   &x.config,
		types:    x.types,
		account:  &x.account,
		draining: x.draining,
		stop:     make(chan struct{}),
		pending:  make(chan *archived, aheadPerWorker*x.config.Concurrency),
		work:     make(chan *archived, x.config.Concurrency),
		bodies:   make(chan []byte, 2*x.config.Concurrency+1), // in work, with workers, and with the reader
		held:     newHeld(),
		tiers:    newTiers(),
		revisits: newRevisits(&x.config),
	}
	if !strings.HasSuffix(x.config.Output, ".gz") && !strings.HasSuffix(x.config.Output, ".zst") {
		e.linger = lingerPlain // somebody may be reading it
	}
	e.pager = &pager{
		config: &Config{FollowNothing: true, IgnoreRobots: true, Logger: x.config.Logger},
		types:  x.types,
		open:   new(atomic.Bool),
		gate:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		whole:  whole,
	}
	return e
}

// run reads, parses and delivers until all is done or something ends it, and returns
// when no goroutine of its own is left.
func (e *extraction) run(ctx context.Context, deliver func(context.Context, []*result) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e.account.begin(e.config.sizes(e.config.Files))
	defer e.account.end()

	var parts sync.WaitGroup
	var readErr error
	parts.Go(func() { readErr = e.read(ctx) })
	for range e.config.Concurrency {
		parts.Go(func() {
			if err := e.worker(ctx); err != nil {
				cancel(err)
			}
		})
	}
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-e.draining:
		case <-ctx.Done():
		case <-ended:
			return
		}
		close(e.stop)
	})
	err := e.write(ctx, deliver)
	if err != nil {
		cancel(err)
	}
	parts.Wait()
	close(ended)
	watching.Wait()
	return joined(extractVerdict(err, readErr), e.revisits.close())
}

// extractVerdict is the error that an extraction ends with.
func extractVerdict(writeErr, readErr error) error {
	err := writeErr
	if err == nil {
		err = readErr
	}
	if err != nil && !errors.Is(err, ErrInterrupted) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return fmt.Errorf("%w: %w", ErrInterrupted, err)
	}
	return err
}

// stopped reports whether the reader is to end.
func (e *extraction) stopped() bool {
	select {
	case <-e.stop:
		return true
	default:
		return false
	}
}

// report tells of a problem, which the reader or a worker has met.
func (e *extraction) report(p *warc.Problem) {
	e.telling.Lock()
	defer e.telling.Unlock()
	if e.config.Report != nil {
		e.config.Report(p)
	}
}

// write delivers lines in the order of pending, until that is closed.
func (e *extraction) write(ctx context.Context, deliver func(context.Context, []*result) error) error {
	b := newExtractBatch(e, deliver)
	defer b.timer.Stop()
	for {
		a, more, err := await(ctx, b, e.pending)
		if err != nil {
			return err
		}
		if !more {
			return b.flush(ctx)
		}
		if _, _, err := await(ctx, b, a.done); err != nil {
			return err
		}
		if err := b.add(ctx, a); err != nil {
			return err
		}
	}
}
