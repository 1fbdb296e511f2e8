package frontier

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// hostQueue is what is queued, out and waiting for one host.
type hostQueue struct {
	name    string
	levels  []*level // by rank, shallowest first
	retries retryHeap
	out     []outLease
	held    bool // leased, until Release
	ready   time.Time
	pending int // queued, leased or waiting

	wake  time.Time // when it can next be leased from; its place in the heap
	turn  uint64    // among hosts that are ready at the same time, who came first
	index int       // in hostHeap, -1 if not in it
}

// outLease is a lease of the host that is out; rank is what it was leased at.
type outLease struct {
	id    uint32
	rank  rank
	first bool // its first attempt: holds deeper levels up
}

// level is the queue of one rank. Ids whose entry has moved to another rank or
// state stay in it until they come to its front.
type level struct {
	rank     rank
	returned []uint32 // leases handed back, by seq
	ids      []uint32
	head     int
}

func (h *hostQueue) level(r rank) *level {
	i, ok := slices.BinarySearchFunc(h.levels, r, func(l *level, r rank) int { return cmp.Compare(l.rank, r) })
	if !ok {
		h.levels = slices.Insert(h.levels, i, &level{rank: r})
	}
	return h.levels[i]
}

// front returns the first live id of the host's queue without taking it.
func (h *hostQueue) front(s *entries) (uint32, *level) {
	for len(h.levels) > 0 {
		l := h.levels[0]
		if id := l.front(s, h); id != noID {
			return id, l
		}
		h.levels = h.levels[1:]
	}
	h.levels = nil
	return noID, nil
}

// front returns the level's first live id by seq, without taking it.
func (l *level) front(s *entries, h *hostQueue) uint32 {
	live := func(id uint32) bool {
		e := s.at(id)
		return e.state == queued && e.rank == l.rank && e.host == h
	}
	for len(l.returned) > 0 && !live(l.returned[0]) {
		l.returned = l.returned[1:]
	}
	for l.head < len(l.ids) && !live(l.ids[l.head]) {
		l.dropID()
	}
	switch {
	case len(l.returned) > 0 && (l.head == len(l.ids) || s.at(l.returned[0]).seq < s.at(l.ids[l.head]).seq):
		return l.returned[0]
	case l.head < len(l.ids):
		return l.ids[l.head]
	}
	return noID
}

// drop takes the id that front returned off the queue.
func (l *level) drop(id uint32) {
	if len(l.returned) > 0 && l.returned[0] == id {
		l.returned = l.returned[1:]
		return
	}
	l.dropID()
}

func (l *level) dropID() {
	l.head++
	if l.head > 1024 && l.head > len(l.ids)/2 {
		l.ids = append(l.ids[:0], l.ids[l.head:]...)
		l.head = 0
	}
}

// putBack queues a returned lease in its old place.
func (l *level) putBack(id uint32, s *entries) {
	seq := s.at(id).seq
	i, _ := slices.BinarySearchFunc(l.returned, seq, func(id uint32, seq uint64) int { return cmp.Compare(s.at(id).seq, seq) })
	l.returned = slices.Insert(l.returned, i, id)
}

// blocked reports whether a request of rank r has to wait for a shallower one
// of its host that is out for the first time.
func (h *hostQueue) blocked(r rank) bool {
	for _, o := range h.out {
		if o.first && o.rank < r {
			return true
		}
	}
	return false
}

func (h *hostQueue) takeOut(id uint32) (outLease, bool) {
	for i, o := range h.out {
		if o.id == id {
			h.out = slices.Delete(h.out, i, i+1)
			return o, true
		}
	}
	return outLease{}, false
}

// retryHeap orders the requests that wait for their next attempt by its time.
type retryHeap []retryItem

type retryItem struct {
	at time.Time
	id uint32
}

func (r retryHeap) Len() int           { return len(r) }
func (r retryHeap) Less(i, j int) bool { return r[i].at.Before(r[j].at) }
func (r retryHeap) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *retryHeap) Push(x any)        { *r = append(*r, x.(retryItem)) }
func (r *retryHeap) Pop() any {
	old := *r
	x := old[len(old)-1]
	*r = old[:len(old)-1]
	return x
}

// hostHeap orders the hosts that a clock alone makes ready by that time.
type hostHeap []*hostQueue

func (hh hostHeap) Len() int { return len(hh) }
func (hh hostHeap) Less(i, j int) bool {
	if c := hh[i].wake.Compare(hh[j].wake); c != 0 {
		return c < 0
	}
	return hh[i].turn < hh[j].turn
}
func (hh hostHeap) Swap(i, j int) {
	hh[i], hh[j] = hh[j], hh[i]
	hh[i].index, hh[j].index = i, j
}
func (hh *hostHeap) Push(x any) {
	h := x.(*hostQueue)
	h.index = len(*hh)
	*hh = append(*hh, h)
}
func (hh *hostHeap) Pop() any {
	old := *hh
	h := old[len(old)-1]
	old[len(old)-1] = nil
	*hh = old[:len(old)-1]
	h.index = -1
	return h
}

// place puts the host where its wake time belongs, or takes it out if only a
// Commit, a Release, a Return or an Add can make it ready.
func (m *Memory) place(h *hostQueue) {
	wake, ok := m.wake(h)
	if !ok {
		if h.index >= 0 {
			heap.Remove(&m.hosts, h.index)
		}
		return
	}
	if h.index >= 0 && h.wake.Equal(wake) {
		return
	}
	m.turns++
	h.wake, h.turn = wake, m.turns
	if h.index >= 0 {
		heap.Fix(&m.hosts, h.index)
	} else {
		heap.Push(&m.hosts, h)
	}
}

func (m *Memory) wake(h *hostQueue) (time.Time, bool) {
	if h.held {
		return time.Time{}, false
	}
	if id, l := h.front(&m.entries); id != noID && (m.opts.Ordered || !h.blocked(l.rank)) {
		return h.ready, true
	}
	if len(h.retries) == 0 {
		return time.Time{}, false
	}
	if at := h.retries[0].at; at.After(h.ready) {
		return at, true
	}
	return h.ready, true
}
