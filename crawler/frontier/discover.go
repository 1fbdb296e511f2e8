package frontier

import "hash/maphash"

// path is one way to a URL: what an offer says of its depth and origin.
type path struct {
	rank   rank
	parent uint32 // id
	trail  *trail
}

// step is the path from a committed URL over a link, or over a redirect with
// the status given.
func (m *Memory) step(from uint32, redirect int) path {
	e := m.entries.at(from)
	if redirect == 0 {
		return path{rank: makeRank(e.rank.depth()+1, 0), parent: from}
	}
	t := &trail{requested: e.url, hops: []Hop{{URL: e.url, Status: redirect}}}
	if was := m.trails[from]; was != nil {
		if was.requested != "" {
			t.requested = was.requested
		}
		t.hops = append(append(make([]Hop, 0, len(was.hops)+1), was.hops...), t.hops...)
	}
	return path{rank: makeRank(e.rank.depth(), len(t.hops)), parent: e.parent, trail: t}
}

// offer records a URL that was found, queues it if it is to be fetched, and
// passes a shorter path on.
func (m *Memory) offer(o *Offer, p path) {
	id, seen := m.ids[o.URL]
	if !seen {
		if m.opts.Forget {
			print := maphash.String(m.seed, o.URL)
			if _, ok := m.forgot[print]; ok {
				if !o.Reopen {
					return
				}
				delete(m.forgot, print) // it ended as a redirect, and is to be asked again
				m.counts.Discovered--
				m.counts.Skipped[ReasonRedirect]--
			}
		}
		m.discover(o, p)
		return
	}
	e := m.entries.at(id)
	reason := m.reasons[e.reason]
	if o.Skip != "" {
		if e.state == skipped && reason == o.Skip && reason != ReasonDepth {
			m.improve(id, p) // so that what is said of it doesn't depend on who came first
		}
		return
	}
	switch {
	case e.state != skipped:
		m.improve(id, p)
	case o.Undecided && reason == ReasonNoFollow:
		m.setPath(id, p)
		m.skip(id, ReasonUndecided)
		m.decideLater(id)
	case !o.Undecided && reason == ReasonUndecided:
		m.improve(id, p)
		m.counts.Skipped[reason]--
		m.admit(id)
	case o.Reopen && reason == ReasonRedirect:
		m.counts.Skipped[reason]--
		m.setPath(id, p)
		e.attempt = 0
		m.enqueue(id)
	case reason == ReasonNoFollow: // its path led through links not to be followed
		m.counts.Skipped[reason]--
		m.setPath(id, p)
		m.admit(id)
	default:
		m.improve(id, p)
	}
}

func (m *Memory) discover(o *Offer, p path) {
	var h *hostQueue // stays nil for what will never be queued
	if o.Skip == "" || o.Skip.liftable() || o.Undecided {
		if h = m.hostsBy[o.Host]; h == nil {
			h = &hostQueue{name: o.Host, index: -1}
			m.hostsBy[o.Host] = h
		}
	}
	id := m.entries.add(entry{url: o.URL, host: h})
	m.ids[o.URL] = id
	m.counts.Discovered++
	m.setPath(id, p)
	if o.Undecided {
		m.decideLater(id)
	}
	switch {
	case o.Skip != "":
		m.skip(id, o.Skip)
		m.forget(id)
	case o.Undecided:
		m.skip(id, ReasonUndecided)
	default:
		m.admit(id)
	}
}

// skip gives a URL a reason not to be fetched, in the place of the one it had.
func (m *Memory) skip(id uint32, r Reason) {
	e := m.entries.at(id)
	if e.state == skipped {
		m.counts.Skipped[m.reasons[e.reason]]--
	}
	e.state, e.reason = skipped, m.reasonIndex(r)
	m.counts.Skipped[r]++
}

// admit queues a URL that is to be fetched unless it is too deep.
func (m *Memory) admit(id uint32) {
	e := m.entries.at(id)
	if m.opts.MaxDepth >= 0 && e.rank.depth() > m.opts.MaxDepth {
		e.state, e.reason = skipped, m.reasonIndex(ReasonDepth)
		m.counts.Skipped[ReasonDepth]++
		return
	}
	m.enqueue(id)
}

func (m *Memory) enqueue(id uint32) {
	e := m.entries.at(id)
	e.state, e.reason = queued, 0
	m.pending(e.host, 1)
	m.line(id)
}

// line puts a queued URL at the end of its rank.
func (m *Memory) line(id uint32) {
	e := m.entries.at(id)
	m.seq++
	e.seq = m.seq
	l := e.host.level(e.rank)
	l.ids = append(l.ids, id)
	m.trackOrder(id)
	m.place(e.host)
}

func (m *Memory) setPath(id uint32, p path) {
	e := m.entries.at(id)
	e.rank, e.parent = p.rank, p.parent
	if p.trail != nil {
		m.trails[id] = p.trail
	} else {
		delete(m.trails, id)
	}
}

// keepsEdges reports whether links are kept for shorter paths found late. Only
// a depth limit makes a difference, and in discovery order none is found late.
func (m *Memory) keepsEdges() bool {
	return m.opts.MaxDepth >= 0 && !m.opts.Ordered && !m.opts.Forget
}

// improve takes a better path to a URL, and to all that lies behind it.
func (m *Memory) improve(id uint32, p path) {
	type task struct {
		id uint32
		p  path
	}
	for work := []task{{id, p}}; len(work) > 0; {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		e := m.entries.at(t.id)
		lower := t.p.rank < e.rank
		if !lower && !(t.p.rank == e.rank && m.before(t.p, path{e.rank, e.parent, m.trails[t.id]})) {
			continue
		}
		m.setPath(t.id, t.p)
		if !lower {
			continue
		}
		switch e.state {
		case queued:
			m.line(t.id)
		case leased, waiting:
			m.seq++
			e.seq = m.seq // as if it were still queued: the order may not depend on when it was leased
			m.trackOrder(t.id)
		case skipped:
			switch reason := m.reasons[e.reason]; {
			case reason == ReasonUndecided:
				m.decideLater(t.id)
			case reason == ReasonDepth && t.p.rank.depth() <= m.opts.MaxDepth:
				m.counts.Skipped[ReasonDepth]--
				m.enqueue(t.id)
			}
		}
		for _, ed := range m.edges[t.id] {
			work = append(work, task{ed.to, m.step(t.id, int(ed.redirect))})
		}
	}
}

// before decides between two paths of one rank: by the page that a link was
// found on, or by the last hop, whichever URL comes first.
func (m *Memory) before(a, b path) bool {
	return m.origin(a) < m.origin(b)
}

func (m *Memory) origin(p path) string {
	if p.trail != nil && len(p.trail.hops) > 0 {
		return p.trail.hops[len(p.trail.hops)-1].URL
	}
	if p.parent != noID {
		return m.entries.at(p.parent).url
	}
	return ""
}
