package site

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"time"
)

// WebOptions of a Web. The same options give the same web.
type WebOptions struct {
	// Pages is how many pages there are, all of them reachable from the first. Default 1,000, at most 100,000,000.
	Pages int

	// Hosts is over how many hosts they are spread, evenly: page n is on host n modulo Hosts. Default 1, at most 1,000,000 and at most Pages.
	Hosts int

	// Links is how many links each page has. Half of them lead to pages that maybe no other links to, as long as there are any, and make
	// everything reachable; of the others a third stays on the host, a third goes anywhere, and a third to popular pages. Default 8,
	// which makes pages of about 500 bytes; from 2 to 10,000.
	Links int

	// Seed chooses the links, and the waits.
	Seed uint64

	// PageSize is the least size of a page in bytes; shorter ones are filled up with text. Default 0, and at most 16 MiB.
	PageSize int

	// MinLatency and MaxLatency bound a pseudo-random wait before each answer, that of robots.txt included, chosen by its path and Seed.
	// MaxLatency below MinLatency counts as equal to it. Default 0.
	MinLatency, MaxLatency time.Duration
}

const (
	defaultWebPages = 1000
	defaultWebLinks = 8
	maxWebPages     = 100_000_000
	maxWebHosts     = 1_000_000
	maxWebLinks     = 10_000
	maxWebPageSize  = 16 << 20
)

// Web is a synthetic web of any size in constant memory: which page links to which is computed when it is asked for. It is an http.Handler that
// goes by the host asked for, so that it serves a hundred thousand hosts as a plain HTTP proxy, and an http.RoundTripper, which needs no
// sockets. It is safe for concurrent use.
type Web struct{ opts WebOptions }

// NewWeb returns the web that opts describe. It fails if one of them is out of its range.
func NewWeb(opts WebOptions) (*Web, error) {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&opts.Pages, defaultWebPages)
	set(&opts.Hosts, 1)
	set(&opts.Links, defaultWebLinks)
	switch {
	case opts.Pages < 1 || opts.Pages > maxWebPages:
		return nil, fmt.Errorf("site: web: %d pages: want 1 to %d", opts.Pages, maxWebPages)
	case opts.Hosts < 1 || opts.Hosts > min(maxWebHosts, opts.Pages):
		return nil, fmt.Errorf("site: web: %d hosts: want 1 to %d, and no more than pages", opts.Hosts, maxWebHosts)
	case opts.Links < 2 || opts.Links > maxWebLinks:
		return nil, fmt.Errorf("site: web: %d links a page: want 2 to %d", opts.Links, maxWebLinks)
	case opts.PageSize < 0 || opts.PageSize > maxWebPageSize:
		return nil, fmt.Errorf("site: web: pages of %d bytes: want 0 to %d", opts.PageSize, maxWebPageSize)
	case min(opts.MinLatency, opts.MaxLatency) < 0:
		return nil, fmt.Errorf("site: web: latency from %v to %v: a time is negative", opts.MinLatency, opts.MaxLatency)
	}
	return &Web{opts: opts}, nil
}

// First is the URL of the first page, from which all others are reached.
func (w *Web) First() string { return w.URL(0) }

// URL is that of page n, from 0: http://h000123.example/page/1000123.html
func (w *Web) URL(n int) string { return string(w.appendURL(nil, n)) }

func (w *Web) host(n int) int { return n % w.opts.Hosts }

// children are the pages that only page n is sure to link to, from first up to, but without, end: those of a tree in which the pages are
// numbered row by row.
func (w *Web) children(n int) (first, end int) {
	fan := w.opts.Links / 2
	return min(n*fan+1, w.opts.Pages), min(n*fan+1+fan, w.opts.Pages)
}

// appendLinks appends the pages that page n links to, its children first.
func (w *Web) appendLinks(links []int, n int) []int {
	first, end := w.children(n)
	for child := first; child < end; child++ {
		links = append(links, child)
	}
	rng := rand.New(rand.NewPCG(w.opts.Seed, uint64(n)))
	for i := range w.opts.Links - (end - first) {
		var to int
		switch i % 3 {
		case 0: // on its host
			host := w.host(n)
			to = host + w.opts.Hosts*rng.IntN((w.opts.Pages-host+w.opts.Hosts-1)/w.opts.Hosts)
		case 1: // anywhere
			to = rng.IntN(w.opts.Pages)
		default: // a popular page: one of twice the number is half as popular
			to = rng.IntN(1 << rng.IntN(bits.Len(uint(w.opts.Pages))))
		}
		links = append(links, to)
	}
	return links
}

// Expected is what a crawl from First reaches if it follows links to the given depth, negative for all, whatever the host: each URL with the
// length of the shortest way to it. Unlike all else of a Web it takes memory for every page.
func (w *Web) Expected(depth int) map[string]int {
	depths := map[string]int{w.First(): 0}
	seen := make([]bool, w.opts.Pages)
	seen[0] = true
	var links []int
	for level, pages := 0, []int{0}; len(pages) > 0 && level != depth; level++ {
		var next []int
		for _, page := range pages {
			links = w.appendLinks(links[:0], page)
			for _, link := range links {
				if !seen[link] {
					seen[link] = true
					depths[w.URL(link)] = level + 1
					next = append(next, link)
				}
			}
		}
		pages = next
	}
	return depths
}

// pause waits as long as the answer for a path takes, and reports whether the client is still there.
func (w *Web) pause(ctx context.Context, path string) bool {
	d := Options{MinLatency: w.opts.MinLatency, MaxLatency: w.opts.MaxLatency, Seed: w.opts.Seed}.latency(path, 0)
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
