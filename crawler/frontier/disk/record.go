package disk

import (
	"encoding/binary"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// rank orders requests as a crawl with one worker meets them: by depth, and
// within a depth by the redirects that led there. Every step, a link or a hop,
// raises it, so the least rank of a URL is a shortest path.
type rank uint64

const maxHops = 1 << 10

// maxDepth keeps ranks within 40 bits.
const maxDepth = 1<<30 - 1

func makeRank(depth, hops int) rank {
	return rank(min(depth, maxDepth))*maxHops + rank(min(hops, maxHops-1))
}

func (r rank) depth() int { return int(r / maxHops) }

// state is how far a URL has come. That it is out on a lease is not kept on
// disk: after a crash it is where it was before.
type state uint8

const (
	queued  state = iota + 1 // in its host's queue
	waiting                  // to be retried, in its host's list of those
	fetched
	failed
	skipped
)

func (s state) live() bool { return s == queued || s == waiting }

// record is all that is known of a URL but for the words of its attempts.
type record struct {
	id      uint64
	url     string
	host    uint64 // 0 if it was never to be fetched
	rank    rank
	seq     uint64 // position in discovery order within its rank
	parent  uint64 // id, 0 for a seed
	state   state
	attempt uint32 // fetches that ended
	reason  uint32 // index into counters.reasons, 0 for none
	retry   position
	trail
	dirty bool // of an open transaction
}

// trail is how a URL was reached that wasn't simply linked by its own name.
type trail struct {
	requested string
	hops      []frontier.Hop
}

func (t *trail) empty() bool { return t.requested == "" && len(t.hops) == 0 }

const (
	recordState = 1<<3 - 1
	recordTrail = 1 << 3
)

// append encodes the record; its id is its key.
func (r *record) append(b []byte) []byte {
	flags := byte(r.state)
	if !r.trail.empty() {
		flags |= recordTrail
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, r.host)
	b = binary.AppendUvarint(b, uint64(r.rank))
	b = binary.AppendUvarint(b, r.seq)
	b = binary.AppendUvarint(b, r.parent)
	b = binary.AppendUvarint(b, uint64(r.attempt))
	b = binary.AppendUvarint(b, uint64(r.reason))
	if r.state == waiting {
		b = appendPosition(b, r.retry)
	}
	if flags&recordTrail != 0 {
		b = appendString(b, r.requested)
		b = binary.AppendUvarint(b, uint64(len(r.hops)))
		for _, h := range r.hops {
			b = binary.AppendUvarint(appendString(b, h.URL), uint64(h.Status))
		}
	}
	return append(b, r.url...)
}

// decode reads what append wrote.
func (r *record) decode(id uint64, v []byte) bool {
	d := decoder{b: v}
	flags := d.byte()
	*r = record{
		id:      id,
		state:   state(flags & recordState),
		host:    d.uvarint(),
		rank:    rank(d.uvarint()),
		seq:     d.uvarint(),
		parent:  d.uvarint(),
		attempt: uint32(d.uvarint()),
		reason:  uint32(d.uvarint()),
	}
	if r.state == waiting {
		if len(d.b) < positionSize {
			return false
		}
		r.retry = positionOf(d.b[:positionSize])
		d.b = d.b[positionSize:]
	}
	if flags&recordTrail != 0 {
		r.requested = d.string()
		if n := d.count(); n > 0 {
			r.hops = make([]frontier.Hop, n)
		}
		for i := range r.hops {
			r.hops[i] = frontier.Hop{URL: d.string(), Status: int(d.uvarint())}
		}
	}
	r.url = d.rest()
	return d.ok() && r.url != "" && r.state >= queued && r.state <= skipped
}

// recordURL reads the URL alone.
func recordURL(v []byte) (string, bool) {
	var r record
	ok := r.decode(0, v)
	return r.url, ok
}

// step is the way from the record's page over a link, or over a redirect with
// the status given.
func (r *record) step(redirect int) path {
	if redirect == 0 {
		return path{rank: makeRank(r.rank.depth()+1, 0), parent: r.id, origin: r.url}
	}
	t := trail{requested: r.url, hops: make([]frontier.Hop, 0, len(r.hops)+1)}
	if r.requested != "" {
		t.requested = r.requested
	}
	t.hops = append(append(t.hops, r.hops...), frontier.Hop{URL: r.url, Status: redirect})
	return path{rank: makeRank(r.rank.depth(), len(t.hops)), parent: r.parent, origin: r.url, trail: t}
}

// path is one way to a URL: what an offer says of its depth and origin.
type path struct {
	rank   rank
	parent uint64 // id
	origin string // the URL of the parent, or of the last hop
	trail
}

func (r *record) take(p *path) {
	r.rank, r.parent, r.trail = p.rank, p.parent, p.trail
}
