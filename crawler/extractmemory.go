package crawler

import (
	"context"
	"io"
	"sync"
)

// held counts the bytes that an extraction has in hand: bodies that wait to be
// parsed, and lines that wait for their turn. One goroutine, the reader, waits for
// there to be less.
type held struct {
	mu    sync.Mutex
	bytes int64
	freed chan struct{} // one place: look again
}

// heldMost is what may be in hand when another record is begun: a thousand pages,
// or one that is as large as any may be, and half of that.
const heldMost = 32 << 20

func newHeld() *held { return &held{freed: make(chan struct{}, 1)} }

func (h *held) add(n int64) {
	h.mu.Lock()
	h.bytes += n
	h.mu.Unlock()
	if n < 0 {
		nudge(h.freed)
	}
}

// wait returns when no more than heldMost is in hand, or the context ends.
func (h *held) wait(ctx context.Context) {
	for {
		h.mu.Lock()
		bytes := h.bytes
		h.mu.Unlock()
		if bytes <= heldMost {
			return
		}
		select {
		case <-h.freed:
		case <-ctx.Done():
			return
		}
	}
}

// tier is a size above which only so many pages may be decoded or parsed at once. A
// page's tree takes some ten times the room of the page.
type tier struct {
	above  int64
	places chan struct{}
}

// newTiers makes the tiers. A page that outgrows one waits for a place in it; as all
// take them in this order, none waits for a page that waits for it.
func newTiers() []tier {
	return []tier{
		{above: 1 << 20, places: make(chan struct{}, 4)},
		{above: 8 << 20, places: make(chan struct{}, 1)},
	}
}

// tieredBody is a body that waits, while it is being read, for a place in the tiers
// that it grows into. They are given back by leave.
type tieredBody struct {
	io.ReadCloser
	ctx   context.Context
	tiers []tier
	read  int64
	taken int
}

func (b *tieredBody) Read(p []byte) (int, error) {
	for b.taken < len(b.tiers) && b.read > b.tiers[b.taken].above {
		select {
		case b.tiers[b.taken].places <- struct{}{}:
			b.taken++
		case <-b.ctx.Done():
			return 0, context.Cause(b.ctx)
		}
	}
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	return n, err
}

func (b *tieredBody) leave() {
	for ; b.taken > 0; b.taken-- {
		<-b.tiers[b.taken-1].places
	}
}
