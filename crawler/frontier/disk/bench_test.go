package disk_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

// frontiers are what benchmarks compare, in one run.
func frontiers(b *testing.B, opts frontier.Options, run func(b *testing.B, f frontier.Frontier)) {
	b.Run("memory", func(b *testing.B) {
		b.ReportAllocs()
		run(b, frontier.NewMemory(opts))
	})
	b.Run("disk", func(b *testing.B) {
		b.ReportAllocs()
		f, err := disk.Open(b.TempDir(), disk.Options{Options: opts})
		if err != nil {
			b.Fatal(err)
		}
		run(b, f)
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

// web is a site of pages with links of which nine in ten were seen before.
type web struct {
	rnd   *rand.Rand
	known int
	links []frontier.Offer
}

const linksPerPage = 107

func newWeb() *web {
	return &web{rnd: rand.New(rand.NewPCG(1, 2)), links: make([]frontier.Offer, linksPerPage)}
}

func pageURL(i int) string {
	return fmt.Sprintf("http://docs.example.org/library/section-%03d/page-%07d.html", i%317, i)
}

func (w *web) page() []frontier.Offer {
	for i := range w.links {
		n := w.known
		if w.known > 1000 && i%10 > 0 {
			n = w.rnd.IntN(w.known)
			if i%10 > 4 {
				n = w.rnd.IntN(1000) // in every page's navigation
			}
		} else {
			w.known++
		}
		w.links[i] = frontier.Offer{URL: pageURL(n), Host: "docs.example.org"}
	}
	return w.links
}

// BenchmarkPage is the frontier's whole part of a page: a lease, the release of
// its host, and a commit with 107 links.
func BenchmarkPage(b *testing.B) {
	for _, depth := range []int{-1, 100} {
		for _, batch := range []int{1, 16} {
			b.Run(fmt.Sprintf("depth=%d/batch=%d", depth, batch), func(b *testing.B) {
				frontiers(b, frontier.Options{MaxDepth: depth}, func(b *testing.B, f frontier.Frontier) { benchmarkPages(b, f, batch) })
			})
		}
	}
}

func benchmarkPages(b *testing.B, f frontier.Frontier, size int) {
	w := newWeb()
	if _, err := f.Add(b.Context(), w.page()); err != nil {
		b.Fatal(err)
	}
	for f.Counts().Queued < 2*int64(size) {
		if _, err := f.Add(b.Context(), w.page()); err != nil {
			b.Fatal(err)
		}
	}
	now := time.Now()
	var batch frontier.Batch
	meter := meterCPU()
	defer meter.report(b)
	for b.Loop() {
		var found []frontier.Offer
		meter.prepare(func() { found = append(found, w.page()...) })
		r, _, err := f.Lease(b.Context(), now)
		if err != nil {
			b.Fatal(err)
		}
		f.Release(r.Host, now)
		batch.Results = append(batch.Results, frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found})
		if len(batch.Results) == size || b.N < 0 {
			if err := f.Commit(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			batch.Results = batch.Results[:0]
		}
	}
}
