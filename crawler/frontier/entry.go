package frontier

// rank orders requests as a crawl with one worker meets them: by depth, and
// within a depth by the redirects that led there. Every step, a link or a hop,
// raises it, so the least rank of a URL is a shortest path.
type rank int64

const maxHops = 1 << 10

func makeRank(depth, hops int) rank { return rank(depth)*maxHops + rank(min(hops, maxHops-1)) }

func (r rank) depth() int { return int(r / maxHops) }

type state uint8

const (
	queued  state = iota + 1 // ready, in its host's queue
	leased                   // handed out
	waiting                  // to be retried, in its host's retry heap
	done                     // fetched or failed
	skipped                  // for reason
)

const noID = ^uint32(0)

// entry is one URL seen. There are as many as URLs, so it is kept small; what
// few of them have lies in trails and edges.
type entry struct {
	url     string
	seq     uint64 // position in discovery order within its rank
	rank    rank
	host    *hostQueue
	parent  uint32 // id, noID for a seed
	state   state
	attempt uint16
	reason  uint8 // index into Memory.reasons
}

// trail is how a URL was reached that wasn't simply linked by its own name.
type trail struct {
	requested string
	hops      []Hop
}

// edge is a link kept to pass a shorter path on to what it leads to.
type edge struct {
	to       uint32
	redirect int32 // status, 0 for a link
}

const chunkSize = 1 << 12

// entries is a store of entries by id that never copies what it holds.
type entries struct {
	chunks []*[chunkSize]entry
	n      uint32
	free   []uint32
}

func (s *entries) at(id uint32) *entry { return &s.chunks[id/chunkSize][id%chunkSize] }

func (s *entries) add(e entry) uint32 {
	var id uint32
	if n := len(s.free); n > 0 {
		id, s.free = s.free[n-1], s.free[:n-1]
	} else {
		id = s.n
		s.n++
		if id%chunkSize == 0 {
			s.chunks = append(s.chunks, new([chunkSize]entry))
		}
	}
	*s.at(id) = e
	return id
}

func (s *entries) remove(id uint32) {
	*s.at(id) = entry{}
	s.free = append(s.free, id)
}
