package disk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// lease is a URL that is out. It is known in memory alone: on disk its record
// and its place are those that it has to come back to if the process is killed.
type lease struct {
	record record
	host   *hostQueue
	rank   rank // that it was leased at
	retry  bool // it came from its host's retries
	ending bool // the commit under way ends it
}

// first reports a first attempt: it holds deeper levels up.
func (l *lease) first() bool { return l.record.attempt == 0 }

// Lease implements [frontier.Frontier].
func (f *Frontier) Lease(_ context.Context, now time.Time) (req frontier.Request, wake time.Time, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	at := f.clock.instant(now)
	if f.opts.Ordered && len(f.leases) >= f.opts.Window {
		return f.leaseHead(at)
	}
	h, err := f.nextHost()
	if err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	if h == nil {
		return f.noneReady(always)
	}
	if h.wake > at {
		return f.noneReady(h.wake)
	}
	if err := f.know(h, &h.retries, keyRetry); err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	it, retry := h.retries.first()
	if !retry || instantOf(it.a) > at {
		retry = false
		it, _ = h.queue.first() // known and there, or the host would not be awake
	}
	r := new(record)
	if err := f.readRecord(it.id, r); err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	return f.lease(r, h, it.position, retry)
}

// leaseHead hands out the head of the discovery order, for which alone the
// others wait when the window is full.
func (f *Frontier) leaseHead(now instant) (frontier.Request, time.Time, error) {
	id, err := f.head()
	if err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	if id == 0 || f.isLeased(id) {
		return f.noneReady(always)
	}
	r := new(record)
	if err := f.readRecord(id, r); err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	h, err := f.hostByID(r.host)
	if err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	if h.held {
		return f.noneReady(always)
	}
	at, from := h.ready, r.position()
	if r.state == waiting {
		at, from = max(at, instantOf(r.retry.a)), r.retry
	}
	if at > now {
		return f.noneReady(at)
	}
	return f.lease(r, h, from, r.state == waiting)
}

// lease takes a record out of a list of its host.
func (f *Frontier) lease(r *record, h *hostQueue, from position, retry bool) (frontier.Request, time.Time, error) {
	if r.host != h.id || retry != (r.state == waiting) || !r.state.live() {
		return frontier.Request{}, time.Time{}, f.corrupt(fmt.Errorf("%s is queued and isn't", r.url))
	}
	l := &lease{record: *r, host: h, rank: r.rank, retry: retry}
	req, err := f.request(&l.record, h)
	if err != nil {
		return frontier.Request{}, time.Time{}, err
	}
	req.Attempt++
	if retry {
		h.retries.remove(from)
		f.retries++
	} else {
		h.queue.remove(from)
	}
	f.leases[r.url], f.leasedIDs[r.id] = l, l
	f.urls.put(r.id, r.url)
	h.out = append(h.out, l)
	h.held = true
	f.hosts.touch(h)
	return req, time.Time{}, f.place(h)
}

// request describes a URL as the frontier knows it now.
func (f *Frontier) request(r *record, h *hostQueue) (frontier.Request, error) {
	parent, err := f.urlOf(r.parent)
	return frontier.Request{URL: r.url, Requested: r.requested, Host: h.name, Depth: r.rank.depth(),
		Parent: parent, Redirects: r.hops, Attempt: int(r.attempt)}, err
}

// end forgets that a lease is out.
func (f *Frontier) end(l *lease) {
	l.host.takeOut(l)
	delete(f.leases, l.record.url)
	delete(f.leasedIDs, l.record.id)
	if l.retry {
		f.retries--
	}
}

// Release implements [frontier.Frontier].
func (f *Frontier) Release(host string, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(nil)
	if f.writable() != nil {
		return
	}
	h, err := f.hostByName(host)
	if err != nil || h == nil {
		return // a failure is told by the next call
	}
	h.held, h.ready = false, f.clock.instant(at)
	f.changed(h)
	if f.opts.Forget && h.pending() == 0 {
		h.ready = always // its clock is forgotten with it
		f.idleHosts = append(f.idleHosts, h)
	}
	_ = f.place(h) // likewise
}

// Return implements [frontier.Frontier].
func (f *Frontier) Return(_ context.Context, url string) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return err
	}
	l := f.leases[url]
	if l == nil {
		return fmt.Errorf("%w: %s", frontier.ErrNotLeased, url)
	}
	if l.retry {
		return f.returnRetry(l)
	}
	f.end(l)
	l.host.queue.add(item{l.record.position(), l.record.id}, f.laneLimit)
	return f.place(l.host)
}

// returnRetry returns a lease that came from the retries. Its time is over, so
// it goes to its old place in the queue. If that is lost, it is due as a retry.
func (f *Frontier) returnRetry(l *lease) error {
	t := f.begin()
	h, r := l.host, &l.record
	f.end(l)
	t.takeRetry(h, r)
	r.state = queued
	t.pending(h, 1, -1)
	t.addTo(&h.queue, hostList(f.listKey, keyQueue, h.id), item{r.position(), r.id})
	t.touched[r.id] = r
	t.change(r)
	if err := f.place(h); err != nil {
		return err
	}
	return t.commit(false)
}

// takeRetry takes a record out of its host's retries.
func (t *tx) takeRetry(h *hostQueue, r *record) {
	t.removeFrom(&h.retries, hostList(t.f.listKey, keyRetry, h.id), r.retry)
	r.retry = position{}
}

// readRecord reads a record from disk.
func (f *Frontier) readRecord(id uint64, r *record) error {
	f.key = idKey(f.key, keyURL, id)
	return f.mustGet(f.key, func(v []byte) bool { return f.decodeRecord(r, id, v) })
}

func (f *Frontier) decodeRecord(r *record, id uint64, v []byte) bool {
	return r.decode(id, v) && int(r.reason) < len(f.n.reasons)
}

// urlOf returns the URL of an id: empty for none, and for one that is forgotten.
func (f *Frontier) urlOf(id uint64) (string, error) {
	if url, ok := f.urls.get(id); ok || id == 0 {
		return url, nil
	}
	var url string
	f.key = idKey(f.key, keyURL, id)
	known, err := f.get(f.key, func(v []byte) (ok bool) {
		url, ok = recordURL(v)
		return ok
	})
	if known {
		f.urls.put(id, url)
	} else if err == nil && !f.opts.Forget {
		err = f.corrupt(fmt.Errorf("%s is missing", describe(f.key)))
	}
	return url, err
}

var errHostList = errors.New("a host is not where the list of hosts has it")
