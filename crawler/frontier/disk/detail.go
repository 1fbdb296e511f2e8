package disk

import (
	"encoding/binary"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Attempt is how a fetch of a URL ended, if not simply with its page.
type Attempt struct {
	Number int // 1 is the first
	frontier.Outcome
}

const (
	// detailSlots bounds the attempts remembered of a URL: the first and the
	// last ones.
	detailSlots = 16
	// detailSize bounds the words kept of an attempt, in bytes.
	detailSize = 1000
)

// slot is where an attempt is kept: each of the first has its own, the others
// share the rest in turn.
func (a *Attempt) slot() byte {
	if a.Number <= detailSlots/2 {
		return byte(a.Number)
	}
	return byte(detailSlots/2 + 1 + a.Number%(detailSlots/2))
}

// writeDetail keeps how the record's attempt ended if there is anything to say.
func (t *tx) writeDetail(r *record, o *frontier.Outcome) {
	if o.Kind == frontier.Fetched && o.Detail == "" || t.f.opts.Forget && o.Kind != frontier.Retry {
		return
	}
	a := Attempt{int(r.attempt), *o}
	t.key = append(idKey(t.key, keyDetail, r.id), a.slot())
	t.val = append(t.val[:0], byte(o.Kind))
	t.val = binary.AppendUvarint(t.val, uint64(a.Number))
	at := always
	if o.Kind == frontier.Retry {
		at = t.f.clock.instant(o.At)
	}
	t.val = binary.AppendVarint(t.val, int64(at))
	t.val = appendString(t.val, string(o.Reason))
	t.val = append(t.val, o.Detail[:min(len(o.Detail), detailSize)]...)
	t.set(t.key, t.val)
}

// removeDetails forgets the attempts of a URL that begins anew.
func (t *tx) removeDetails(id uint64) {
	t.key = idKey(t.key, keyDetail, id)
	t.b.DeleteRange(t.key, after(t.key), nil)
}

func (f *Frontier) decodeAttempt(v []byte) (a Attempt, ok bool) {
	d := decoder{b: v}
	a.Kind = frontier.OutcomeKind(d.byte())
	a.Number = int(d.uvarint())
	a.At = f.clock.time(instant(d.varint()))
	a.Reason = frontier.Reason(d.string())
	a.Detail = d.rest()
	return a, d.ok()
}
