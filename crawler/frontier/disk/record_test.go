package disk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

var recordCases = []record{
	{id: 1, url: "http://a/", state: queued, host: 1, seq: 1},
	{id: 2, url: "http://a/x?y", state: waiting, host: 7, rank: makeRank(3, 0), seq: 1 << 40, parent: 1, attempt: 2, reason: 3, retry: position{1 << 63, 9}},
	{id: 3, url: "http://b/", state: skipped, rank: makeRank(maxDepth, maxHops), reason: 200, parent: idLimit - 2},
	{id: 4, url: "http://a/é", state: fetched, host: idLimit - 1, attempt: 1 << 31, trail: trail{requested: "A/é"}},
	{id: 5, url: "http://a/2", state: failed, host: 1, trail: trail{requested: "http://a/0",
		hops: []frontier.Hop{{URL: "http://a/0", Status: 301}, {URL: "http://a/1", Status: 308}}}},
}

func TestRecordRoundTrip(t *testing.T) {
	for _, want := range recordCases {
		v := want.append(nil)
		var got record
		if !got.decode(want.id, v) {
			t.Errorf("%+v is not readable", want)
			continue
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(record{}, trail{}, position{})); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if url, ok := recordURL(v); !ok || url != want.url {
			t.Errorf("URL %q, %v", url, ok)
		}
	}
}

func TestRankOrder(t *testing.T) {
	ranks := []rank{makeRank(0, 0), makeRank(0, 1), makeRank(0, maxHops+5), makeRank(1, 0), makeRank(2, 3), makeRank(maxDepth, 0)}
	for i := range ranks[1:] {
		if ranks[i] >= ranks[i+1] {
			t.Errorf("rank %d is %d, and the next %d", i, ranks[i], ranks[i+1])
		}
	}
	if d := makeRank(1<<40, 0).depth(); d != maxDepth {
		t.Errorf("a depth beyond the greatest is %d", d)
	}
}

// FuzzDecode reads arbitrary values of every kind: none may panic, and what is
// readable as a record is written as one that reads the same.
func FuzzDecode(f *testing.F) {
	for i := range recordCases {
		f.Add(recordCases[i].append(nil))
	}
	c := newCounters()
	c.reason("scope")
	f.Add(c.append(nil))
	f.Add((&hostQueue{name: "a", ready: always, queued: 3, onDisk: true}).append(nil))
	f.Add((&seen{id: 5, class: forgotten}).append(nil))
	f.Add((&setup{maxDepth: -1}).append(nil))
	f.Fuzz(func(t *testing.T, v []byte) {
		new(counters).decode(v)
		new(hostQueue).decode(1, v)
		new(seen).decode(v)
		new(setup).decode(v)
		fr := &Frontier{}
		fr.decodeAttempt(v)
		fr.decodeEntry(numberKey(nil, keyJournal, 1), v)
		fr.opts.Forget = true
		fr.decodeEntry(numberKey(nil, keyJournal, 1), v)
		var r, again record
		if !r.decode(1, v) {
			return
		}
		if !again.decode(1, r.append(nil)) || cmp.Diff(r, again, cmp.AllowUnexported(record{}, trail{}, position{})) != "" {
			t.Errorf("%+v is read again as %+v", r, again)
		}
	})
}
