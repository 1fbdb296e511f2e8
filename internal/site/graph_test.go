package site

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newGraph(t *testing.T, opts GraphOptions) *Graph {
	t.Helper()
	g, err := NewGraph(opts)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGraphIsAFunctionOfItsOptions(t *testing.T) {
	opts := GraphOptions{Pages: 500, Seed: 3, Broken: 0.1, Flaky: 0.1}
	one, two := newGraph(t, opts), newGraph(t, opts)
	if diff := cmp.Diff(one.links, two.links); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(one.fate, two.fate); diff != "" {
		t.Error(diff)
	}
	opts.Seed++
	if cmp.Equal(one.links, newGraph(t, opts).links) {
		t.Error("another seed gives the same links")
	}
}

func TestGraphReachesEverything(t *testing.T) {
	for _, opts := range []GraphOptions{
		{Pages: 1}, {Pages: 2}, {Pages: 3, Depth: 2}, {}, {Pages: 1000, MaxLinks: -1, Depth: 20}, {Pages: 1000, Depth: 999},
		{Pages: 5000, MaxLinks: 40, Depth: 3, Seed: 9},
	} {
		g := newGraph(t, opts)
		all := g.Expected(-1)
		if len(all) != g.opts.Pages {
			t.Errorf("%+v: %d pages are reached", opts, len(all))
		}
		for path, depth := range all {
			if depth > g.opts.Depth && g.opts.Pages > 1 {
				t.Errorf("%+v: %s is at depth %d", opts, path, depth)
			}
		}
		if opts.MaxLinks < 0 {
			deepest := slices.Max(slices.Collect(maps.Values(all)))
			if deepest != g.opts.Depth {
				t.Errorf("%+v: the deepest page is at %d", opts, deepest)
			}
		}
	}
}

func TestGraphExpectedByHand(t *testing.T) {
	g := &Graph{
		opts:  GraphOptions{Pages: 6},
		links: [][]int32{{1, 2, 0}, {3}, {1, 4}, {5, 5}, {5}, {0}},
		fate:  []fate{sound, broken, sound, sound, flaky, sound},
	}
	p := graphPath
	for depth, want := range map[int]map[string]int{
		0:  {p(0): 0},
		1:  {p(0): 0, p(1): 1, p(2): 1},
		2:  {p(0): 0, p(1): 1, p(2): 1, p(4): 2}, // 3 is behind the broken 1
		-1: {p(0): 0, p(1): 1, p(2): 1, p(4): 2, p(5): 3},
	} {
		if diff := cmp.Diff(want, g.Expected(depth)); diff != "" {
			t.Errorf("depth %d: %s", depth, diff)
		}
	}
	if diff := cmp.Diff([]string{p(1)}, g.Broken()); diff != "" {
		t.Error(diff)
	}
}

// A graph in which the first way found is always the shortest would not test a depth limit.
func TestGraphHasLongWaysRound(t *testing.T) {
	g := newGraph(t, GraphOptions{Pages: 2000, Depth: 10, Seed: 1})
	depths := g.Expected(-1)
	deeper := 0
	for page, links := range g.links {
		for _, link := range links {
			if depths[graphPath(int(link))] <= depths[graphPath(page)] && link != 0 {
				deeper++
			}
		}
	}
	if deeper < 1000 {
		t.Errorf("only %d links lead to a page that is no deeper", deeper)
	}
}

func TestGraphOptionsAreChecked(t *testing.T) {
	for want, opts := range map[string]GraphOptions{
		"-1 pages":      {Pages: -1},
		"1000001 pages": {Pages: 1_000_001},
		"-2 links":      {MaxLinks: -2},
		"depth 100":     {Pages: 100, Depth: 100},
		"depth -1":      {Pages: 100, Depth: -1},
		"broken 1.5":    {Broken: 1.5},
		"flaky -1":      {Flaky: -1},
	} {
		if _, err := NewGraph(opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", opts, err, want)
		}
	}
}
