package disk_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

// TestScale crawls as many URLs as TRAWL_SCALE says, on one host and on a
// hundred thousand, and checks what memory that takes. It is run in a process of
// its own:
//
//	TRAWL_SCALE=10000000 go test -run 'TestScale/one' -timeout 0 -v ./crawler/frontier/disk
func TestScale(t *testing.T) {
	urls, _ := strconv.Atoi(os.Getenv("TRAWL_SCALE"))
	if urls == 0 {
		t.Skip("TRAWL_SCALE names no number of URLs")
	}
	for _, c := range []struct {
		name  string
		hosts int
	}{{"one host", 1}, {"100,000 hosts", 100_000}} {
		t.Run(c.name, func(t *testing.T) { testScale(t, urls, c.hosts) })
	}
}

// limitRSS is what a frontier may take of memory, whatever it holds.
const limitRSS = 300 << 20

func testScale(t *testing.T, urls, hosts int) {
	dir := t.TempDir()
	opts := disk.Options{Options: frontier.Options{MaxDepth: -1}}
	f, err := disk.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	g := bigGraph{urls, hosts}
	if _, err := f.Add(t.Context(), []frontier.Offer{g.offer(0)}); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	pages := 0
	var batch frontier.Batch
	for !f.Drained() {
		r, _, err := f.Lease(t.Context(), begin)
		none := errors.Is(err, frontier.ErrNoneReady)
		if err != nil && !none {
			t.Fatal(err)
		}
		if !none {
			f.Release(r.Host, begin)
			batch.Results = append(batch.Results, frontier.Result{
				URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: g.found(r.URL)})
		}
		if none || len(batch.Results) == 64 {
			pages += len(batch.Results)
			if err := f.Commit(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			batch.Results = batch.Results[:0]
			if pages%(urls/10) < 64 {
				t.Logf("%9d pages, %v: %s", pages, time.Since(begin).Round(time.Second), memory())
			}
		}
	}
	t.Logf("%d pages in %v: %s, %d MB on disk", pages, time.Since(begin).Round(time.Second), memory(), size(t, dir)>>20)
	if c := f.Counts(); !c.Balanced() || c.Fetched != int64(urls) {
		t.Errorf("counts %+v", c)
	}
	if rss := peakRSS(); rss > limitRSS {
		t.Errorf("%d MB of memory, more than %d", rss>>20, limitRSS>>20)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	begin = time.Now()
	if f, err = disk.Open(dir, opts); err != nil {
		t.Fatal(err)
	}
	t.Logf("opened again in %v", time.Since(begin).Round(time.Millisecond))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// bigGraph is a site of pages that link to ten pages of their own, to ten that
// others have found before, and to ten that all link to.
type bigGraph struct{ urls, hosts int }

func (g bigGraph) offer(i int) frontier.Offer {
	host := fmt.Sprintf("host-%05d.example", i%g.hosts)
	return frontier.Offer{URL: fmt.Sprintf("http://%s/articles/2026/%03d/%09d.html", host, i%997, i), Host: host}
}

func (g bigGraph) found(url string) []frontier.Offer {
	base := filepath.Base(url)
	i, err := strconv.Atoi(strings.TrimSuffix(base, ".html"))
	if err != nil {
		panic(err)
	}
	var out []frontier.Offer
	for k := 1; k <= 10; k++ {
		if child := i*10 + k; child < g.urls {
			out = append(out, g.offer(child))
		}
		out = append(out, g.offer((i*7919+k*104729)%(i+1)), g.offer(k))
	}
	return out
}

func memory() string {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return fmt.Sprintf("heap %d MB, RSS at most %d MB", m.HeapAlloc>>20, peakRSS()>>20)
}

// peakRSS is in bytes, 0 where /proc doesn't tell it.
func peakRSS() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseInt(fields[0], 10, 64)
	return kb << 10
}

func size(t *testing.T, dir string) (sum int64) {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil {
			if info, err := d.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
