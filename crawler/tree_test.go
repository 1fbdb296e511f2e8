package crawler

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

// tree is a web of n pages on two hosts: each links to two more, to the first and
// to one that is gone. A crawl of it has 2n+3 lines, the rest being 404s.
func tree(n int) *web {
	w := newWeb()
	w.other = func(r *http.Request) *http.Response {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &i); err != nil || i >= n {
			return nil
		}
		return htmlPage(treeURL(2*i+1), treeURL(2*i+2), treeURL(0), "/gone", "http://c.example/")
	}
	return w
}

const treeLines = 2*120 + 3

func treeURL(i int) string { return fmt.Sprintf("http://%c.example/%d", 'a'+i%2, i) }

func treeConfig(w http.RoundTripper, output string) Config {
	c := flatOut(w, treeURL(0))
	c.Output, c.AllowedDomains, c.Concurrency = output, []string{"b.example"}, 4
	return c
}

// runOnce runs a crawl; if after is above 0 it is stopped when so many requests
// were answered, at once or gently.
func runOnce(t *testing.T, c Config, after int, gently bool) (Stats, error) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if after > 0 {
		n := 0
		inner := c.Transport
		answered := make(chan struct{}, 1000)
		crawler.config.Fetch.Wire = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			answered <- struct{}{}
			return resp, err
		})
		go func() {
			for range answered {
				if n++; n == after && gently {
					crawler.Drain()
				} else if n == after {
					stop()
				}
			}
		}()
		defer close(answered)
	}
	stats, err := crawler.Run(ctx)
	if !stats.Balanced() {
		t.Errorf("the balance is off: %+v", stats.Counts)
	}
	return stats, err
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// linesOf reads an output, whatever its compression, and fails if a line is torn
// or doubled.
func linesOf(t *testing.T, output string) map[string]sink.Record {
	t.Helper()
	data, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(output) {
	case ".gz":
		r, gzErr := gzip.NewReader(bytes.NewReader(data))
		if gzErr != nil {
			t.Fatal(gzErr)
		}
		data, err = io.ReadAll(r)
	case ".zst":
		r, zstErr := zstd.NewReader(bytes.NewReader(data))
		if zstErr != nil {
			t.Fatal(zstErr)
		}
		defer r.Close()
		data, err = io.ReadAll(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	n := int64(bytes.Count(data, []byte("\n")))
	return recordsOf(t, data, Stats{Lines: n, Counts: frontier.Counts{Fetched: n, Discovered: n}})
}

func sameLines(t *testing.T, got, want map[string]sink.Record) {
	t.Helper()
	for url, w := range want {
		g, ok := got[url]
		if !ok {
			t.Errorf("%s is missing", url)
			continue
		}
		if status(g) != status(w) || g.Depth != w.Depth || len(g.Links) != len(w.Links) {
			t.Errorf("%s: %+v, want %+v", url, g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}
