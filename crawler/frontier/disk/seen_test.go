package disk

import (
	"math/rand/v2"
	"testing"
)

func TestSeenPacks(t *testing.T) {
	fp := fingerprint{1, 2}
	for _, want := range []seen{
		{id: 1, rank: 0, class: improvable, origin: 0},
		{id: idLimit - 1, rank: makeRank(maxDepth, maxHops), class: forgotten, origin: unknownOrigin},
		{id: 0, rank: 1 << 24, class: settled, origin: 1 << 39},
		{id: 1 << 39, rank: 1<<24 - 1, class: unfollowed, origin: 5},
	} {
		s := pack(fp, want)
		if got := s.unpack(); got != want {
			t.Errorf("%+v is unpacked as %+v", want, got)
		}
		var again seen
		ok := again.decode(want.append(nil))
		want.origin = unknownOrigin
		if !ok || again != want {
			t.Errorf("%+v is stored as %+v, %v", want, again, ok)
		}
	}
}

// TestSeenCache compares a small cache with a map: a hit is always right, and a
// miss that is sure is one of the map too.
func TestSeenCache(t *testing.T) {
	c := newSeenCache(64*ways*slotSize, false)
	rnd := rand.New(rand.NewPCG(4, 4))
	all := map[fingerprint]seen{}
	hits, sureMisses := 0, 0
	for i := range 4000 {
		fp := fingerprint{uint64(rnd.IntN(3)), uint64(rnd.IntN(1000))}
		s := seen{id: uint64(i), class: improvable, rank: rank(i)}
		got, hit, sure := c.get(fp)
		want, known := all[fp]
		switch {
		case hit && (!known || got != want):
			t.Fatalf("a hit gives %+v, want %+v, %v", got, want, known)
		case !hit && sure && known:
			t.Fatalf("%v was surely never seen, but it was", fp)
		case hit:
			hits++
		case sure:
			sureMisses++
		}
		if rnd.IntN(2) == 0 {
			all[fp] = s
			if known && c.update(fp, s) != hit {
				t.Fatal("update finds what get doesn't")
			}
			if !hit {
				c.put(fp, s)
			}
		}
	}
	if hits < 100 || sureMisses < 100 {
		t.Errorf("%d hits, %d sure misses: this tests nothing", hits, sureMisses)
	}
	if _, _, sure := newSeenCache(0, true).get(fingerprint{}); sure {
		t.Error("a cold cache is sure")
	}
}

// TestSeenCacheKeepsWhatIsAsked fills a bucket: what is asked for moves up and
// stays.
func TestSeenCacheKeepsWhatIsAsked(t *testing.T) {
	c := newSeenCache(0, false)
	for i := range uint64(ways) {
		if _, lost := c.put(fingerprint{hi: i}, seen{id: i + 1, class: improvable}); lost {
			t.Fatal("a bucket is full too early")
		}
	}
	for i := range uint64(20) {
		c.get(fingerprint{hi: ways - 1})
		lost, ok := c.put(fingerprint{hi: 100 + i}, seen{id: 100 + i, class: improvable})
		if !ok || lost.unpack().id == ways {
			t.Fatalf("put drops %+v, %v", lost.unpack(), ok)
		}
	}
	if _, hit, _ := c.get(fingerprint{hi: ways - 1}); !hit {
		t.Error("what is asked for all the time was dropped")
	}
}

func TestSeenCacheSize(t *testing.T) {
	for _, size := range []int64{0, 200, 1 << 20, 3 << 20} {
		c := newSeenCache(size, false)
		if n := int64(len(c.slots)) * slotSize; n > max(size, ways*slotSize) || n <= size/2 {
			t.Errorf("%d bytes for at most %d", n, size)
		}
	}
}
