package disk

import (
	"context"
	"fmt"
	"maps"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Commit implements [frontier.Frontier]. When it returns, the operating system
// has all of the batch: only a power cut can take it back, as a whole, until
// [Frontier.Sync].
func (f *Frontier) Commit(_ context.Context, batch frontier.Batch) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return err
	}
	if err := f.findLeases(batch.Results); err != nil {
		return err
	}
	t := f.begin()
	f.n.output = batch.Checkpoint
	for i := range batch.Results {
		if err := t.result(f.ends[i], &batch.Results[i]); err != nil {
			return err
		}
	}
	f.ends = emptied(f.ends)
	maps.Copy(f.notes, batch.Notes)
	if err := t.commit(true); err != nil {
		return err
	}
	return f.passOnBehind()
}

// findLeases fills f.ends with the leases that the results end, each once.
func (f *Frontier) findLeases(results []frontier.Result) (err error) {
	f.ends = f.ends[:0]
	for i := range results {
		l := f.leases[results[i].URL]
		if l == nil || l.ending {
			err = fmt.Errorf("%w: %s", frontier.ErrNotLeased, results[i].URL)
			break
		}
		l.ending = true
		f.ends = append(f.ends, l)
	}
	if err != nil {
		for _, l := range f.ends {
			l.ending = false
		}
	}
	return err
}

// result ends a lease.
func (t *tx) result(l *lease, res *frontier.Result) error {
	f := t.f
	h, r := l.host, &l.record
	f.end(l)
	t.touched[r.id] = r // now that it isn't leased
	r.attempt++
	t.change(r)
	t.writeDetail(r, &res.Outcome)

	fromQueue := int64(1)
	if l.retry {
		fromQueue = 0
		t.takeRetry(h, r)
	} else {
		t.removeFrom(&h.queue, hostList(f.listKey, keyQueue, h.id), r.position())
	}
	if res.Outcome.Kind == frontier.Retry {
		r.state = waiting
		r.retry = position{f.clock.instant(res.Outcome.At).ordered(), f.turn()}
		t.pending(h, -fromQueue, fromQueue)
		t.addTo(&h.retries, hostList(f.listKey, keyRetry, h.id), item{r.retry, r.id})
		return f.place(h)
	}
	t.removeFromOrder(r)
	t.pending(h, -fromQueue, fromQueue-1)
	t.finish(l, &res.Outcome)
	if err := t.follow(r, res.Found); err != nil {
		return err
	}
	if err := f.place(h); err != nil {
		return err
	}
	if f.opts.Forget && !r.state.live() {
		t.forget(r, f.key0.sum(r.url))
	}
	return nil
}

// finish gives a lease's URL its final outcome.
func (t *tx) finish(l *lease, o *frontier.Outcome) {
	f, r := t.f, &l.record
	was := f.n.class(r)
	r.reason = f.n.reason(o.Reason)
	switch o.Kind {
	case frontier.Fetched:
		r.state = fetched
		f.n.fetched++
		t.lines = append(t.lines, l)
	case frontier.Failed:
		r.state = failed
		f.n.failed++
		t.lines = append(t.lines, l)
	default:
		r.state = skipped
		f.n.reasons[r.reason].skipped++
		if f.n.output.Recorded > 0 && !f.opts.Forget { // of this batch; what led to the skip is in the archive
			t.lines = append(t.lines, l)
		}
	}
	if f.n.class(r) != was {
		t.publish(r)
	}
}

// follow takes in what a page led to.
func (t *tx) follow(r *record, found []frontier.Offer) error {
	f := t.f
	keeps := f.keepsEdges() && r.rank > 0 // no path is shorter than a seed's
	var edges []edge
	if keeps {
		edges = make([]edge, 0, len(found))
	}
	link := r.step(0)
	for i := range found {
		o := &found[i]
		p := &link
		if o.Redirect != 0 {
			redirect := r.step(o.Redirect)
			p = &redirect
		}
		to, err := t.offer(o, p)
		if err != nil {
			return err
		}
		if keeps && to != 0 && o.Skip == "" {
			edges = append(edges, edge{to, o.Redirect})
		}
	}
	if len(edges) > 0 {
		t.keepEdges(r.id, edges)
	}
	return nil
}

// forget drops all of a URL but its fingerprint.
func (t *tx) forget(r *record, fp fingerprint) {
	s := seen{class: forgotten}
	if !t.f.seen.update(fp, s) {
		delete(t.spilled, fp)
		t.remember(fp, s)
	}
	t.publishAs(fp, s)
	if r.id < t.firstID {
		t.key = idKey(t.key, keyURL, r.id)
		t.remove(t.key)
		if r.attempt > 1 {
			t.removeDetails(r.id)
		}
		r.dirty = false
		return
	}
	r.url = ""
}

// forgetHost drops a host that has nothing to do.
func (t *tx) forgetHost(h *hostQueue) {
	t.f.hosts.drop(h)
	h.dirty = false
	t.key = idKey(t.key, keyHost, h.id)
	t.remove(t.key)
	t.key = nameKey(t.key, keyHostName, h.name)
	t.remove(t.key)
	if h.onDisk {
		t.key = listKey(t.key, []byte{keyWake}, h.diskWake)
		t.remove(t.key)
	}
}
