package disk_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// BenchmarkDataset crawls the links of a dataset, named by TRAWL_BENCH_DATASET:
// what the frontier costs for each page of a real site. It is run with
// -benchtime 1x, for there is nothing left to crawl a second time.
func BenchmarkDataset(b *testing.B) {
	name := os.Getenv("TRAWL_BENCH_DATASET")
	if name == "" {
		b.Skip("TRAWL_BENCH_DATASET names no dataset of a crawl (JSON lines)")
	}
	site := readDataset(b, name)
	for _, c := range []struct {
		name  string
		opts  frontier.Options
		batch int
	}{
		{"batch=1", frontier.Options{MaxDepth: -1}, 1},
		{"batch=16", frontier.Options{MaxDepth: -1}, 16},
		{"batch=256", frontier.Options{MaxDepth: -1}, 256},
		{"depth/batch=16", frontier.Options{MaxDepth: 50}, 16},
	} {
		b.Run(c.name, func(b *testing.B) {
			frontiers(b, c.opts, func(b *testing.B, f frontier.Frontier) {
				pages := 0
				meter := meterCPU()
				for b.Loop() {
					pages += crawlDataset(b, f, site, c.batch, meter)
				}
				meter.reportEach(b, pages)
			})
		})
	}
}

type dataset struct {
	seed  string
	links map[string][]string
}

func readDataset(b *testing.B, name string) *dataset {
	in, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	site := &dataset{links: make(map[string][]string)}
	lines := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		var page struct {
			URL   string
			Depth int
			Links []struct{ URL string }
		}
		if err := json.Unmarshal(line, &page); err != nil {
			b.Fatal(err)
		}
		if site.seed == "" && page.Depth == 0 {
			site.seed = page.URL
		}
		seen := map[string]bool{}
		links := []string{}
		for _, l := range page.Links {
			u, _, _ := strings.Cut(l.URL, "#")
			if !seen[u] {
				seen[u] = true
				links = append(links, u)
			}
		}
		site.links[page.URL] = links
	}
	return site
}

func (d *dataset) offers(page string) []frontier.Offer {
	var out []frontier.Offer
	for _, l := range d.links[page] {
		u, err := url.Parse(l)
		if err != nil {
			continue
		}
		o := frontier.Offer{URL: strings.Clone(l), Host: u.Host}
		if _, ok := d.links[l]; !ok {
			o.Skip = "scope"
		}
		out = append(out, o)
	}
	return out
}

// crawlDataset returns the number of pages.
func crawlDataset(b *testing.B, f frontier.Frontier, site *dataset, size int, meter *cpuMeter) (pages int) {
	var offers []frontier.Offer
	meter.prepare(func() {
		offers = site.offers("")
		u, _ := url.Parse(site.seed)
		offers = append(offers, frontier.Offer{URL: site.seed, Host: u.Host})
	})
	if _, err := f.Add(b.Context(), offers); err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	var batch frontier.Batch
	for !f.Drained() {
		r, _, err := f.Lease(b.Context(), now)
		none := errors.Is(err, frontier.ErrNoneReady)
		if err != nil && !none {
			b.Fatal(err)
		}
		if !none {
			f.Release(r.Host, now)
			var found []frontier.Offer
			meter.prepare(func() { found = site.offers(r.URL) })
			batch.Results = append(batch.Results, frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found})
		}
		if none || len(batch.Results) == size {
			pages += len(batch.Results)
			if err := f.Commit(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			batch.Results = batch.Results[:0]
		}
	}
	return pages
}
