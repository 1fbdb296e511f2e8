package site

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// latency is how long the nth request for a path waits: a function of the seed, so that a run can be had again whatever the order
// in which requests arrive.
func (o Options) latency(path string, nth int) time.Duration {
	spread := o.MaxLatency - o.MinLatency
	if spread <= 0 {
		return o.MinLatency
	}
	h := fnv.New64a()
	h.Write([]byte(path))
	return o.MinLatency + time.Duration(rand.New(rand.NewPCG(o.Seed, h.Sum64()+uint64(nth))).Int64N(int64(spread)+1))
}

// pause sleeps for d and reports whether the client is still there and the site still open.
func (s *Site) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		select {
		case <-ctx.Done():
			return false
		case <-s.closed:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closed:
		return false
	}
}
