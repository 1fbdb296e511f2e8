package fetch

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func bomb(t *testing.T, coding string, n int) string {
	t.Helper()
	return encode(t, coding, strings.Repeat("\x00", n))
}

func TestDecodeLimits(t *testing.T) {
	const mib = 1 << 20
	large := bomb(t, "gzip", 40*mib)
	for _, c := range []struct {
		name           string
		body           string
		header         string
		max, ratio     int64
		atLeast, below int
		part           string
	}{
		{"ratio", large, "gzip", 0, 200, 10 * mib, 30 * mib, "more than 200 times its size"},
		{"size", large, "gzip", 5 * mib, 200, 5 * mib, 5*mib + 1, "more than 5 MiB decoded"},
		{"nested", encode(t, "gzip", large), "gzip, gzip", 0, 200, 10 * mib, 12 * mib, "200 times"},
		{"bomb inside", encode(t, "br", large), "gzip, br", 64 * mib, 200, 10 * mib, 12 * mib, "200 times"},
		{"each stage modest, together not", encode(t, "gzip", bomb(t, "huffman", 24*mib)), "deflate, gzip", 0, 200, 10 * mib, 30 * mib, "200 times"},
		{"zstd", bomb(t, "zstd", 40*mib), "zstd", 0, 200, 10 * mib, 12 * mib, "200 times"},
		{"br", bomb(t, "br", 40*mib), "br", 0, 200, 10 * mib, 30 * mib, "200 times"},
		{"plain", strings.Repeat("x", 3*mib), "", 2 * mib, 0, 2 * mib, 2*mib + 1, "more than 2 MiB in the body"},
		{"said to be gzip", strings.Repeat("x", 3*mib), "gzip", 2 * mib, 0, 2 * mib, 2*mib + 1, "more than 2 MiB decoded"},
		{"no limits", large, "gzip", 0, 0, 40 * mib, 40*mib + 1, ""},
		{"just the size", encode(t, "gzip", strings.Repeat("x", 2*mib)), "gzip", 2 * mib, 0, 2 * mib, 2*mib + 1, ""},
		{"just the size, plain", strings.Repeat("x", 2*mib), "", 2 * mib, 0, 2 * mib, 2*mib + 1, ""},
		{"a high ratio of little", bomb(t, "gzip", 9*mib), "gzip", 0, 200, 9 * mib, 9*mib + 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := DefaultOptions()
			o.MaxBody, o.MaxRatio, o.Wire = c.max, c.ratio, coded(c.body, c.header)
			got := get(t, newTransport(t, o), "http://a.test")
			if c.part == "" && got.err != nil {
				t.Error(got.err)
			} else if c.part != "" {
				wantError(t, got.err, KindTooLarge, PhaseBody, c.part)
			}
			if len(got.body) < c.atLeast || len(got.body) >= c.below {
				t.Errorf("%d bytes, want %d to %d", len(got.body), c.atLeast, c.below)
			}
		})
	}
}

func TestBombTakesNoMemory(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		body := bomb(t, coding, 40<<20)
		o := DefaultOptions()
		o.Wire = coded(body, coding)
		tr := newTransport(t, o)
		req, _ := http.NewRequest("GET", "http://a.test", nil)
		resp, err := tr.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = io.Copy(io.Discard, struct{ io.Reader }{resp.Body})
		runtime.ReadMemStats(&after)
		resp.Body.Close()
		if KindOf(err) != KindTooLarge {
			t.Errorf("%s: %v", coding, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
			t.Errorf("%s: %d MiB allocated", coding, took>>20)
		}
	}
}

func TestDecodersAreShared(t *testing.T) {
	var all sync.WaitGroup
	url := map[string]string{}
	pages := map[string]string{}
	for i, coding := range []string{"gzip", "br", "zstd", "deflate"} {
		pages[coding] = prose(50_000 + i)
		body := encode(t, coding, pages[coding])
		head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n", coding, len(body))
		url[coding] = "http://" + serveRaw(t, answering(head+body))
	}
	tr := newTransport(t, unlimited())
	for coding := range pages {
		for range 4 {
			all.Go(func() {
				for i := range 10 {
					req, _ := http.NewRequest("GET", url[coding], nil)
					resp, err := tr.RoundTrip(req)
					if err != nil {
						t.Error(err)
						return
					}
					if i%3 == 0 { // leaves in the middle
						_, _ = io.ReadFull(resp.Body, make([]byte, 100))
					} else if body, err := ReadBody(resp, nil); err != nil || string(body) != pages[coding] {
						t.Errorf("%s: %d bytes, %v", coding, len(body), err)
					}
					resp.Body.Close()
				}
			})
		}
	}
	all.Wait()
}
