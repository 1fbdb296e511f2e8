package crawler

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

// BenchmarkAudit is the cost of a line: to make it from the frontier, and to pass
// over it in the file.
func BenchmarkAudit(b *testing.B) {
	const n = 50_000
	c := Config{Scope: ScopeHost}
	f, err := disk.Open(b.TempDir(), disk.Options{Options: c.FrontierOptions()})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	offers := make([]frontier.Offer, n)
	for i := range offers {
		offers[i] = frontier.Offer{URL: fmt.Sprintf("http://a.example/section/%d/page-%d.html", i%100, i), Host: "a.example", Skip: ReasonScope}
	}
	if _, err := f.Add(b.Context(), offers); err != nil {
		b.Fatal(err)
	}
	s, err := newScope(&c)
	if err != nil {
		b.Fatal(err)
	}
	name := filepath.Join(b.TempDir(), "audit.jsonl")
	perURL := func(b *testing.B) { b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/URL") }
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			out, err := os.Create(name)
			if err != nil {
				b.Fatal(err)
			}
			if err := errors.Join(writeFates(b.Context(), out, allFates(f, newReasons(&c, s, nil)), n), out.Close()); err != nil {
				b.Fatal(err)
			}
		}
		perURL(b)
	})
	b.Run("find", func(b *testing.B) {
		a, err := OpenAudit(name)
		if err != nil {
			b.Fatal(err)
		}
		defer a.Close()
		for b.Loop() {
			if found, err := a.find("http://a.example/never"); err != nil || len(found) > 0 {
				b.Fatal(found, err)
			}
		}
		perURL(b)
	})
}
