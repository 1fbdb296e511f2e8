//go:build unix

package soak

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/internal/site"
)

// atOnce is how many crawls run at a time: most of each is waiting for a retry.
const atOnce = 8

// TestOneSet crawls one graph again and again, with other latencies, failures in other places and another concurrency each time: the set of
// URLs is a function of the graph and the flags.
func TestOneSet(t *testing.T) {
	t.Run("depth", func(t *testing.T) {
		manyRuns(t, func(t *testing.T, run int) {
			depth := run%8 - 1
			var flags []string
			if depth >= 0 {
				flags = append(flags, "-d", strconv.Itoa(depth))
			}
			flaky, exact := 0.0, true
			switch run % 3 {
			case 0: // a retry may find a shorter path to a page whose line is written
				flaky, exact = 0.3, false
			case 1:
				flags, flaky = append(flags, "--ordered"), 0.05
			}
			g := newGraph(t, uint64(run%5), flaky)
			got, want := crawlGraph(t, g, flags...), g.Expected(depth)
			for path, d := range got {
				if !exact && d > want[path] {
					got[path] = want[path]
				}
			}
			checkDepths(t, got, want, fmt.Sprintf("run %d, depth %d, ordered and flaky as %d", run, depth, run%3))
		})
	})
	t.Run("max-pages", func(t *testing.T) {
		var mu sync.Mutex
		firsts := map[[2]int]map[string]int{}
		manyRuns(t, func(t *testing.T, run int) {
			key := [2]int{run % 3, 10 + 35*(run%3)} // which graph, and how many pages of it
			g := newGraph(t, uint64(key[0]), 0.05)
			got := crawlGraph(t, g, "--max-pages", strconv.Itoa(key[1]))
			what := fmt.Sprintf("run %d, graph %d, the first %d pages", run, key[0], key[1])
			if len(got) != key[1] {
				t.Errorf("%s: %d pages", what, len(got))
			}
			checkNearestFirst(t, got, g.Expected(-1), what)
			mu.Lock()
			defer mu.Unlock()
			if firsts[key] == nil {
				firsts[key] = got
			}
			checkDepths(t, got, firsts[key], what+", compared with another run's")
		})
	})
}

func manyRuns(t *testing.T, one func(t *testing.T, run int)) {
	var running sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for run := range inForm(20, 200) {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			t.Run(strconv.Itoa(run), func(t *testing.T) { one(t, run) })
		})
	}
	running.Wait()
}

func newGraph(t *testing.T, seed uint64, flaky float64) *site.Graph {
	t.Helper()
	g, err := site.NewGraph(site.GraphOptions{Pages: 150, Seed: seed, Broken: 0.02, Flaky: flaky})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// crawlGraph crawls and returns the depth of each path.
func crawlGraph(t *testing.T, g *site.Graph, limit ...string) map[string]int {
	t.Helper()
	o := serve(t, g, upTo(20*time.Millisecond)+1)
	concurrency := 1 + rand.IntN(64)
	args := append([]string{"--rate", "0", "--ignore-robots", "-c", strconv.Itoa(concurrency), "--retries", "1", o.url + g.Root()}, limit...)
	c := newCrawl(t, "out.jsonl", false, args...)
	c.runTo(t, complete)
	depths := map[string]int{}
	set := readWhole(t, c.output)
	for _, url := range set.urls() {
		depth, _ := set.field(url, "depth").(float64)
		depths[url[len(o.url):]] = int(depth)
	}
	return depths
}

func checkDepths(t *testing.T, got, want map[string]int, what string) {
	t.Helper()
	var missing, extra, other []string
	for path, depth := range want {
		if d, ok := got[path]; !ok {
			missing = append(missing, path)
		} else if d != depth {
			other = append(other, fmt.Sprintf("%s is at %d, want %d", path, d, depth))
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			extra = append(extra, path)
		}
	}
	if len(missing)+len(extra)+len(other) > 0 {
		t.Errorf("%s: %d URLs, want %d: %d are missing%s, %d should not be there%s, %d are at another depth%s", what, len(got), len(want),
			len(missing), excerpt(missing), len(extra), excerpt(extra), len(other), excerpt(other))
	}
}

// checkNearestFirst checks that pages are at the depth of the graph, and that none is left out that is nearer than one of them.
func checkNearestFirst(t *testing.T, got, graph map[string]int, what string) {
	t.Helper()
	deepest := 0
	for path, depth := range got {
		deepest = max(deepest, depth)
		if graph[path] != depth {
			t.Errorf("%s: %s is at %d, want %d", what, path, depth, graph[path])
		}
	}
	for path, depth := range graph {
		if _, ok := got[path]; !ok && depth < deepest {
			t.Errorf("%s: %s at depth %d is left out, for pages at depth %d", what, path, depth, deepest)
		}
	}
}
