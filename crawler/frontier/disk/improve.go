package disk

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// edge is a link kept to pass a shorter path on to what it leads to.
type edge struct {
	to       uint64 // id
	redirect int    // status, 0 for a link
}

// frame is a page whose shorter path is being passed on to what its edges lead
// to, the last one first.
type frame struct {
	from  uint64
	edges []edge // still to do
	left  int    // how many there are, before they are read
}

// keepsEdges reports whether links are kept for shorter paths found late. Only
// a depth limit makes a difference, and in discovery order none is found late.
func (f *Frontier) keepsEdges() bool {
	return f.opts.MaxDepth >= 0 && !f.opts.Ordered && !f.opts.Forget
}

// improve takes a better path to a URL, and to all that lies behind it.
func (t *tx) improve(url string, id uint64, p *path) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	if r.url != url {
		return t.f.corrupt(errCollision)
	}
	if err := t.takePath(r, p); err != nil {
		return err
	}
	t.publishOrigin(r) // the cache may not have known it
	return t.passOn()
}

// passOn works off the stack. What is too much for one transaction is left to
// the next ones, on disk: see Frontier.passOnBehind.
func (t *tx) passOn() error {
	for len(t.stack) > 0 {
		if len(t.touched) >= t.f.touchLimit {
			t.leaveBehind()
			return nil
		}
		top := &t.stack[len(t.stack)-1]
		n := len(top.edges) - 1
		if n < 0 {
			t.stack = t.stack[:len(t.stack)-1]
			continue
		}
		e := top.edges[n]
		top.edges = top.edges[:n]
		from, err := t.record(top.from)
		if err != nil {
			return err
		}
		to, err := t.record(e.to)
		if err != nil {
			return err
		}
		p := from.step(e.redirect)
		if err := t.takePath(to, &p); err != nil {
			return err
		}
	}
	return nil
}

// takePath gives a record the path if that is better than its own: lower in
// rank, or of the same rank and from a URL that comes first.
func (t *tx) takePath(r *record, p *path) error {
	f := t.f
	lower := p.rank < r.rank
	if !lower {
		if p.rank > r.rank {
			return nil
		}
		was, err := t.originURL(r)
		if err != nil || was <= p.origin {
			return err
		}
	}
	if c := f.n.class(r); c != improvable && c != undecided {
		return nil // a verdict on the URL itself: its path doesn't matter
	}
	if !lower {
		r.take(p)
		t.change(r)
		t.publishOrigin(r)
		return nil
	}
	if err := t.move(r, p); err != nil {
		return err
	}
	t.change(r)
	t.publish(r)
	edges, err := t.edgesOf(r.id)
	if len(edges) > 0 {
		t.stack = append(t.stack, frame{from: r.id, edges: edges})
	}
	return err
}

// move gives a record a path of lower rank, and the place that goes with it.
func (t *tx) move(r *record, p *path) error {
	f := t.f
	if !r.state.live() {
		r.take(p)
		if f.n.class(r) == undecided {
			t.decideLater(r)
			return nil
		}
		if r.state == skipped && f.n.reasons[r.reason].reason == frontier.ReasonDepth && r.rank.depth() <= f.opts.MaxDepth {
			f.n.reasons[r.reason].skipped--
			return t.enqueue(r)
		}
		return nil
	}
	t.removeFromOrder(r)
	if r.state == waiting {
		t.takeAnew(r, p)
		t.addToOrder(r)
		return nil
	}
	h, err := f.hostByID(r.host)
	if err != nil {
		return err
	}
	f.listKey = hostList(f.listKey, keyQueue, h.id)
	t.removeFrom(&h.queue, f.listKey, r.position())
	if f.leasedIDs[r.id] == nil {
		r.take(p)
		return t.line(r, h)
	}
	t.takeAnew(r, p)
	// What is out has its place in the queue on disk alone.
	t.key = listKey(t.key, f.listKey, r.position())
	t.val = appendID(t.val[:0], r.id)
	t.set(t.key, t.val)
	t.addToOrder(r)
	return nil
}

// takeAnew takes a path and the next place in discovery order, which may not
// depend on whether the URL was leased before it was found.
func (t *tx) takeAnew(r *record, p *path) {
	r.take(p)
	t.f.n.lastSeq++
	r.seq = t.f.n.lastSeq
}

// keepEdges keeps what a page led to.
func (t *tx) keepEdges(from uint64, edges []edge) {
	t.edges[from] = edges
	t.key = binary.BigEndian.AppendUint64(idKey(t.key, keyEdges, from), t.f.n.commits)
	t.val = t.val[:0]
	last := int64(from)
	for _, e := range edges { // most are small ids or follow upon each other
		t.val = binary.AppendVarint(t.val, int64(e.to)-last)
		t.val = binary.AppendUvarint(t.val, uint64(e.redirect))
		last = int64(e.to)
	}
	t.set(t.key, t.val)
}

// edgesOf returns what a committed page led to, in the order in which it did.
func (t *tx) edgesOf(id uint64) (edges []edge, err error) {
	if !t.f.keepsEdges() {
		return nil, nil
	}
	prefix := idKey(nil, keyEdges, id)
	_, err = t.f.scan(prefix, prefix, func(_, v []byte) (more, readable bool) {
		d := decoder{b: v}
		last := int64(id)
		for len(d.b) > 0 {
			last += d.varint()
			edges = append(edges, edge{uint64(last), int(d.uvarint())})
		}
		return true, d.ok()
	})
	return append(edges, t.edges[id]...), err
}

// leaveBehind writes down what is left on the stack: whose paths have yet to be
// passed on, and over how many of their edges.
func (t *tx) leaveBehind() {
	for _, fr := range t.stack {
		if len(fr.edges) > 0 {
			t.f.n.lastBehind++
			t.f.behind = true
			t.key = numberKey(t.key, keyBehind, t.f.n.lastBehind)
			t.val = binary.AppendUvarint(appendID(t.val[:0], fr.from), uint64(len(fr.edges)))
			t.set(t.key, t.val)
		}
	}
	t.stack = emptied(t.stack)
}

// passOnBehind passes on what transactions have left behind, some at a time. It
// is done before anything else happens, also if the process is killed meanwhile:
// Open goes on with it.
func (f *Frontier) passOnBehind() error {
	for f.behind {
		var left []frame
		var keys [][]byte
		_, err := f.scan([]byte{keyBehind}, []byte{keyBehind}, func(k, v []byte) (more, readable bool) {
			if len(v) < idSize {
				return false, false
			}
			d := decoder{b: v[idSize:]}
			left = append(left, frame{from: idOfValue(v), left: int(d.uvarint())})
			keys = append(keys, bytes.Clone(k))
			return len(left) < behindAtOnce, d.ok()
		})
		if err != nil {
			return err
		}
		if f.behind = len(left) > 0; !f.behind {
			return nil
		}
		if err := f.passOnSome(left, keys); err != nil {
			return err
		}
	}
	return nil
}

// passOnSome takes up some of what was left behind, and leaves the rest.
func (f *Frontier) passOnSome(left []frame, keys [][]byte) error {
	t := f.begin()
	for i, fr := range left {
		edges, err := t.edgesOf(fr.from)
		if err != nil {
			return err
		}
		fr.edges = edges[:min(fr.left, len(edges))]
		t.stack = append(t.stack, fr)
		t.remove(keys[i])
	}
	if err := t.passOn(); err != nil {
		return err
	}
	return t.commit(true)
}

const (
	// behindAtOnce is how many pages' paths are taken up again in a transaction.
	behindAtOnce = 64
	// touchMost is how many records a transaction reads to pass paths on: some
	// megabytes of them.
	touchMost = 1 << 14
)

var errCollision = errors.New("two URLs have the same fingerprint")

// originURL is the page that a record's link was found on, or its last hop.
func (t *tx) originURL(r *record) (string, error) {
	if n := len(r.hops); n > 0 {
		return r.hops[n-1].URL, nil
	}
	return t.urlOf(r.parent)
}

func (t *tx) urlOf(id uint64) (string, error) {
	if id >= t.firstID {
		return t.fresh[id-t.firstID].url, nil
	}
	if url, ok := t.f.urls.get(id); ok {
		return url, nil
	}
	if r := t.touched[id]; r != nil {
		return r.url, nil
	}
	return t.f.urlOf(id)
}
