package frontiertest

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// graph is a random site: links[i] are the pages that page i leads to, and
// redirect[i] says that it does so by a redirect, to the first of them.
type graph struct {
	hosts    int
	links    [][]int
	redirect []bool
}

func newGraph(rnd *rand.Rand, pages, hosts int) *graph {
	g := &graph{hosts: hosts, links: make([][]int, pages), redirect: make([]bool, pages)}
	for i := range g.links {
		for range 1 + rnd.IntN(3) {
			g.links[i] = append(g.links[i], rnd.IntN(pages))
		}
		g.redirect[i] = i > 0 && rnd.IntN(8) == 0
	}
	return g
}

func (g *graph) host(i int) string { return string(rune('a' + i%g.hosts)) }

func (g *graph) url(i int) string { return u(g.host(i), path(i)) }

// depths is the set of URLs within the limit with their least depth: a link is
// one, a redirect nothing.
func (g *graph) depths(limit int) map[string]int {
	depth := map[int]int{0: 0}
	for changed := true; changed; {
		changed = false
		for i, d := range depth {
			to, step := g.links[i], 1
			if g.redirect[i] {
				to, step = to[:1], 0
			}
			for _, j := range to {
				if was, ok := depth[j]; (limit < 0 || d+step <= limit) && (!ok || d+step < was) {
					depth[j], changed = d+step, true
				}
			}
		}
	}
	out := map[string]int{}
	for i, d := range depth {
		out[g.url(i)] = d
	}
	return out
}

func (g *graph) result(i int) frontier.Result {
	r := frontier.Result{URL: g.url(i), Outcome: frontier.Outcome{Kind: frontier.Fetched}}
	for _, j := range g.links[i] {
		r.Found = append(r.Found, offer(g.host(j), path(j)))
	}
	if g.redirect[i] {
		r.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect}
		r.Found = r.Found[:1]
		r.Found[0].Redirect = 301
	}
	return r
}

// crawlRandomly leases up to eight at a time and commits one of them at random,
// or the head if ordered; if flaky, some are retried first. It returns the URLs
// that were committed with the depth that their line would have.
func crawlRandomly(h *harness, g *graph, rnd *rand.Rand, ordered, flaky bool) map[string]int {
	h.t.Helper()
	index := map[string]int{}
	for i := range g.links {
		index[g.url(i)] = i
	}
	got := map[string]int{}
	var out []frontier.Request
	for !h.Drained() {
		for len(out) < 8 {
			r, wake, err := h.Lease(h.t.Context(), h.now)
			if errors.Is(err, frontier.ErrNoneReady) {
				if len(out) == 0 {
					if wake.IsZero() {
						h.t.Fatalf("nothing is out, nothing will be ready, and it isn't drained: %+v", h.Counts())
					}
					h.now = wake
					continue
				}
				break
			}
			if err != nil {
				h.t.Fatal(err)
			}
			h.Release(r.Host, h.now)
			out = append(out, r)
		}
		k := rnd.IntN(len(out))
		if ordered {
			head, _ := h.first()
			for k = range out {
				if out[k].URL == head.URL {
					out[k].Depth = head.Depth
					break
				}
			}
			if out[k].URL != head.URL {
				h.now = h.now.Add(time.Second)
				continue
			}
		}
		r := out[k]
		out = append(out[:k], out[k+1:]...)
		if flaky && r.Attempt == 1 && rnd.IntN(6) == 0 {
			h.retry(r, h.now.Add(time.Duration(rnd.IntN(3))*time.Second))
			continue
		}
		if _, ok := got[r.URL]; ok {
			h.t.Fatalf("%s was leased twice", r.URL)
		}
		got[r.URL] = r.Depth
		h.commit(g.result(index[r.URL]))
	}
	return got
}
