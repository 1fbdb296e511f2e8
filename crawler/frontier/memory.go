package frontier

import (
	"container/heap"
	"context"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"time"
)

// Memory is a [Frontier] in memory: some 150 bytes and the URL itself for each
// URL seen. What it knows is lost with the process.
type Memory struct {
	opts Options

	mu      sync.Mutex
	entries entries
	ids     map[string]uint32
	trails  map[uint32]*trail
	edges   map[uint32][]edge
	forgot  map[uint64]struct{} // fingerprints, with Options.Forget
	seed    maphash.Seed

	hostsBy map[string]*hostQueue
	hosts   hostHeap
	turns   uint64
	seq     uint64
	order   orderHeap

	undecided []undecidedItem // in the order in which they were found

	reasons []Reason
	counts  Counts
	closed  bool
}

var _ Frontier = (*Memory)(nil)

// NewMemory returns an empty frontier.
func NewMemory(opts Options) *Memory {
	if opts.Window <= 0 {
		opts.Window = DefaultWindow
	}
	return &Memory{
		opts:    opts,
		ids:     make(map[string]uint32),
		trails:  make(map[uint32]*trail),
		edges:   make(map[uint32][]edge),
		forgot:  make(map[uint64]struct{}),
		seed:    maphash.MakeSeed(),
		hostsBy: make(map[string]*hostQueue),
		reasons: []Reason{""},
		counts:  Counts{Skipped: make(map[Reason]int64)},
	}
}

// Add implements [Frontier].
func (m *Memory) Add(_ context.Context, offers []Offer) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, ErrClosed
	}
	before := m.counts.Discovered
	for i := range offers {
		o := &offers[i]
		var t *trail
		if o.Requested != "" {
			t = &trail{requested: o.Requested}
		}
		m.offer(o, path{rank: makeRank(0, 0), parent: noID, trail: t})
	}
	return int(m.counts.Discovered - before), nil
}

// Lease implements [Frontier].
func (m *Memory) Lease(_ context.Context, now time.Time) (Request, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return Request{}, time.Time{}, ErrClosed
	}
	if m.opts.Ordered && m.counts.Leased >= int64(m.opts.Window) {
		return m.leaseHead(now)
	}
	if len(m.hosts) == 0 {
		return Request{}, time.Time{}, ErrNoneReady
	}
	h := m.hosts[0]
	if h.wake.After(now) {
		return Request{}, h.wake, ErrNoneReady
	}
	id := noID
	if len(h.retries) > 0 && !h.retries[0].at.After(now) {
		id = heap.Pop(&h.retries).(retryItem).id
		m.counts.Retrying--
	} else {
		var l *level
		id, l = h.front(&m.entries)
		l.drop(id)
	}
	return m.lease(id), time.Time{}, nil
}

// leaseHead hands out the head of the discovery order, for which alone the
// others wait when the window is full.
func (m *Memory) leaseHead(now time.Time) (Request, time.Time, error) {
	id := m.head()
	if id == noID {
		return Request{}, time.Time{}, ErrNoneReady
	}
	e := m.entries.at(id)
	h := e.host
	if h.held || e.state == leased {
		return Request{}, time.Time{}, ErrNoneReady
	}
	at := h.ready
	if e.state == waiting {
		i := slices.IndexFunc(h.retries, func(r retryItem) bool { return r.id == id })
		if h.retries[i].at.After(at) {
			at = h.retries[i].at
		}
		if !at.After(now) {
			heap.Remove(&h.retries, i)
			m.counts.Retrying--
		}
	}
	if at.After(now) {
		return Request{}, at, ErrNoneReady
	}
	if e.state == queued { // then it is the first of its host, too
		_, l := h.front(&m.entries)
		l.drop(id)
	}
	return m.lease(id), time.Time{}, nil
}

func (m *Memory) lease(id uint32) Request {
	e := m.entries.at(id)
	h := e.host
	e.state = leased
	e.attempt++
	h.out = append(h.out, outLease{id: id, rank: e.rank, first: e.attempt == 1})
	h.held = true
	m.place(h)
	m.counts.Leased++
	return m.request(id)
}

// request describes the URL as the frontier knows it now.
func (m *Memory) request(id uint32) Request {
	e := m.entries.at(id)
	r := Request{URL: e.url, Host: e.host.name, Depth: e.rank.depth(), Attempt: int(e.attempt)}
	if e.parent != noID {
		r.Parent = m.entries.at(e.parent).url
	}
	if t := m.trails[id]; t != nil {
		r.Requested, r.Redirects = t.requested, t.hops
	}
	return r
}

// Release implements [Frontier].
func (m *Memory) Release(host string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hostsBy[host]
	if h == nil {
		return
	}
	h.held, h.ready = false, at
	m.place(h)
	m.forgetHost(h)
}

// Return implements [Frontier].
func (m *Memory) Return(_ context.Context, url string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	id, err := m.leasedID(url)
	if err != nil {
		return err
	}
	e := m.entries.at(id)
	e.host.takeOut(id)
	m.counts.Leased--
	e.attempt--
	e.state = queued
	e.host.level(e.rank).putBack(id, &m.entries)
	m.place(e.host)
	return nil
}

// Commit implements [Frontier].
func (m *Memory) Commit(_ context.Context, batch Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	for i := range batch.Results {
		if _, err := m.leasedID(batch.Results[i].URL); err != nil {
			return err
		}
	}
	for i := range batch.Results {
		m.commit(&batch.Results[i])
	}
	return nil
}

func (m *Memory) commit(r *Result) {
	id := m.ids[r.URL]
	e := m.entries.at(id)
	h := e.host
	h.takeOut(id)
	m.counts.Leased--

	if r.Outcome.Kind == Retry {
		e.state = waiting
		heap.Push(&h.retries, retryItem{at: r.Outcome.At, id: id})
		m.counts.Retrying++
		m.place(h)
		return
	}
	m.finish(id, r.Outcome)
	for i := range r.Found {
		m.offer(&r.Found[i], m.step(id, r.Found[i].Redirect))
		if to, ok := m.ids[r.Found[i].URL]; ok && m.keepsEdges() && r.Found[i].Skip == "" {
			m.edges[id] = append(m.edges[id], edge{to: to, redirect: int32(r.Found[i].Redirect)})
		}
	}
	m.place(h)
	if e.state == done || e.state == skipped {
		m.forget(id)
	}
}

// finish gives the URL its final outcome.
func (m *Memory) finish(id uint32, o Outcome) {
	e := m.entries.at(id)
	m.pending(e.host, -1)
	switch o.Kind {
	case Fetched:
		e.state = done
		m.counts.Fetched++
	case Failed:
		e.state = done
		m.counts.Failed++
	default:
		e.state, e.reason = skipped, m.reasonIndex(o.Reason)
		m.counts.Skipped[o.Reason]++
	}
}

// forget drops a finished URL and its host if the options say so.
func (m *Memory) forget(id uint32) {
	if !m.opts.Forget {
		return
	}
	e := m.entries.at(id)
	h := e.host
	m.forgot[maphash.String(m.seed, e.url)] = struct{}{}
	delete(m.ids, e.url)
	delete(m.trails, id)
	m.entries.remove(id)
	if h != nil {
		m.forgetHost(h)
	}
}

func (m *Memory) forgetHost(h *hostQueue) {
	if m.opts.Forget && !h.held && h.pending == 0 {
		if h.index >= 0 {
			heap.Remove(&m.hosts, h.index)
		}
		delete(m.hostsBy, h.name)
	}
}

// SetWindow implements [Frontier].
func (m *Memory) SetWindow(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opts.Window = max(n, 1)
}

// Counts implements [Frontier].
func (m *Memory) Counts() Counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts
	c.Skipped = maps.Clone(c.Skipped)
	c.Queued += c.Skipped[ReasonUndecided]
	delete(c.Skipped, ReasonUndecided)
	return c
}

// Drained implements [Frontier].
func (m *Memory) Drained() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts.Queued == 0 && m.counts.Skipped[ReasonUndecided] == 0
}

// Close implements [Frontier].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *Memory) leasedID(url string) (uint32, error) {
	if id, ok := m.ids[url]; ok && m.entries.at(id).state == leased {
		return id, nil
	}
	return noID, fmt.Errorf("%w: %s", ErrNotLeased, url)
}

// pending counts what the host has to do, and the hosts that have something.
func (m *Memory) pending(h *hostQueue, by int) {
	before := h.pending
	h.pending += by
	m.counts.Queued += int64(by)
	switch {
	case before == 0 && h.pending > 0:
		m.counts.Hosts++
	case before > 0 && h.pending == 0:
		m.counts.Hosts--
	}
}

func (m *Memory) reasonIndex(r Reason) uint8 {
	if i := slices.Index(m.reasons, r); i >= 0 {
		return uint8(i)
	}
	m.reasons = append(m.reasons, r)
	return uint8(len(m.reasons) - 1)
}
