package crawler

import (
	"context"
	"sync"
)

// seedQueue takes seeds from the reader of a list to the adder: at once, and some
// at a time if the adder is slower.
type seedQueue struct {
	ready chan struct{} // to the adder: there is something to take
	room  chan struct{} // to the reader: what there was is taken

	mu      sync.Mutex
	waiting []seed
	ended   bool
	err     error
}

func newSeedQueue() *seedQueue {
	return &seedQueue{ready: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// put adds a seed, and waits for room after as many as make a chunk.
func (q *seedQueue) put(ctx context.Context, s seed) {
	q.mu.Lock()
	q.waiting = append(q.waiting, s)
	full := len(q.waiting) >= seedChunk
	q.mu.Unlock()
	nudge(q.ready)
	for full {
		select {
		case <-q.room:
		case <-ctx.Done():
			return
		}
		q.mu.Lock()
		full = len(q.waiting) >= seedChunk
		q.mu.Unlock()
	}
}

// end says that the list has been read to its end, or why not.
func (q *seedQueue) end(err error) {
	q.mu.Lock()
	q.ended, q.err = true, err
	q.mu.Unlock()
	nudge(q.ready)
}

// take returns what there is, and whether that was the last of it.
func (q *seedQueue) take() (seeds []seed, ended bool, err error) {
	q.mu.Lock()
	seeds, q.waiting = q.waiting, nil
	ended, err = q.ended, q.err
	q.mu.Unlock()
	nudge(q.room)
	return seeds, ended, err
}
