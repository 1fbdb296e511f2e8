package disk

import (
	"container/heap"
	"encoding/binary"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// hosts are the hosts in memory.
type hosts struct {
	byName         map[string]*hostQueue
	byID           map[uint64]*hostQueue
	newest, oldest *hostQueue // in the order of use
	limit          int
	asleep         lane // the hosts on disk that have something to do, by time and turn
}

// hostLimit is how many hosts stay in memory that nothing is out of: some
// kilobytes each.
const hostLimit = 4096

func (hs *hosts) insert(h *hostQueue) {
	hs.byName[h.name], hs.byID[h.id] = h, h
	hs.link(h)
}

func (hs *hosts) drop(h *hostQueue) {
	delete(hs.byName, h.name)
	delete(hs.byID, h.id)
	hs.unlink(h)
}

func (hs *hosts) link(h *hostQueue) {
	h.older, h.newer = hs.newest, nil
	if hs.newest != nil {
		hs.newest.newer = h
	} else {
		hs.oldest = h
	}
	hs.newest = h
}

func (hs *hosts) unlink(h *hostQueue) {
	if h.newer != nil {
		h.newer.older = h.older
	} else {
		hs.newest = h.older
	}
	if h.older != nil {
		h.older.newer = h.newer
	} else {
		hs.oldest = h.newer
	}
}

func (hs *hosts) touch(h *hostQueue) {
	if hs.newest != h {
		hs.unlink(h)
		hs.link(h)
	}
}

// hostByName returns the host of that name, from memory or from disk, or nil if
// it isn't known.
func (f *Frontier) hostByName(name string) (*hostQueue, error) {
	if h := f.hosts.byName[name]; h != nil {
		f.hosts.touch(h)
		return h, nil
	}
	f.key = nameKey(f.key, keyHostName, name)
	var id uint64
	known, err := f.get(f.key, func(v []byte) bool {
		d := decoder{b: v}
		id = d.uvarint()
		return d.ok()
	})
	if err != nil || !known {
		return nil, err
	}
	return f.hostByID(id)
}

func (f *Frontier) hostByID(id uint64) (*hostQueue, error) {
	if h := f.hosts.byID[id]; h != nil {
		f.hosts.touch(h)
		return h, nil
	}
	h := new(hostQueue)
	f.key = idKey(f.key, keyHost, id)
	if err := f.mustGet(f.key, func(v []byte) bool { return h.decode(id, v) }); err != nil {
		return nil, err
	}
	f.hosts.insert(h)
	if h.onDisk {
		f.hosts.asleep.remove(h.diskWake)
		return h, f.place(h)
	}
	return h, nil
}

// newHost makes a host that is not known yet; the open transaction writes it.
func (t *tx) newHost(name string) *hostQueue {
	f := t.f
	f.n.lastHost++
	h := &hostQueue{id: f.n.lastHost, name: name, queue: emptyLane(), retries: emptyLane(), index: -1, ready: always}
	f.hosts.insert(h)
	f.changed(h)
	t.val = binary.AppendUvarint(t.val[:0], h.id)
	t.key = nameKey(t.key, keyHostName, name)
	t.set(t.key, t.val)
	return h
}

// nextHost returns the host that comes next, or nil. A host that waits on disk
// is loaded when it comes before all in memory.
func (f *Frontier) nextHost() (*hostQueue, error) {
	if err := f.evict(); err != nil {
		return nil, err
	}
	for {
		if !f.hosts.asleep.known() {
			if err := f.fill(&f.hosts.asleep, []byte{keyWake}, f.isLoaded); err != nil {
				return nil, err
			}
		}
		it, ok := f.hosts.asleep.first()
		if !ok || len(f.ready) > 0 && f.ready[0].due().less(it.position) {
			break
		}
		h, err := f.hostByID(it.id)
		if err != nil {
			return nil, err
		}
		if h.diskWake != it.position || !h.onDisk {
			return nil, f.corrupt(errHostList)
		}
	}
	if len(f.ready) == 0 {
		return nil, nil
	}
	return f.ready[0], nil
}

func (f *Frontier) isLoaded(id uint64) bool { return f.hosts.byID[id] != nil }

func (f *Frontier) isLeased(id uint64) bool { return f.leasedIDs[id] != nil }

// changed notes that the host is to be written with the next commit.
func (f *Frontier) changed(h *hostQueue) {
	if !h.dirty {
		h.dirty = true
		f.dirtyHosts = append(f.dirtyHosts, h)
	}
}

// evict writes hosts that were not used for long to disk, an eighth at a time, if
// there are more in memory than there may be. It is no part of a commit: if it is
// lost, the hosts are where they were, with a time that is over.
func (f *Frontier) evict() error {
	hs := &f.hosts
	if len(hs.byID) <= hs.limit {
		return nil
	}
	b := f.db.NewBatch()
	defer b.Close()
	var gone []*hostQueue
	h := hs.oldest
	for range len(hs.byID) {
		if len(hs.byID)-len(gone) <= hs.limit-hs.limit/8 {
			break
		}
		next := h.newer
		if h.pinned() {
			hs.touch(h)
		} else {
			if err := f.writeHost(b, h, h.index >= 0); err != nil {
				return err
			}
			gone = append(gone, h)
		}
		h = next
	}
	if err := f.apply(b, false); err != nil {
		return err
	}
	f.dirtyHosts = slices.DeleteFunc(f.dirtyHosts, func(h *hostQueue) bool { return !h.dirty })
	for _, h := range gone {
		if h.index >= 0 {
			heap.Remove(&f.ready, h.index)
		}
		hs.drop(h)
		if h.onDisk {
			hs.asleep.add(item{h.diskWake, h.id}, f.laneLimit)
		}
	}
	return nil
}

// writeHost writes what has changed of a host: its record, and its entry in the
// list of hosts that have something to do. That entry is exact when a host
// leaves memory; until then it is enough that it isn't too late.
func (f *Frontier) writeHost(b *pebble.Batch, h *hostQueue, leaves bool) error {
	pending := h.pending() > 0
	if h.onDisk && (!pending || leaves && h.diskWake != h.due() || h.earliest().ordered() < h.diskWake.a) {
		f.key = listKey(f.key, []byte{keyWake}, h.diskWake)
		if err := b.Delete(f.key, nil); err != nil {
			return err
		}
		h.onDisk, h.dirty = false, true
	}
	if pending && !h.onDisk {
		h.onDisk, h.dirty = true, true
		if h.index >= 0 && h.wake == h.earliest() {
			h.diskWake = h.due()
		} else {
			h.diskWake = position{h.earliest().ordered(), f.turn()}
		}
		f.key = listKey(f.key, []byte{keyWake}, h.diskWake)
		f.val = appendID(f.val[:0], h.id)
		if err := b.Set(f.key, f.val, nil); err != nil {
			return err
		}
	}
	if !h.dirty {
		return nil
	}
	h.dirty = false
	f.key = idKey(f.key, keyHost, h.id)
	f.val = h.append(f.val[:0])
	return b.Set(f.key, f.val, nil)
}
