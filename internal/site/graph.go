package site

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
)

// GraphOptions of a Graph. The same options give the same graph.
type GraphOptions struct {
	// Pages is how many pages there are, all of them reachable from the first. Default 100, at most 1,000,000.
	Pages int

	// MaxLinks bounds the links a page has besides those that make everything reachable. Default 8, at most 1,000; -1 for none.
	MaxLinks int

	// Depth is the number of layers below the first page. Default 6; at most Pages-1. Every page has a link from the layer above, and
	// most links go to a page at most one layer below their own, but one in sixteen goes anywhere: so the first way to a
	// page that a crawler finds is often not the shortest.
	Depth int

	// Seed chooses the links.
	Seed uint64

	// Broken is the share of pages, from 0 to 1, that always answer 500, and whose links nobody sees. The first page is never broken.
	Broken float64

	// Flaky is the share of the other pages that answer 503 to the first request.
	Flaky float64
}

const (
	defaultGraphPages = 100
	defaultGraphLinks = 8
	defaultGraphDepth = 6
	maxGraphPages     = 1_000_000
	maxGraphLinks     = 1_000
	graphRoot         = "/graph/"
)

// Graph is a pseudo-random web of pages below /graph/, whose outcome can be computed. It is an http.Handler, and safe for concurrent use.
type Graph struct {
	opts  GraphOptions
	links [][]int32
	fate  []fate
	asked []atomic.Bool // whether a flaky page has failed once
}

type fate uint8

const (
	sound fate = iota
	broken
	flaky
)

// NewGraph lays out a graph. It fails if an option is out of its range.
func NewGraph(opts GraphOptions) (*Graph, error) {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&opts.Pages, defaultGraphPages)
	set(&opts.MaxLinks, defaultGraphLinks)
	set(&opts.Depth, min(defaultGraphDepth, opts.Pages-1))
	switch {
	case opts.Pages < 1 || opts.Pages > maxGraphPages:
		return nil, fmt.Errorf("site: graph: %d pages: want 1 to %d", opts.Pages, maxGraphPages)
	case opts.MaxLinks < -1 || opts.MaxLinks > maxGraphLinks:
		return nil, fmt.Errorf("site: graph: %d links a page: want -1 (none) to %d", opts.MaxLinks, maxGraphLinks)
	case opts.Depth < 0 || opts.Depth > opts.Pages-1 || opts.Depth == 0 && opts.Pages > 1:
		return nil, fmt.Errorf("site: graph: depth %d: want 1 to %d, the pages below the first", opts.Depth, opts.Pages-1)
	case !(opts.Broken >= 0 && opts.Broken <= 1 && opts.Flaky >= 0 && opts.Flaky <= 1):
		return nil, fmt.Errorf("site: graph: broken %v, flaky %v: want shares from 0 to 1", opts.Broken, opts.Flaky)
	}
	g := &Graph{opts: opts, links: make([][]int32, opts.Pages), fate: make([]fate, opts.Pages), asked: make([]atomic.Bool, opts.Pages)}
	g.layOut()
	return g, nil
}

func (g *Graph) layOut() {
	rng := rand.New(rand.NewPCG(g.opts.Seed, uint64(g.opts.Pages)))
	for page := 1; page < g.opts.Pages; page++ {
		above := g.layer(page) - 1
		from := g.firstOf(above)
		parent := from + rng.IntN(g.firstOf(above+1)-from)
		g.links[parent] = append(g.links[parent], int32(page))
	}
	for page := range g.opts.Pages {
		below := g.firstOf(min(g.layer(page)+2, g.opts.Depth+1))
		for range rng.IntN(max(g.opts.MaxLinks, 0) + 1) {
			reach := below
			if rng.IntN(16) == 0 {
				reach = g.opts.Pages
			}
			g.links[page] = append(g.links[page], int32(rng.IntN(reach)))
		}
		rng.Shuffle(len(g.links[page]), func(i, j int) { g.links[page][i], g.links[page][j] = g.links[page][j], g.links[page][i] })
		if chance := rng.Float64(); page > 0 && chance < g.opts.Broken {
			g.fate[page] = broken
		} else if rng.Float64() < g.opts.Flaky {
			g.fate[page] = flaky
		}
	}
}

// layer is how far below the first page another is laid: the pages after the first, shared out evenly.
func (g *Graph) layer(page int) int {
	if page == 0 {
		return 0
	}
	return 1 + (page-1)*g.opts.Depth/(g.opts.Pages-1)
}

// firstOf is the first page of a layer; of the layer below the last, the number of pages.
func (g *Graph) firstOf(layer int) int {
	if layer == 0 {
		return 0
	}
	if g.opts.Depth == 0 {
		return g.opts.Pages
	}
	return 1 + ((layer-1)*(g.opts.Pages-1)+g.opts.Depth-1)/g.opts.Depth
}

// Root is the path of the first page.
func (g *Graph) Root() string { return graphPath(0) }

func graphPath(page int) string { return fmt.Sprintf("%s%d.html", graphRoot, page) }

// Expected is what a crawl from Root reaches if it follows links to the given depth, negative for all: each path with the length of the
// shortest way to it. Broken pages are in it, but lead nowhere.
func (g *Graph) Expected(depth int) map[string]int {
	depths := map[string]int{graphPath(0): 0}
	seen := make([]bool, g.opts.Pages)
	seen[0] = true
	for level, pages := 0, []int32{0}; len(pages) > 0 && level != depth; level++ {
		var next []int32
		for _, page := range pages {
			if g.fate[page] == broken {
				continue
			}
			for _, link := range g.links[page] {
				if !seen[link] {
					seen[link] = true
					depths[graphPath(int(link))] = level + 1
					next = append(next, link)
				}
			}
		}
		pages = next
	}
	return depths
}

// Broken are the paths of the pages that always answer 500, in no further order than their numbers'.
func (g *Graph) Broken() []string {
	var paths []string
	for page, fate := range g.fate {
		if fate == broken {
			paths = append(paths, graphPath(page))
		}
	}
	return slices.Clip(paths)
}
