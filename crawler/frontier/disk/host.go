package disk

import (
	"container/heap"
	"encoding/binary"
	"slices"
)

// hostQueue is a host that is in memory: leased, asked for or offered URLs of
// late. The others wait on disk.
type hostQueue struct {
	id   uint64
	name string

	queue   lane // by rank and seq
	retries lane // by time and number
	queued  int64
	waiting int64 // entries of the two lists on disk; what is leased is still in them
	out     []*lease
	held    bool // leased, until Release
	ready   instant

	wake  instant // when it can next be leased from; its place in the heap
	turn  uint64  // among hosts that are ready at the same time, who came first
	index int     // in hostHeap, -1 if not in it

	onDisk   bool     // it has an entry in the list of hosts that have something to do
	diskWake position // which is that; never later than it would wake after a crash
	dirty    bool     // it has changed since it was written
	unplaced bool     // it is to be placed when the transaction is over
	keepTurn bool     // it was loaded, and its turn is the one it had before

	newer, older *hostQueue // in the order of use
}

func (h *hostQueue) pending() int64 { return h.queued + h.waiting }

// pinned hosts stay in memory.
func (h *hostQueue) pinned() bool { return h.held || len(h.out) > 0 || h.unplaced }

// blocked reports whether a request of rank r has to wait for a shallower one
// of its host that is out for the first time.
func (h *hostQueue) blocked(r rank) bool {
	return slices.ContainsFunc(h.out, func(l *lease) bool { return l.first() && l.rank < r })
}

func (h *hostQueue) takeOut(l *lease) {
	i := slices.Index(h.out, l)
	h.out = slices.Delete(h.out, i, i+1)
}

func (h *hostQueue) append(b []byte) []byte {
	b = binary.AppendVarint(b, int64(h.ready))
	b = binary.AppendUvarint(b, uint64(h.queued))
	b = binary.AppendUvarint(b, uint64(h.waiting))
	if h.onDisk {
		b = appendPosition(append(b, 1), h.diskWake)
	} else {
		b = append(b, 0)
	}
	return append(b, h.name...)
}

func (h *hostQueue) decode(id uint64, v []byte) bool {
	d := decoder{b: v}
	*h = hostQueue{id: id, index: -1,
		ready: instant(d.varint()), queued: int64(d.uvarint()), waiting: int64(d.uvarint()), onDisk: d.byte() == 1}
	if h.onDisk {
		if len(d.b) < positionSize {
			return false
		}
		h.diskWake = positionOf(d.b[:positionSize])
		d.b = d.b[positionSize:]
	}
	h.name = d.rest()
	h.queue.whole, h.retries.whole = h.queued == 0, h.waiting == 0
	h.wake, h.turn, h.keepTurn = instantOf(h.diskWake.a), h.diskWake.b, h.onDisk
	return d.ok()
}

// hostHeap orders the hosts in memory that a clock alone makes ready by that time.
type hostHeap []*hostQueue

func (hh hostHeap) Len() int { return len(hh) }
func (hh hostHeap) Less(i, j int) bool {
	return hh[i].due().less(hh[j].due())
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

// due is the host's place among those that have something to do.
func (h *hostQueue) due() position { return position{h.wake.ordered(), h.turn} }

// place puts the host where its wake time belongs, or takes it out of the heap
// if only a Commit, a Release, a Return or an Add can make it ready. A host whose
// lists have to be read first is placed at the end of the open transaction, and
// so are those that come after it.
func (f *Frontier) place(h *hostQueue) error {
	if h.unplaced {
		return nil
	}
	if f.tx.open && len(f.tx.unplaced) > 0 {
		f.tx.placeLater(h)
		return nil
	}
	wake, ok, err := f.wake(h)
	if err != nil || h.unplaced {
		return err
	}
	if !ok {
		if h.index >= 0 {
			heap.Remove(&f.ready, h.index)
		}
		return nil
	}
	if h.index >= 0 && h.wake == wake {
		return nil
	}
	if !h.keepTurn || wake != h.wake {
		h.turn = f.turn()
	}
	h.wake, h.keepTurn = wake, false
	if h.index >= 0 {
		heap.Fix(&f.ready, h.index)
	} else {
		heap.Push(&f.ready, h)
	}
	return nil
}

// earliest is when the host would wake if all that is out were queued again, as
// it is after a crash.
func (h *hostQueue) earliest() instant {
	if h.index >= 0 && h.queued == 0 && len(h.out) == 0 {
		return h.wake
	}
	return h.ready
}

func (f *Frontier) wake(h *hostQueue) (instant, bool, error) {
	if h.held {
		return 0, false, nil
	}
	if err := f.know(h, &h.queue, keyQueue); err != nil || h.unplaced {
		return 0, false, err
	}
	if it, ok := h.queue.first(); ok && (f.opts.Ordered || !h.blocked(rank(it.a))) {
		return h.ready, true, nil
	}
	if err := f.know(h, &h.retries, keyRetry); err != nil || h.unplaced {
		return 0, false, err
	}
	it, ok := h.retries.first()
	if !ok {
		return 0, false, nil
	}
	return max(instantOf(it.a), h.ready), true, nil
}

// know reads the front of a host's list if it isn't in memory.
func (f *Frontier) know(h *hostQueue, l *lane, prefix byte) error {
	if l.known() {
		return nil
	}
	if f.tx.open {
		f.tx.placeLater(h)
		return nil
	}
	f.listKey = hostList(f.listKey, prefix, h.id)
	return f.fill(l, f.listKey, f.isLeased)
}

func (t *tx) placeLater(h *hostQueue) {
	h.unplaced = true
	t.unplaced = append(t.unplaced, h)
}

func (f *Frontier) turn() uint64 {
	f.n.lastTurn++
	return f.n.lastTurn
}
