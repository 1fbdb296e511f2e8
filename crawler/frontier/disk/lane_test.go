package disk

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLane does random things to a lane and to the whole list that it is the
// front of, and compares what they give out.
func TestLane(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		limit := 1 + rnd.IntN(8)
		var list []item // as on disk
		out := map[uint64]bool{}
		l := emptyLane()
		for id := uint64(1); id < 300; id++ {
			it := item{position{uint64(rnd.IntN(4)), id}, id}
			list = append(list, it)
			slices.SortFunc(list, func(a, b item) int {
				if a.less(b.position) {
					return -1
				}
				return 1
			})
			l.add(it, limit)
			if len(l.items) > limit {
				t.Fatalf("%d entries in a lane of at most %d", len(l.items), limit)
			}
			for rnd.IntN(3) == 0 {
				if !l.known() {
					refill(&l, list, out, limit)
				}
				got, ok := l.first()
				want := slices.IndexFunc(list, func(it item) bool { return !out[it.id] })
				if ok != (want >= 0) || ok && got != list[want] {
					t.Fatalf("seed %d: first is %v, %v; want %d of %v", seed, got, ok, want, list)
				}
				if !ok {
					break
				}
				l.remove(got.position)
				switch rnd.IntN(3) {
				case 0: // gone
					list = slices.Delete(list, want, want+1)
				case 1:
					out[got.id] = true
				default: // handed back
					l.add(got, limit)
				}
			}
			for id := range out {
				if rnd.IntN(4) == 0 {
					delete(out, id)
					l.add(list[slices.IndexFunc(list, func(it item) bool { return it.id == id })], limit)
				}
			}
		}
	}
}

// refill does what Frontier.fill does.
func refill(l *lane, list []item, out map[uint64]bool, limit int) {
	n := min(l.grow(), limit)
	for _, it := range list {
		if it.less(l.end) {
			continue
		}
		if len(l.items) == n {
			return
		}
		l.end = it.next()
		if !out[it.id] {
			l.items = append(l.items, it)
		}
	}
	l.whole = true
}

func TestLaneGrows(t *testing.T) {
	var l lane
	for i, want := range []int{laneFirst, 4 * laneFirst, laneMost, laneMost} {
		if n := l.grow(); n != want {
			t.Errorf("read %d is of %d entries, want %d", i, n, want)
		}
	}
}
