package disk

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// The journal says which lines came with which commit, from the last Sync on, and
// if the crawl is recorded also which skips. If a power cut takes the end of the
// output, or of the archive, it tells what to do again.

// writeJournal notes the offset of a commit and its lines.
func (t *tx) writeJournal() {
	f := t.f
	if len(t.lines) == 0 {
		return
	}
	t.val = appendCheckpoint(t.val[:0], f.n.output)
	for _, l := range t.lines {
		r := &l.record
		t.val = append(t.val, byte(r.state))
		t.val = binary.AppendUvarint(t.val, r.id)
		if f.opts.Forget { // there is no record to go back to
			t.val = appendString(appendString(appendString(t.val, r.url), l.host.name), r.requested)
		}
	}
	t.key = numberKey(t.key, keyJournal, f.n.commits)
	t.set(t.key, t.val)
}

// trimJournal drops the entries up to a commit.
func (t *tx) trimJournal(commit uint64) {
	t.b.DeleteRange(numberKey(nil, keyJournal, 0), numberKey(nil, keyJournal, commit+1), nil)
}

// line is one line of a journal's entry.
type line struct {
	state                state
	id                   uint64
	url, host, requested string // if all else of the URL is forgotten
}

// entry is one commit's.
type entry struct {
	commit uint64
	output frontier.Checkpoint
	lines  []line
}

func (f *Frontier) decodeEntry(k, v []byte) (e entry, ok bool) {
	if len(k) != 9 {
		return entry{}, false
	}
	e.commit = binary.BigEndian.Uint64(k[1:])
	d := decoder{b: v}
	e.output = d.checkpoint()
	for len(d.b) > 0 {
		l := line{state: state(d.byte()), id: d.uvarint()}
		if f.opts.Forget {
			l.url, l.host, l.requested = d.string(), d.string(), d.string()
		}
		e.lines = append(e.lines, l)
	}
	return e, d.ok()
}

// Sync makes all commits so far survive a power cut, once output has made the
// output do so: one that is shorter later on is refused by [Frontier.Within].
// Other calls don't wait for the disk meanwhile.
func (f *Frontier) Sync(output func() error) (err error) {
	commits, at, err := f.toSync()
	if err != nil || commits == 0 {
		return err
	}
	if err := output(); err != nil {
		return err
	}
	if err := f.fs.syncLogs(); err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.fail(f.diskError(err))
	}
	return f.synced(commits, at)
}

// toSync returns the last commit and its checkpoint; no commit if it is synced.
func (f *Frontier) toSync() (commits uint64, output frontier.Checkpoint, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil || f.n.commits <= f.n.syncedCommits {
		return 0, output, err
	}
	return f.n.commits, f.n.output, nil
}

func (f *Frontier) synced(commits uint64, output frontier.Checkpoint) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil || commits <= f.n.syncedCommits {
		return err
	}
	if err := f.mark.synced(commits); err != nil {
		return f.fail(f.diskError(err))
	}
	f.n.syncedCommits, f.n.syncedOutput = commits, output
	t := f.begin()
	t.trimJournal(commits)
	return t.commit(false)
}

// Within returns the last commit that an output and an archive of these sizes have
// all of: the Checkpoint, or an earlier one if a power cut took the end of one of
// them. One that is shorter than what Sync has covered was not only torn but
// changed, and the error is an [*OutputError].
func (f *Frontier) Within(size, recorded int64) (at frontier.Checkpoint, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.usable(); err != nil {
		return at, err
	}
	at, _, err = f.within(size, recorded)
	return at, err
}

// within also returns the commits behind that one.
func (f *Frontier) within(size, recorded int64) (at frontier.Checkpoint, behind []entry, err error) {
	switch {
	case size >= f.n.output.Offset && recorded >= f.n.output.Recorded:
		return f.n.output, nil, nil
	case size < f.n.syncedOutput.Offset:
		return at, nil, &OutputError{Dir: f.dir, Size: size, Synced: f.n.syncedOutput.Offset}
	case recorded < f.n.syncedOutput.Recorded:
		return at, nil, &OutputError{Dir: f.dir, Archive: true, Size: recorded, Synced: f.n.syncedOutput.Recorded}
	}
	at = f.n.syncedOutput
	_, err = f.scan([]byte{keyJournal}, numberKey(nil, keyJournal, f.n.syncedCommits+1), func(k, v []byte) (more, readable bool) {
		e, ok := f.decodeEntry(k, v)
		if len(behind) > 0 || e.output.Offset > size || e.output.Recorded > recorded {
			behind = append(behind, e)
		} else {
			at = e.output
		}
		return true, ok
	})
	return at, behind, err
}

// Rewind takes back the commits behind the one that [Frontier.Within] returns for
// an output and an archive of these sizes, to which they are then to be cut. Their pages are queued
// again in their old places. It is for before the first lease.
func (f *Frontier) Rewind(size, recorded int64) (at frontier.Checkpoint, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return at, err
	}
	at, behind, err := f.within(size, recorded)
	switch {
	case err != nil || len(behind) == 0:
		return at, err
	case len(f.leases) > 0:
		return at, fmt.Errorf("%s: rewind with %d leases out", f.dir, len(f.leases))
	}
	t := f.begin()
	for _, e := range behind {
		t.key = numberKey(t.key, keyJournal, e.commit)
		t.remove(t.key)
		for i := range e.lines {
			if err := t.undo(&e.lines[i]); err != nil {
				return at, err
			}
		}
	}
	f.n.output = at
	return at, t.commit(true)
}

// undo queues the URL of a line again.
func (t *tx) undo(l *line) error {
	f := t.f
	switch l.state {
	case failed:
		f.n.failed--
	case fetched:
		f.n.fetched--
	}
	if l.url != "" {
		return t.recall(l)
	}
	r, err := t.record(l.id)
	if err != nil {
		return err
	}
	if l.state == skipped {
		if r.state != skipped { // opened again since, by a commit that is taken back too
			return nil
		}
		f.n.reasons[r.reason].skipped--
	}
	if r.state != l.state {
		return f.corrupt(fmt.Errorf("%s is in the journal as what it isn't", r.url))
	}
	h, err := f.hostByID(r.host)
	if err != nil {
		return err
	}
	r.state, r.reason = queued, 0
	r.attempt--
	t.change(r)
	t.pending(h, 1, 0)
	t.addTo(&h.queue, hostList(f.listKey, keyQueue, h.id), item{r.position(), r.id})
	t.addToOrder(r)
	return f.place(h)
}

// recall makes a forgotten URL known again.
func (t *tx) recall(l *line) error {
	h, err := t.host(l.host)
	if err != nil {
		return err
	}
	r := t.newRecord(l.url)
	p := path{trail: trail{requested: l.requested}}
	r.take(&p)
	r.host = h.id
	if err := t.enqueue(r); err != nil {
		return err
	}
	t.publish(r)
	return nil
}
