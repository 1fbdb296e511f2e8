package disk

import (
	"bytes"
	"context"
	"encoding/binary"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// decideAtOnce is how many URLs one Decide decides, in one commit.
const decideAtOnce = 512

// undecided is how many URLs wait for Decide.
func (c *counters) undecided() int64 {
	for _, r := range c.reasons {
		if r.reason == frontier.ReasonUndecided {
			return r.skipped
		}
	}
	return 0
}

// decideLater puts a URL at the end of those that wait for Decide. Its seq is its
// number there: entries of another number are stale.
func (t *tx) decideLater(r *record) {
	t.f.n.lastUndecided++
	r.seq = t.f.n.lastUndecided
	t.key = numberKey(t.key, keyUndecided, r.seq)
	t.val = appendID(t.val[:0], r.id)
	t.set(t.key, t.val)
}

// Decide implements [frontier.Frontier].
func (f *Frontier) Decide(_ context.Context, judge func(url string) frontier.Reason) (more bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return false, err
	}
	var ids []uint64
	var keys [][]byte
	whole, err := f.scan([]byte{keyUndecided}, []byte{keyUndecided}, func(k, v []byte) (more, readable bool) {
		if len(k) != 1+8 || len(v) != idSize {
			return false, false
		}
		ids = append(ids, idOfValue(v))
		keys = append(keys, bytes.Clone(k))
		return len(ids) < decideAtOnce, true
	})
	if err != nil || len(ids) == 0 {
		return false, err
	}
	t := f.begin()
	for i, id := range ids {
		t.remove(keys[i])
		if err := t.decide(id, binary.BigEndian.Uint64(keys[i][1:]), judge); err != nil {
			return false, err
		}
	}
	if err := t.commit(true); err != nil {
		return false, err
	}
	return !whole, f.passOnBehind()
}

// decide takes a verdict on a URL, unless another offer has decided, or given it
// another number.
func (t *tx) decide(id, number uint64, judge func(url string) frontier.Reason) error {
	n := &t.f.n
	r, err := t.record(id)
	if err != nil {
		return err
	}
	reason := n.reasons[r.reason].reason
	if r.seq != number || r.state != skipped || reason != frontier.ReasonUndecided && reason != frontier.ReasonNoFollow {
		return nil
	}
	switch verdict := judge(r.url); {
	case verdict != "":
		t.skip(r, verdict)
	case reason == frontier.ReasonUndecided:
		n.reasons[r.reason].skipped--
		if err := t.admit(r); err != nil {
			return err
		}
	default:
		return nil
	}
	t.change(r)
	t.publish(r)
	return nil
}
