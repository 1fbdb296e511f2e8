package disk

import (
	"iter"
	"slices"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// State is how far a URL has come.
type State string

// The states of a URL. Each URL that was discovered is in one of them.
const (
	Queued    State = "queued"
	Leased    State = "leased"  // handed out, by this process
	Waiting   State = "waiting" // to be retried at RetryAt
	Fetched   State = "fetched"
	Failed    State = "failed"
	Skipped   State = "skipped"
	Forgotten State = "forgotten" // it has its outcome, and Options.Forget dropped all else
)

// Explanation is all that is known of one URL.
type Explanation struct {
	URL   string
	State State
	// Reason is of a skip or a failure.
	Reason frontier.Reason
	// Detail is the last attempt's, in words; see Attempts for those before.
	Detail string
	// Host is the key of the host's clock; empty if it was never to be fetched.
	Host string
	// Depth is the least number of links from a seed, over Parent.
	Depth int
	// Parent is the page that it was found on; empty for a seed.
	Parent string
	// Requested is the URL as it was first asked for, if not URL.
	Requested string
	// Redirects are the hops that led here, in order.
	Redirects []frontier.Hop
	// Fetches counts those that have ended.
	Fetches int
	// Attempts are the ends of fetches that there is something to say about, in
	// order: the first eight and the last eight.
	Attempts []Attempt
	// RetryAt is when the next attempt may be made; zero if none waits.
	RetryAt time.Time
}

// Explain tells what became of a URL. It reports false if it was never seen.
func (f *Frontier) Explain(url string) (e Explanation, ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	return f.explain(url)
}

func (f *Frontier) explain(url string) (e Explanation, ok bool, err error) {
	if err := f.usable(); err != nil {
		return Explanation{}, false, err
	}
	var s seen
	f.key = fingerprintKey(f.key, f.key0.sum(url))
	known, err := f.get(f.key, s.decode)
	switch {
	case err != nil || !known:
		return Explanation{}, false, err
	case s.class == forgotten:
		return Explanation{URL: url, State: Forgotten}, true, nil
	}
	var r record
	if err := f.readRecord(s.id, &r); err != nil {
		return Explanation{}, false, err
	}
	if r.url != url {
		return Explanation{}, false, f.corrupt(errCollision)
	}
	e, err = f.explainRecord(&r)
	if err != nil {
		return Explanation{}, false, err
	}
	prefix := idKey(nil, keyDetail, r.id)
	_, err = f.scan(prefix, prefix, func(_, v []byte) (more, readable bool) {
		a, ok := f.decodeAttempt(v)
		e.Attempts = append(e.Attempts, a)
		return true, ok
	})
	e.settle()
	return e, err == nil, err
}

// explainRecord is all but the attempts.
func (f *Frontier) explainRecord(r *record) (e Explanation, err error) {
	e = Explanation{
		URL: r.url, State: r.state.public(), Reason: f.n.reasons[r.reason].reason, Depth: r.rank.depth(),
		Requested: r.requested, Redirects: r.hops, Fetches: int(r.attempt),
	}
	if e.Reason == frontier.ReasonUndecided {
		e.State = Queued
	}
	if r.state == waiting {
		e.RetryAt = f.clock.time(instantOf(r.retry.a))
	}
	if f.leasedIDs[r.id] != nil {
		e.State, e.RetryAt = Leased, time.Time{}
	}
	if e.Parent, err = f.urlOf(r.parent); err != nil {
		return Explanation{}, err
	}
	if r.host == 0 {
		return e, nil
	}
	f.key = idKey(f.key, keyHost, r.host)
	var h hostQueue
	_, err = f.get(f.key, func(v []byte) bool { return h.decode(r.host, v) })
	e.Host = h.name
	return e, err
}

// settle puts the attempts in order.
func (e *Explanation) settle() {
	slices.SortFunc(e.Attempts, func(a, b Attempt) int { return a.Number - b.Number })
	if n := len(e.Attempts); n > 0 && e.Attempts[n-1].Number == e.Fetches {
		e.Detail = e.Attempts[n-1].Detail
	}
}

func (s state) public() State {
	return [...]State{queued: Queued, waiting: Waiting, fetched: Fetched, failed: Failed, skipped: Skipped}[s]
}

// Chain explains a URL, then the page that it was found on, and so on up to a
// seed. It yields nothing if the URL was never seen.
func (f *Frontier) Chain(url string) iter.Seq2[Explanation, error] {
	return func(yield func(Explanation, error) bool) {
		for url != "" {
			e, ok, err := f.Explain(url)
			if err != nil {
				yield(Explanation{}, err)
				return
			}
			if !ok || !yield(e, nil) {
				return
			}
			url = e.Parent // always of lower rank, so this ends
		}
	}
}

// pageSize is how many URLs All reads at a time.
const pageSize = 256

// All yields every URL that was discovered and not forgotten, in the order of
// discovery. It may be called while the frontier is used: what is committed
// meanwhile may be seen or not.
func (f *Frontier) All() iter.Seq2[Explanation, error] {
	return func(yield func(Explanation, error) bool) {
		for next := uint64(1); next != 0; {
			page, after, err := f.page(next)
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			if err != nil {
				yield(Explanation{}, err)
				return
			}
			next = after
		}
	}
}

// page explains some URLs from an id on, and says with which id to go on; 0 at
// the end.
func (f *Frontier) page(begin uint64) (page []Explanation, next uint64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.usable(); err != nil {
		return nil, 0, err
	}
	var records []record
	whole, err := f.scan([]byte{keyURL}, idKey(nil, keyURL, begin), func(k, v []byte) (more, readable bool) {
		var r record
		readable = len(k) == 1+idSize && f.decodeRecord(&r, idOf(k), v)
		records = append(records, r)
		return len(records) < pageSize, readable
	})
	if err != nil || len(records) == 0 {
		return nil, 0, err
	}
	last := records[len(records)-1].id
	attempts := make(map[uint64][]Attempt)
	_, err = f.scan([]byte{keyDetail}, idKey(nil, keyDetail, begin), func(k, v []byte) (more, readable bool) {
		if len(k) < 1+idSize {
			return false, false
		}
		id := idOf(k)
		if id > last {
			return false, true
		}
		a, ok := f.decodeAttempt(v)
		attempts[id] = append(attempts[id], a)
		return true, ok
	})
	if err != nil {
		return nil, 0, err
	}
	for i := range records {
		e, err := f.explainRecord(&records[i])
		if err != nil {
			return page, 0, err
		}
		e.Attempts = attempts[records[i].id]
		e.settle()
		page = append(page, e)
	}
	if whole {
		return page, 0, nil
	}
	return page, last + 1, nil
}
