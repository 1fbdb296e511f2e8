package disk

import (
	"encoding/binary"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// counters are written with every commit, so that nothing has to be counted
// when a crawl goes on.
type counters struct {
	discovered, fetched, failed int64
	queued                      int64 // all without a final outcome
	waiting                     int64 // of these, in a list of retries on disk, leased or not
	hosts                       int64 // with something queued

	output  frontier.Checkpoint // that the last commit covers
	commits uint64              // commits so far

	syncedOutput  frontier.Checkpoint // what Sync has covered
	syncedCommits uint64

	lastURL, lastHost uint64 // ids given out
	lastSeq           uint64 // places in discovery order given out
	lastTurn          uint64 // numbers of turns and retries given out
	lastBehind        uint64 // keys of keyBehind given out
	lastUndecided     uint64 // keys of keyUndecided given out

	reasons []reasonCount // by a record's reason; the first is no reason
}

// reasonCount is a reason and how many URLs were skipped for it.
type reasonCount struct {
	reason  frontier.Reason
	skipped int64
}

func newCounters() counters { return counters{reasons: make([]reasonCount, 1)} }

// numbers are the counters but for the reasons, in the order of their encoding.
func (c *counters) numbers() [10]*int64 {
	return [...]*int64{&c.discovered, &c.fetched, &c.failed, &c.queued, &c.waiting, &c.hosts, &c.output.Offset, &c.syncedOutput.Offset,
		&c.output.Recorded, &c.syncedOutput.Recorded}
}

func (c *counters) ids() [8]*uint64 {
	return [...]*uint64{&c.commits, &c.syncedCommits, &c.lastURL, &c.lastHost, &c.lastSeq, &c.lastTurn, &c.lastBehind, &c.lastUndecided}
}

func (c *counters) append(b []byte) []byte {
	for _, n := range c.numbers() {
		b = binary.AppendVarint(b, *n)
	}
	for _, n := range c.ids() {
		b = binary.AppendUvarint(b, *n)
	}
	b = binary.AppendUvarint(b, uint64(c.output.Sum))
	b = binary.AppendUvarint(b, uint64(c.syncedOutput.Sum))
	b = binary.AppendUvarint(b, uint64(c.output.RecordedSum))
	b = binary.AppendUvarint(b, uint64(c.syncedOutput.RecordedSum))
	b = binary.AppendUvarint(b, uint64(len(c.reasons)))
	for _, r := range c.reasons {
		b = binary.AppendVarint(appendString(b, string(r.reason)), r.skipped)
	}
	return b
}

func (c *counters) decode(v []byte) bool {
	d := decoder{b: v}
	for _, n := range c.numbers() {
		*n = d.varint()
	}
	for _, n := range c.ids() {
		*n = d.uvarint()
	}
	c.output.Sum, c.syncedOutput.Sum = uint32(d.uvarint()), uint32(d.uvarint())
	c.output.RecordedSum, c.syncedOutput.RecordedSum = uint32(d.uvarint()), uint32(d.uvarint())
	c.reasons = make([]reasonCount, d.count())
	for i := range c.reasons {
		c.reasons[i] = reasonCount{frontier.Reason(d.string()), d.varint()}
	}
	return d.ok() && len(c.reasons) > 0
}

// reason is the index of r.
func (c *counters) reason(r frontier.Reason) uint32 {
	for i := range c.reasons {
		if c.reasons[i].reason == r {
			return uint32(i)
		}
	}
	c.reasons = append(c.reasons, reasonCount{reason: r})
	return uint32(len(c.reasons) - 1)
}

// class is what the cache of URLs seen keeps of a state.
type class uint8

const (
	improvable class = iota + 1 // a better path to it counts
	unfollowed                  // a link to be followed queues it
	settled                     // a verdict on the URL itself: no offer changes it
	undecided                   // an offer that is decided queues it, and until then a better path counts
	forgotten                   // all but its fingerprint is dropped
)

// class says what a record's state means for offers of its URL.
func (c *counters) class(r *record) class {
	if r.state != skipped {
		return improvable
	}
	switch c.reasons[r.reason].reason {
	case frontier.ReasonDepth, frontier.ReasonRedirect:
		return improvable
	case frontier.ReasonNoFollow:
		return unfollowed
	case frontier.ReasonUndecided:
		return undecided
	}
	if r.attempt > 0 { // skipped after it was fetched, for noindex say: its links lead on
		return improvable
	}
	return settled
}
