package disk

import (
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// offer records a URL that was found, queues it if it is to be fetched, and
// passes a shorter path on. It returns the URL's id, or 0 if no shorter path to
// the page that offers it will ever matter to the URL.
func (t *tx) offer(o *frontier.Offer, p *path) (uint64, error) {
	f := t.f
	fp := f.key0.sum(o.URL)
	s, known, err := t.lookup(fp)
	switch {
	case err != nil:
		return 0, err
	case !known:
		return t.discover(o, fp, p)
	case o.Skip != "":
		return 0, t.offerSkipped(o, s, p)
	case s.class == forgotten && o.Reopen: // it ended as a redirect, and is to be asked again
		f.n.discovered--
		f.n.reasons[f.n.reason(frontier.ReasonRedirect)].skipped--
		return t.discover(o, fp, p)
	case s.class == forgotten:
		return 0, nil
	case o.Reopen || s.class == unfollowed || s.class == undecided && !o.Undecided:
		return s.id, t.lift(o, s.id, p)
	case s.class == settled:
		return 0, nil
	case p.rank > s.rank:
		return s.id, nil
	case p.rank == s.rank && p.trail.empty() && s.origin != unknownOrigin:
		if s.origin == p.parent {
			return s.id, nil
		}
		origin, err := t.urlOf(s.origin)
		if err != nil || origin <= p.origin {
			return s.id, err
		}
		if !t.inHand(s.id) {
			t.reparent(fp, s, p.parent)
			return s.id, nil
		}
	}
	return s.id, t.improve(o.URL, s.id, p)
}

// offerSkipped takes a better path to a URL that was skipped for the same reason,
// so that what is said of it doesn't depend on who came first.
func (t *tx) offerSkipped(o *frontier.Offer, s seen, p *path) error {
	if o.Skip == frontier.ReasonDepth || s.class != settled && s.class != unfollowed || p.rank > s.rank {
		return nil
	}
	if p.rank == s.rank && s.origin != unknownOrigin {
		if s.origin == p.parent {
			return nil
		}
		if origin, err := t.urlOf(s.origin); err != nil || origin <= p.origin {
			return err
		}
	}
	r, err := t.record(s.id)
	if err != nil || t.f.n.reasons[r.reason].reason != o.Skip {
		return err
	}
	if p.rank == r.rank {
		if was, err := t.originURL(r); err != nil || was <= p.origin {
			t.publishOrigin(r)
			return err
		}
	}
	lower := p.rank < r.rank
	r.take(p)
	t.change(r)
	if lower {
		t.publish(r)
	} else {
		t.publishOrigin(r)
	}
	return nil
}

// discover takes in a URL that was never seen.
func (t *tx) discover(o *frontier.Offer, fp fingerprint, p *path) (uint64, error) {
	f := t.f
	r := t.newRecord(o.URL)
	f.n.discovered++
	r.take(p)
	switch {
	case o.Skip != "":
		t.skip(r, o.Skip)
	case o.Undecided:
		t.skip(r, frontier.ReasonUndecided)
	}
	if o.Undecided {
		t.decideLater(r) // written with the record
	}
	if o.Skip == "" || o.Skip == frontier.ReasonDepth || o.Skip == frontier.ReasonNoFollow {
		h, err := t.host(o.Host) // what may be queued one day has a host
		if err != nil {
			return 0, err
		}
		r.host = h.id
	}
	id := r.id
	if o.Skip != "" && f.opts.Forget {
		t.forget(r, fp)
		return id, nil
	}
	if r.state == 0 {
		if err := t.admit(r); err != nil {
			return 0, err
		}
	}
	s := seen{id: id, rank: r.rank, class: f.n.class(r), origin: r.origin()}
	t.remember(fp, s)
	t.publishAs(fp, s)
	if s.class == settled {
		id = 0
	}
	return id, nil
}

// lift queues a URL that was skipped if the offer does away with the reason: it
// ended as a redirect and is to be asked again, or only links not to be followed
// led to it, or it was undecided. Its path is the offer's.
func (t *tx) lift(o *frontier.Offer, id uint64, p *path) error {
	f := t.f
	r, err := t.record(id)
	if err != nil {
		return err
	}
	if r.host == 0 {
		h, err := t.host(o.Host)
		if err != nil {
			return err
		}
		r.host = h.id
	}
	reason := f.n.reasons[r.reason].reason
	switch {
	case r.state == skipped && o.Reopen && reason == frontier.ReasonRedirect:
		f.n.reasons[r.reason].skipped--
		r.take(p)
		r.attempt = 0
		t.removeDetails(r.id)
		if err := t.enqueue(r); err != nil {
			return err
		}
	case r.state == skipped && reason == frontier.ReasonNoFollow && o.Undecided:
		r.take(p)
		t.skip(r, frontier.ReasonUndecided)
		t.decideLater(r)
	case r.state == skipped && reason == frontier.ReasonUndecided:
		if err := t.takePath(r, p); err != nil {
			return err
		}
		f.n.reasons[r.reason].skipped--
		if err := t.admit(r); err != nil {
			return err
		}
	case r.state == skipped && reason == frontier.ReasonNoFollow:
		f.n.reasons[r.reason].skipped--
		r.take(p)
		if err := t.admit(r); err != nil {
			return err
		}
	default:
		return t.improve(o.URL, id, p)
	}
	t.change(r)
	t.publish(r)
	return nil
}

// admit queues a URL that is to be fetched unless it is too deep.
func (t *tx) admit(r *record) error {
	f := t.f
	if f.opts.MaxDepth >= 0 && r.rank.depth() > f.opts.MaxDepth {
		r.state = 0
		t.skip(r, frontier.ReasonDepth)
		return nil
	}
	return t.enqueue(r)
}

// skip gives a URL a reason not to be fetched, in the place of the one it had.
func (t *tx) skip(r *record, reason frontier.Reason) {
	n := &t.f.n
	if r.state == skipped {
		n.reasons[r.reason].skipped--
	}
	r.state, r.reason = skipped, n.reason(reason)
	n.reasons[r.reason].skipped++
}

func (t *tx) enqueue(r *record) error {
	h, err := t.f.hostByID(r.host)
	if err != nil {
		return err
	}
	r.state, r.reason = queued, 0
	t.pending(h, 1, 0)
	return t.line(r, h)
}

// line puts a queued URL at the end of its rank.
func (t *tx) line(r *record, h *hostQueue) error {
	f := t.f
	f.n.lastSeq++
	r.seq = f.n.lastSeq
	t.addTo(&h.queue, hostList(f.listKey, keyQueue, h.id), item{r.position(), r.id})
	t.addToOrder(r)
	return f.place(h)
}

// position is the URL's in its host's queue and in discovery order.
func (r *record) position() position { return position{uint64(r.rank), r.seq} }

// origin is what the seen cache keeps as the record's.
func (r *record) origin() uint64 {
	if len(r.hops) > 0 {
		return unknownOrigin
	}
	return r.parent
}

// addTo puts an entry into a list on disk and its lane.
func (t *tx) addTo(l *lane, prefix []byte, it item) {
	t.key = listKey(t.key, prefix, it.position)
	t.val = appendID(t.val[:0], it.id)
	t.set(t.key, t.val)
	l.add(it, t.f.laneLimit)
}

// removeFrom takes an entry out of both.
func (t *tx) removeFrom(l *lane, prefix []byte, p position) {
	t.key = listKey(t.key, prefix, p)
	t.remove(t.key)
	l.remove(p)
}

// addToOrder and removeFromOrder keep the discovery order.
func (t *tx) addToOrder(r *record) {
	if t.f.opts.Ordered {
		t.addTo(&t.f.order, []byte{keyOrder}, item{r.position(), r.id})
	}
}

func (t *tx) removeFromOrder(r *record) {
	if t.f.opts.Ordered {
		t.removeFrom(&t.f.order, []byte{keyOrder}, r.position())
	}
}

// host returns the host of that name.
func (t *tx) host(name string) (*hostQueue, error) {
	h, err := t.f.hostByName(name)
	if h == nil && err == nil {
		h = t.newHost(name)
	}
	return h, err
}

// pending counts what the host has to do, and the hosts that have something.
func (t *tx) pending(h *hostQueue, inQueue, inRetries int64) {
	f := t.f
	before := h.pending()
	h.queued += inQueue
	h.waiting += inRetries
	f.n.queued += inQueue + inRetries
	f.n.waiting += inRetries
	switch after := h.pending(); {
	case before == 0 && after > 0:
		f.n.hosts++
	case before > 0 && after == 0:
		f.n.hosts--
		if f.opts.Forget {
			f.idleHosts = append(f.idleHosts, h)
		}
	}
	f.changed(h)
}
