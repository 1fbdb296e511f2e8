package disk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Frontier is a [frontier.Frontier] in a directory. Open makes one; Close ends
// its goroutines, which are all the database's.
type Frontier struct {
	dir   string
	opts  Options
	clock clock
	key0  hashKey // the state's secret

	mu      sync.Mutex
	db      *pebble.DB
	fs      *guardFS
	lock    *pebble.Lock
	mark    *markFile
	closed  bool
	failure error // ends all use
	told    bool  // somebody has been told of it
	inDB    bool  // a call of the database is under way
	resumed bool
	lost    uint64

	lockStays bool // Remove could not remove it while it is held
	beginning bool // Open has begun to make the state

	n         counters
	seen      *seenCache
	urls      urlCache
	hosts     hosts
	ready     hostHeap // the hosts in memory that a clock alone makes ready
	order     lane     // uncommitted URLs in discovery order, if ordered
	leases    map[string]*lease
	leasedIDs map[uint64]*lease
	retries   int64 // of the leases out, those that came from a list of retries

	meta       map[string][]byte
	notes      map[string][]byte // to join the next commit
	dirtyHosts []*hostQueue
	idleHosts  []*hostQueue // maybe to be forgotten
	tx         tx
	ends       []*lease // of the commit under way
	behind     bool     // a transaction has left paths to be passed on
	touchLimit int      // touchMost and laneLimit, but in tests
	laneLimit  int

	key, val, listKey []byte // scratch
}

var _ frontier.Frontier = (*Frontier)(nil)

// Add implements [frontier.Frontier]. It is a commit of its own.
func (f *Frontier) Add(_ context.Context, offers []frontier.Offer) (added int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return 0, err
	}
	before := f.n.discovered
	t := f.begin()
	for i := range offers {
		o := &offers[i]
		p := path{rank: makeRank(0, 0), trail: trail{requested: o.Requested}}
		if _, err := t.offer(o, &p); err != nil {
			return 0, err
		}
	}
	if err := t.commit(true); err != nil {
		return 0, err
	}
	return int(f.n.discovered - before), f.passOnBehind()
}

// Counts implements [frontier.Frontier].
func (f *Frontier) Counts() frontier.Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &f.n
	c := frontier.Counts{
		Discovered: n.discovered,
		Fetched:    n.fetched,
		Failed:     n.failed,
		Skipped:    make(map[frontier.Reason]int64),
		Queued:     n.queued + n.undecided(),
		Leased:     int64(len(f.leases)),
		Retrying:   n.waiting - f.retries,
		Hosts:      n.hosts,
	}
	for _, r := range n.reasons {
		if r.skipped != 0 && r.reason != frontier.ReasonUndecided {
			c.Skipped[r.reason] = r.skipped
		}
	}
	return c
}

// Drained implements [frontier.Frontier].
func (f *Frontier) Drained() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n.queued == 0 && f.n.undecided() == 0
}

// Checkpoint is the place in the output that the last commit covers: what comes
// behind it is to be cut off before the crawl goes on.
func (f *Frontier) Checkpoint() frontier.Checkpoint {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n.output
}

// Resumed reports whether Open found a state to go on from.
func (f *Frontier) Resumed() bool { return f.resumed }

// Lost is how many of the last commits a power cut or a damaged log took before
// this Open: what they did is done again. A killed process loses none.
func (f *Frontier) Lost() uint64 { return f.lost }

// usable says why the frontier can't be used, if it can't.
func (f *Frontier) usable() error {
	if f.closed {
		return frontier.ErrClosed
	}
	if f.failure == nil {
		if err := f.fs.failed(); err != nil {
			f.failure = f.diskError(err)
		}
	}
	return f.failure
}

// writable is usable, for calls that change something.
func (f *Frontier) writable() error {
	if err := f.usable(); err != nil {
		return err
	}
	if f.opts.Mode == Inspect {
		return ErrReadOnly
	}
	return nil
}

// fail ends all use of the frontier: what is in memory may no longer be what is
// on disk, where the last commit stands.
func (f *Frontier) fail(err error) error {
	if f.failure == nil {
		f.failure = err
		if first := f.fs.failed(); first != nil {
			f.failure = f.diskError(first) // what came of it is less telling
		}
	}
	return f.failure
}

// rescue is deferred by every call. It turns a panic in the database, or in
// reading what it gave, into an error. err is nil if the call returns none.
func (f *Frontier) rescue(err *error) {
	if v := recover(); v != nil {
		f.fs.fail(fmt.Errorf("panic: %v", v))
		failure := f.fail(fmt.Errorf("%s: panic: %v", f.dir, v))
		if err != nil {
			*err = failure
		}
	}
	if err != nil && *err != nil && f.failure != nil {
		f.told = true
	}
}

// Close implements [frontier.Frontier]. Leases out are queued again. A failure
// that no call has returned yet is returned.
func (f *Frontier) Close() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	defer f.rescue(&err)
	var untold error
	if failure := f.failure; !f.told {
		if failure == nil {
			failure = f.usable()
		}
		untold = failure
	}
	f.closed = true
	return errors.Join(untold, f.closeAll())
}

// closeAll lets go of the directory. The lock goes last.
func (f *Frontier) closeAll() error {
	f.fs.closing.Store(true)
	var errs []error
	switch {
	case f.db == nil:
	case f.inDB: // a panic came out of it: it may hold locks for ever; frozen, it does no harm
		errs = append(errs, f.lock.Close())
	default:
		errs = append(errs, f.db.Close())
	}
	if f.mark != nil {
		errs = append(errs, f.mark.close())
	}
	if f.lock != nil {
		errs = append(errs, f.lock.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing %s: %w", f.dir, err)
	}
	return nil
}

// noneReady is what Lease returns if nothing is ready before at; always says that
// only a call can make something ready.
func (f *Frontier) noneReady(at instant) (frontier.Request, time.Time, error) {
	return frontier.Request{}, f.clock.time(at), frontier.ErrNoneReady
}
