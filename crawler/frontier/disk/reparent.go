package disk

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/cockroachdb/pebble/v2"
)

// Of several pages at the same depth that link to a URL, the first by URL is its
// parent. On a site with many links that changes often, and the cache of URLs
// seen knows all that is needed to tell. So that the record needs not be read,
// the new parent alone is written, as an operand that the database merges into
// the record when it reads or compacts it.

// operandFlag tells an operand from a record, whose first byte it is never in.
const operandFlag = 1 << 7

// reparent gives a URL another parent of the same rank.
func (t *tx) reparent(fp fingerprint, s seen, parent uint64) {
	s.origin = parent
	t.f.seen.update(fp, s)
	if _, ok := t.spilled[fp]; ok {
		t.spilled[fp] = s
	}
	t.parents[s.id] = parent
	t.key = idKey(t.key, keyURL, s.id)
	t.val = binary.AppendUvarint(append(t.val[:0], operandFlag), parent)
	t.b.Merge(t.key, t.val, nil)
}

// inHand reports whether the transaction has the record in memory, or may have
// to write it.
func (t *tx) inHand(id uint64) bool {
	return id >= t.firstID || t.f.leasedIDs[id] != nil || t.touched[id] != nil
}

// merger is the database's.
func merger() *pebble.Merger {
	return &pebble.Merger{
		Name: "trawl.parent",
		Merge: func(_, value []byte) (pebble.ValueMerger, error) {
			return &parentMerger{value: append([]byte(nil), value...)}, nil
		},
	}
}

// parentMerger merges what is written of one record, oldest and newest last.
type parentMerger struct{ value []byte }

// MergeNewer implements [pebble.ValueMerger].
func (m *parentMerger) MergeNewer(value []byte) (err error) {
	m.value, err = mergeParent(m.value, value)
	return err
}

// MergeOlder implements [pebble.ValueMerger].
func (m *parentMerger) MergeOlder(value []byte) (err error) {
	m.value, err = mergeParent(value, m.value)
	return err
}

// Finish implements [pebble.ValueMerger].
func (m *parentMerger) Finish(bool) ([]byte, io.Closer, error) { return m.value, nil, nil }

func isOperand(v []byte) bool { return len(v) > 0 && v[0]&operandFlag != 0 }

// mergeParent returns older as newer changes it, in memory of its own.
func mergeParent(older, newer []byte) ([]byte, error) {
	if !isOperand(newer) || isOperand(older) {
		return append([]byte(nil), newer...), nil
	}
	d := decoder{b: older}
	d.byte()
	for range 3 { // host, rank, seq
		d.uvarint()
	}
	before := older[:len(older)-len(d.b)]
	d.uvarint()
	if d.bad {
		return nil, errRecord
	}
	merged := make([]byte, 0, len(older)+binary.MaxVarintLen64)
	merged = append(append(merged, before...), newer[1:]...)
	return append(merged, d.b...), nil
}

var errRecord = errors.New("the record of a URL is not readable")
