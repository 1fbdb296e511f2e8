package disk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
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
	commit := func() {
		if err := f.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		batch.Results = batch.Results[:0]
	}
	meter := meterCPU()
	defer meter.report(b)
	for b.Loop() {
		var found []frontier.Offer
		meter.prepare(func() { found = append(found, w.page()...) })
		r, _, err := f.Lease(b.Context(), now)
		if errors.Is(err, frontier.ErrNoneReady) { // deeper pages wait for those in the batch
			commit()
			r, _, err = f.Lease(b.Context(), now)
		}
		if err != nil {
			b.Fatal(err)
		}
		f.Release(r.Host, now)
		batch.Results = append(batch.Results, frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found})
		if len(batch.Results) == size {
			commit()
		}
	}
}

// BenchmarkLease is a lease that is handed back, and the release of its host, in
// a frontier of 100,000 URLs.
func BenchmarkLease(b *testing.B) {
	for _, hosts := range []int{1, 50_000} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) {
			frontiers(b, frontier.Options{MaxDepth: -1}, func(b *testing.B, f frontier.Frontier) {
				fill(b, f, 100_000, hosts)
				at := time.Now()
				meter := meterCPU()
				defer meter.report(b)
				for b.Loop() {
					r, _, err := f.Lease(b.Context(), at)
					if err != nil {
						b.Fatal(err)
					}
					f.Release(r.Host, at)
					if err := f.Return(b.Context(), r.URL); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// fill adds URLs as a list of seeds does.
func fill(b *testing.B, f frontier.Frontier, urls, hosts int) {
	b.Helper()
	g := bigGraph{urls, hosts}
	for i := 0; i < urls; {
		var offers []frontier.Offer
		for ; i < urls && len(offers) < 512; i++ {
			offers = append(offers, g.offer(i))
		}
		if _, err := f.Add(b.Context(), offers); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResume opens what a killed process has left and leases from it, with
// a thousand URLs queued and with a million. The metric compares that with
// beginning anew.
func BenchmarkResume(b *testing.B) {
	for _, c := range []struct{ urls, hosts int }{{1000, 1}, {1_000_000, 1}, {1_000_000, 100_000}} {
		b.Run(fmt.Sprintf("queued=%d/hosts=%d", c.urls, c.hosts), func(b *testing.B) {
			if c.urls > 1000 && testing.Short() {
				b.Skip("takes a minute to prepare")
			}
			opts := disk.Options{Options: frontier.Options{MaxDepth: -1}}
			live := b.TempDir()
			f, err := disk.Open(live, opts)
			if err != nil {
				b.Fatal(err)
			}
			fill(b, f, c.urls, c.hosts)
			killed := b.TempDir()
			if err := os.CopyFS(killed, os.DirFS(live)); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
			var beginning, resuming time.Duration
			for b.Loop() {
				b.StopTimer()
				fresh, again := b.TempDir(), b.TempDir()
				if err := os.CopyFS(again, os.DirFS(killed)); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				beginning += firstLease(b, fresh, opts)
				resuming += firstLease(b, again, opts)
			}
			b.ReportMetric(float64(beginning.Milliseconds())/float64(b.N), "ms-beginning/op")
			b.ReportMetric(float64(resuming.Milliseconds())/float64(b.N), "ms-resuming/op")
			b.ReportMetric(float64(resuming)/float64(beginning), "ratio")
		})
	}
}

func firstLease(b *testing.B, dir string, opts disk.Options) time.Duration {
	begin := time.Now()
	f, err := disk.Open(dir, opts)
	if err != nil {
		b.Fatal(err)
	}
	if !f.Resumed() {
		fill(b, f, 1, 1)
	}
	if _, _, err := f.Lease(b.Context(), begin); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begin)
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkMemory is what a million URLs take of memory, all of them queued.
func BenchmarkMemory(b *testing.B) {
	if testing.Short() {
		b.Skip("takes a minute")
	}
	frontiers(b, frontier.Options{MaxDepth: -1}, func(b *testing.B, f frontier.Frontier) {
		var before, after runtime.MemStats
		for b.Loop() {
			runtime.GC()
			runtime.ReadMemStats(&before)
			fill(b, f, 1_000_000, 1000)
			runtime.GC()
			runtime.ReadMemStats(&after)
		}
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/(1<<20), "heap-MB")
	})
}
