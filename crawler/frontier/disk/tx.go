package disk

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// tx is a change of the frontier that becomes durable as a whole. There is one
// at a time. What it changes in memory it changes at once: if its commit fails,
// the frontier can't be used any more.
//
// Lists on disk aren't read while one is open, since its entries are not there.
type tx struct {
	f    *Frontier
	open bool
	b    *pebble.Batch

	firstID  uint64 // URLs from here on are new
	fresh    []*record
	spare    []*record
	touched  map[uint64]*record // read from disk, and not leased
	dirty    []*record          // but for the fresh ones
	parents  map[uint64]uint64  // of records that were not read: see reparent
	spilled  map[fingerprint]seen
	unplaced []*hostQueue

	stack []frame           // improvements to pass on
	edges map[uint64][]edge // of pages that this transaction commits

	lines    []*lease // whose results are lines of the output, or in the archive
	key, val []byte
}

const (
	// batchKeep is the size of a batch whose memory is kept for the next.
	batchKeep = 1 << 20
	freshKeep = 1 << 12
)

func (f *Frontier) begin() *tx {
	t := &f.tx
	if t.f == nil {
		*t = tx{f: f, touched: make(map[uint64]*record), parents: make(map[uint64]uint64), spilled: make(map[fingerprint]seen), edges: make(map[uint64][]edge)}
	}
	if t.b == nil {
		t.b = f.db.NewBatch()
	}
	t.open = true
	t.firstID = f.n.lastURL + 1
	return t
}

// set and remove ignore the errors of a batch: it has none but for its size,
// which commit checks. Entries that are set once are removed by an ordinary
// Delete all the same: to meet a damaged block while it elides a SingleDelete
// makes the database panic.
func (t *tx) set(key, value []byte) { t.b.Set(key, value, nil) }

func (t *tx) remove(key []byte) { t.b.Delete(key, nil) }

// newRecord returns a record for a URL that is seen for the first time.
func (t *tx) newRecord(url string) *record {
	t.f.n.lastURL++
	var r *record
	if n := len(t.spare); n > 0 {
		r, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		r = new(record)
	}
	*r = record{id: t.f.n.lastURL, url: url}
	t.fresh = append(t.fresh, r)
	return r
}

// record returns the record of an id, as this transaction has made it.
func (t *tx) record(id uint64) (*record, error) {
	if id >= t.firstID {
		return t.fresh[id-t.firstID], nil
	}
	if l := t.f.leasedIDs[id]; l != nil {
		return &l.record, nil
	}
	if r := t.touched[id]; r != nil {
		return r, nil
	}
	r := new(record)
	if err := t.f.readRecord(id, r); err != nil {
		return nil, err
	}
	if parent, ok := t.parents[id]; ok {
		r.parent = parent
	}
	t.touched[id] = r
	return r, nil
}

// change notes that a record is to be written.
func (t *tx) change(r *record) {
	if r.id < t.firstID && !r.dirty {
		r.dirty = true
		t.dirty = append(t.dirty, r)
	}
}

// write puts a record into the batch.
func (t *tx) write(r *record) {
	t.key = idKey(t.key, keyURL, r.id)
	t.val = r.append(t.val[:0])
	t.set(t.key, t.val)
}

// lookup finds what is known of a URL.
func (t *tx) lookup(fp fingerprint) (s seen, known bool, err error) {
	s, hit, sure := t.f.seen.get(fp)
	if hit || sure {
		return s, hit, nil
	}
	if s, ok := t.spilled[fp]; ok {
		return s, true, nil
	}
	t.key = fingerprintKey(t.key, fp)
	known, err = t.f.get(t.key, s.decode)
	if known {
		t.remember(fp, s)
	}
	return s, known, err
}

// remember puts a URL into the cache. What it drops for that is kept for the
// transaction if the disk doesn't know it yet.
func (t *tx) remember(fp fingerprint, s seen) {
	if lost, ok := t.f.seen.put(fp, s); ok {
		if old := lost.unpack(); old.id >= t.firstID || len(t.dirty) > 0 {
			t.spilled[lost.fp] = old
		}
	}
}

// publish writes what offers of the record's URL have to know.
func (t *tx) publish(r *record) {
	fp, s := t.publishOrigin(r)
	t.publishAs(fp, s)
}

// publishOrigin tells the cache alone: the disk doesn't keep the origin there.
func (t *tx) publishOrigin(r *record) (fingerprint, seen) {
	fp := t.f.key0.sum(r.url)
	s := seen{id: r.id, rank: r.rank, class: t.f.n.class(r), origin: r.origin()}
	if !t.f.seen.update(fp, s) {
		if _, ok := t.spilled[fp]; ok {
			t.spilled[fp] = s
		} else {
			t.remember(fp, s)
		}
	}
	return fp, s
}

func (t *tx) publishAs(fp fingerprint, s seen) {
	t.key = fingerprintKey(t.key, fp)
	t.val = s.append(t.val[:0])
	t.set(t.key, t.val)
}

// commit makes the transaction durable and ends it. Without flush it is none that
// counts, and may be lost if the process is killed.
func (t *tx) commit(flush bool) error {
	f := t.f
	for _, r := range t.fresh {
		if r.url != "" { // else it is forgotten
			t.write(r)
		}
	}
	for _, r := range t.dirty {
		if r.dirty {
			r.dirty = false
			t.write(r)
		}
	}
	if err := t.writeHosts(); err != nil {
		return f.fail(err)
	}
	if flush {
		f.n.commits++
		t.writeJournal()
		t.writeNotes()
	}
	t.val = f.n.append(t.val[:0])
	t.set([]byte{keyCounters}, t.val)
	if t.b.Len() > maxBatch {
		return f.fail(fmt.Errorf("a commit of %d bytes is more than can be written at once", t.b.Len()))
	}
	if err := f.apply(t.b, flush); err != nil {
		return err
	}
	if flush {
		if err := f.mark.committed(f.n.commits); err != nil {
			return f.fail(f.diskError(err))
		}
	}
	return t.end()
}

// maxBatch is below the four gigabytes that a batch may have, and the two that an
// int may count.
const maxBatch = 1<<31 - 1<<20

// end forgets the transaction and does what needs the disk to know of it.
func (t *tx) end() error {
	f := t.f
	if t.b.Len() > batchKeep {
		t.b.Close()
		t.b = nil
	} else {
		t.b.Reset()
	}
	for _, r := range t.fresh {
		if len(t.spare) < freshKeep {
			*r = record{}
			t.spare = append(t.spare, r)
		}
	}
	t.fresh = emptied(t.fresh)
	t.dirty = emptied(t.dirty)
	t.lines = emptied(t.lines)
	emptyMap(&t.touched)
	emptyMap(&t.parents)
	emptyMap(&t.spilled)
	emptyMap(&t.edges)
	t.open = false

	for _, h := range t.unplaced {
		h.unplaced = false
	}
	for _, h := range t.unplaced {
		if err := f.place(h); err != nil {
			return err
		}
	}
	t.unplaced = emptied(t.unplaced)
	return f.evict()
}

// emptied clears a slice to be used again, if it isn't too big to be kept.
func emptied[T any](s []T) []T {
	if cap(s) > freshKeep {
		return nil
	}
	clear(s)
	return s[:0]
}

func emptyMap[K comparable, V any](m *map[K]V) {
	if len(*m) > freshKeep {
		*m = make(map[K]V)
		return
	}
	clear(*m)
}

// writeHosts writes what has changed of hosts.
func (t *tx) writeHosts() error {
	f := t.f
	for _, h := range f.idleHosts {
		if !h.pinned() && h.pending() == 0 && f.hosts.byID[h.id] == h {
			t.forgetHost(h)
		}
	}
	f.idleHosts = emptied(f.idleHosts)
	for _, h := range f.dirtyHosts {
		if h.dirty {
			if err := f.writeHost(t.b, h, false); err != nil {
				return err
			}
		}
	}
	f.dirtyHosts = emptied(f.dirtyHosts)
	return nil
}
