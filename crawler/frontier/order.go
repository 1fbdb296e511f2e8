package frontier

import "container/heap"

// orderHeap holds the uncommitted URLs in discovery order. An item is stale
// once its entry is committed or has moved.
type orderHeap []orderItem

type orderItem struct {
	rank rank
	seq  uint64
	id   uint32
}

func (o orderHeap) Len() int { return len(o) }
func (o orderHeap) Less(i, j int) bool {
	if o[i].rank != o[j].rank {
		return o[i].rank < o[j].rank
	}
	return o[i].seq < o[j].seq
}
func (o orderHeap) Swap(i, j int) { o[i], o[j] = o[j], o[i] }
func (o *orderHeap) Push(x any)   { *o = append(*o, x.(orderItem)) }
func (o *orderHeap) Pop() any {
	old := *o
	x := old[len(old)-1]
	*o = old[:len(old)-1]
	return x
}

// trackOrder notes the URL's place in discovery order.
func (m *Memory) trackOrder(id uint32) {
	if m.opts.Ordered {
		e := m.entries.at(id)
		heap.Push(&m.order, orderItem{rank: e.rank, seq: e.seq, id: id})
	}
}

// head returns the first uncommitted URL in discovery order, or noID.
func (m *Memory) head() uint32 {
	for len(m.order) > 0 {
		top := m.order[0]
		e := m.entries.at(top.id)
		live := e.state == queued || e.state == leased || e.state == waiting
		if live && e.rank == top.rank && e.seq == top.seq {
			return top.id
		}
		heap.Pop(&m.order)
	}
	return noID
}

// Heads implements [Frontier].
func (m *Memory) Heads(max int) []Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	var heads []Request
	var taken []orderItem
	for len(heads) < max && m.head() != noID && (len(taken) == 0 || m.order[0].rank == taken[0].rank) {
		item := heap.Pop(&m.order).(orderItem)
		if len(taken) == 0 || taken[len(taken)-1] != item { // an entry may be in the heap twice
			heads = append(heads, m.request(item.id))
		}
		taken = append(taken, item)
	}
	for _, item := range taken {
		heap.Push(&m.order, item)
	}
	return heads
}
