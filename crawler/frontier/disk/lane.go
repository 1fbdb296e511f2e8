package disk

import (
	"slices"
	"sort"
)

// lane is the front of an ordered list that lies on disk: a host's queue, its
// retries, the hosts that wait, the discovery order. However long the list, only
// its first entries are in memory.
//
// items are all entries of the list before end, in order, but for those that are
// out: leased, or for hosts, loaded.
type lane struct {
	items []item
	end   position
	whole bool // items are all there is: the list has nothing from end on
	chunk int  // how many were read last
}

type item struct {
	position
	id uint64
}

const (
	laneFirst = 16   // entries read at first; four times as many each next time,
	laneMost  = 256  // up to this
	laneLimit = 1024 // entries held at most
)

// emptyLane is the lane of a list that has no entries.
func emptyLane() lane { return lane{whole: true} }

// known reports that the first entry is in memory, or that there is none.
func (l *lane) known() bool { return len(l.items) > 0 || l.whole }

// first returns the first entry of a lane that is known.
func (l *lane) first() (item, bool) {
	if len(l.items) == 0 {
		return item{}, false
	}
	return l.items[0], true
}

// add takes in an entry that is on disk, or is about to be. The lane doesn't grow
// beyond limit.
func (l *lane) add(it item, limit int) {
	n := len(l.items)
	switch {
	case !l.whole && !it.less(l.end):
		return // it will be read when its turn comes
	case n == 0 || l.items[n-1].less(it.position):
		l.items = append(l.items, it)
	default:
		l.items = slices.Insert(l.items, l.search(it.position), it)
	}
	if len(l.items) > limit {
		cut := (limit + 1) / 2
		l.end, l.whole = l.items[cut].position, false
		l.items = l.items[:cut]
	}
}

// remove takes an entry out, wherever it is.
func (l *lane) remove(p position) {
	i := l.search(p)
	switch {
	case i >= len(l.items) || l.items[i].position != p:
	case i == 0:
		l.items = l.items[1:]
	default:
		l.items = slices.Delete(l.items, i, i+1)
	}
}

func (l *lane) search(p position) int {
	return sort.Search(len(l.items), func(i int) bool { return !l.items[i].less(p) })
}

// grow returns how many entries to read now.
func (l *lane) grow() int {
	l.chunk = min(max(laneFirst, 4*l.chunk), laneMost)
	return l.chunk
}
