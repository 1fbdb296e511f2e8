package crawler

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/seed-5a061891/trawl/internal/site"
)

// BenchmarkState crawls a synthetic web with the frontier on disk and in memory,
// in process: all there is to a page besides its fetch. Larger pages cost more to
// parse, and their state the same.
func BenchmarkState(b *testing.B) {
	const pages = 5000
	for _, size := range []int{500, 20_000} {
		web, err := site.NewWeb(site.WebOptions{Pages: pages, Hosts: 50, Links: 30, Seed: 1, PageSize: size})
		if err != nil {
			b.Fatal(err)
		}
		run := func(b *testing.B, inMemory bool) {
			for b.Loop() {
				c, err := New(Config{
					Seeds: []string{web.First()}, Transport: web, Rate: Unlimited, IgnoreRobots: true, Scope: ScopeAny,
					Output: filepath.Join(b.TempDir(), "pages.jsonl"), InMemory: inMemory,
				})
				if err != nil {
					b.Fatal(err)
				}
				if stats, err := c.Run(b.Context()); err != nil || stats.Lines != pages {
					b.Fatalf("%v, %+v", err, stats)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pages, "µs/page")
		}
		b.Run(fmt.Sprintf("bytes=%d/memory", size), func(b *testing.B) { run(b, true) })
		b.Run(fmt.Sprintf("bytes=%d/disk", size), func(b *testing.B) { run(b, false) })
	}
}
