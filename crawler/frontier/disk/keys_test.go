package disk

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestKeysKeepOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	var ps []position
	for range 500 {
		ps = append(ps, position{rnd.Uint64() >> rnd.IntN(64), rnd.Uint64() >> (16 + rnd.IntN(48))})
	}
	ps = append(ps, position{}, position{0, 1<<48 - 1}, position{1<<64 - 1, 1<<48 - 1})
	prefix := hostList(nil, keyQueue, 1<<39+5)
	slices.SortFunc(ps, func(p, q position) int {
		if p.less(q) {
			return -1
		}
		if q.less(p) {
			return 1
		}
		return 0
	})
	for i, p := range ps {
		k := listKey(nil, prefix, p)
		if got := positionOf(k); got != p {
			t.Fatalf("%v is read as %v", p, got)
		}
		if idOf(k) != 1<<39+5 {
			t.Fatalf("host %d", idOf(k))
		}
		if i > 0 && ps[i-1] != p && bytes.Compare(listKey(nil, prefix, ps[i-1]), k) >= 0 {
			t.Fatalf("%v doesn't come after %v", p, ps[i-1])
		}
		if p.b < 1<<48-1 && !p.less(p.next()) {
			t.Fatalf("%v is next after %v", p.next(), p)
		}
	}
	if got := (position{3, 1<<48 - 1}).next(); got != (position{4, 0}) {
		t.Errorf("after the last of 3 comes %v", got)
	}
	if idOfValue(appendID(nil, idLimit-1)) != idLimit-1 {
		t.Error("an id changes when it is stored")
	}
}

func TestAfter(t *testing.T) {
	for prefix, want := range map[string]string{"q": "r", "q\x00\xff": "q\x01", "q\xff\xff": "r"} {
		if got := after([]byte(prefix)); string(got) != want {
			t.Errorf("after(%q) is %q, want %q", prefix, got, want)
		}
	}
}
