package site

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func newWeb(t *testing.T, opts WebOptions) *Web {
	t.Helper()
	w, err := NewWeb(opts)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWebReachesEveryPage(t *testing.T) {
	for _, opts := range []WebOptions{
		{},
		{Pages: 1},
		{Pages: 2, Links: 2},
		{Pages: 500, Hosts: 500, Links: 3, Seed: 1},
		{Pages: 1001, Hosts: 17, Links: 20, Seed: 2},
		{Pages: 70, Hosts: 69, Links: 10_000},
	} {
		w := newWeb(t, opts)
		depths := w.Expected(-1)
		if len(depths) != w.opts.Pages {
			t.Errorf("%+v: %d of %d pages can be reached", opts, len(depths), w.opts.Pages)
		}
		if d, ok := depths[w.First()]; !ok || d != 0 {
			t.Errorf("%+v: the first page is at depth %d, %v", opts, d, ok)
		}
	}
}

func TestWebExpectedStopsAtADepth(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 3000, Hosts: 100})
	all := w.Expected(-1)
	for depth := range 6 {
		want := map[string]int{}
		for url, d := range all {
			if d <= depth {
				want[url] = d
			}
		}
		got := w.Expected(depth)
		if len(got) != len(want) || len(got) == len(all) {
			t.Errorf("to depth %d: %d pages, want %d, of %d", depth, len(got), len(want), len(all))
		}
		for url, d := range got {
			if want[url] != d {
				t.Errorf("to depth %d: %s is at %d, want %d", depth, url, d, want[url])
			}
		}
	}
}

// TestWebIsTheSameEverywhere pins what a seed gives: an interrupted crawl goes on in a web that another process serves.
func TestWebIsTheSameEverywhere(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 100_000_000, Hosts: 1_000_000, Seed: 3})
	for page, want := range map[int][]int{
		0:          {1, 2, 3, 4, 28_000_000, 90_742_940, 3, 59_000_000},
		12_345_678: {49_382_713, 49_382_714, 49_382_715, 49_382_716, 4_345_678, 83_082_256, 109, 4_345_678},
		99_999_999: {74_999_999, 22_745_342, 3_981_994, 33_999_999, 34_816_070, 193, 43_999_999, 39_990_438},
	} {
		if got := w.appendLinks(nil, page); !slices.Equal(got, want) {
			t.Errorf("page %d links to %v, want %v", page, got, want)
		}
	}
}

func TestWebLinksOfAPage(t *testing.T) {
	const pages, hosts = 10_000, 100
	w := newWeb(t, WebOptions{Pages: pages, Hosts: hosts, Links: 11})
	sameHost, times := 0, make([]int, pages)
	for page := range pages {
		links := w.appendLinks(nil, page)
		if len(links) != 11 {
			t.Fatalf("page %d has %d links", page, len(links))
		}
		first, end := w.children(page)
		for _, link := range links[end-first:] {
			times[link]++
			if w.host(link) == w.host(page) {
				sameHost++
			}
		}
	}
	// All but the 10,000 links of the tree are of three kinds; of those that go anywhere, one in a hundred hits the host by chance.
	others := 11*pages - pages
	if share := float64(sameHost) / float64(others); math.Abs(share-1.0/3) > 0.1 {
		t.Errorf("%.2f of the links stay on their host, want a third", share)
	}
	if popular, ordinary := times[1], times[pages/2]; popular < 20*ordinary {
		t.Errorf("page 1 has %d links and page %d has %d", popular, pages/2, ordinary)
	}
}

func TestWebSpreadsItsPages(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 1003, Hosts: 50})
	perHost := map[string]int{}
	for url := range w.Expected(-1) {
		host, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
		perHost[host]++
	}
	for host, n := range perHost {
		if n < 20 || n > 21 {
			t.Errorf("%d pages on %s, want 20 or 21", n, host)
		}
	}
	if len(perHost) != 50 || perHost["h000000.example"] == 0 || perHost["h000049.example"] == 0 {
		t.Errorf("the hosts are %v", perHost)
	}
}

// TestWebTakesNoMemory asks for pages all over the largest web.
func TestWebTakesNoMemory(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: maxWebPages, Hosts: maxWebHosts})
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	total := 0
	for i := range 20_000 {
		total += len(w.page(i * 4999))
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("20,000 pages left %d bytes on the heap", after-before)
	}
	if mean := total / 20_000; mean < 300 || mean > 700 {
		t.Errorf("a page has %d bytes in the mean, want about 500", mean)
	}
	runtime.KeepAlive(w)
}

func TestWebOptionsOutOfRange(t *testing.T) {
	for _, opts := range []WebOptions{
		{Pages: -1}, {Pages: 100_000_001}, {Hosts: -1}, {Hosts: 1_000_001, Pages: 2_000_000}, {Pages: 10, Hosts: 11}, {Links: 1}, {Links: 10_001},
		{PageSize: -1}, {PageSize: 16<<20 + 1}, {MinLatency: -1}, {MaxLatency: -1},
	} {
		if _, err := NewWeb(opts); err == nil || !strings.HasPrefix(err.Error(), "site: web: ") {
			t.Errorf("%+v: %v, want an error", opts, err)
		}
	}
}

func TestWebLatencyEndsWithItsClient(t *testing.T) {
	w := newWeb(t, WebOptions{MinLatency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if w.pause(ctx, "/page/0.html") {
		t.Error("an hour has passed")
	}
}
