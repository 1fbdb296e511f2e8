//go:build unix

package crawler

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/parse"
	"github.com/seed-5a061891/trawl/sink"
)

// realPages are those of openjdk-17-doc, if it is installed, and else pages made to
// be as large and to have as many links.
func realPages(b *testing.B) (pages [][]byte) {
	b.Helper()
	const most = 2000
	files, err := filepath.Glob("/usr/share/doc/openjdk-17-doc/api/java.base/java/*/*.html")
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files[:min(len(files), most)] {
		page, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, page)
	}
	if len(pages) > 0 {
		return pages
	}
	for i := range most {
		var p strings.Builder
		fmt.Fprintf(&p, "<!DOCTYPE html>\n<html lang=en><head><title>Page %d</title></head><body><h1>Page %[1]d</h1>\n", i)
		for j := range 107 {
			fmt.Fprintf(&p, "<div class=\"member-summary\"><h3 id=\"m%d\">Member %[1]d</h3><code><a href=\"../page-%d.html\" title=\"of page\">of(int)</a></code>"+
				"<p>What it does, and what with <b>which</b> of its %d arguments, in words.</p></div>\n", j, (i*31+j)%most, i%7)
		}
		pages = append(pages, []byte(p.String()))
	}
	return pages
}

// archiveOf records pages as a crawl does.
func archiveOf(b *testing.B, name string, pages [][]byte) []byte {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	w, err := warc.Create(path, warc.WriterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for i, page := range pages {
		err := w.Write(w.Encode(&warc.Exchange{
			URL: fmt.Sprintf("http://a.example/api/page-%d.html", i), Start: time.Unix(1e9, 0), Duration: time.Millisecond, Sent: true,
			Request: []byte("GET / HTTP/1.1\r\nHost: a.example\r\nUser-Agent: trawl\r\n\r\n"),
			Status:  "200 OK", Header: map[string][]string{"Content-Type": {"text/html"}}, Body: page,
		}))
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// parseFromMemory is what extraction can't do without: it parses the pages and
// encodes their lines, on all processors.
func parseFromMemory(b *testing.B, pages [][]byte) {
	var next atomic.Int64
	var parts sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		parts.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(pages) {
					return
				}
				doc, err := parse.HTML(pages[i], parse.Options{URL: fmt.Sprintf("http://a.example/api/page-%d.html", i)})
				if err != nil {
					b.Error(err)
					return
				}
				r := sink.Record{URL: "http://a.example/", Title: &doc.Title, Links: make([]sink.Link, len(doc.Links)), Headings: make([]sink.Heading, len(doc.Headings))}
				for i, l := range doc.Links {
					r.Links[i] = sink.Link{URL: l.URL, Text: l.Text}
				}
				for i, h := range doc.Headings {
					r.Headings[i] = sink.Heading{Level: h.Level, Text: h.Text}
				}
				_, _ = io.Discard.Write(r.AppendJSON(make([]byte, 0, lineRoom+linkRoom*len(r.Links))))
			}
		})
	}
	parts.Wait()
}

// spent is the time of a clock, and that of the processors: on a machine with other
// work only the latter tells.
type spent struct{ wall, cpu time.Duration }

func (s *spent) measure(b *testing.B, f func()) {
	b.Helper()
	runtime.GC() // what was left is nobody's
	began, used := time.Now(), cpuTime(b)
	f()
	s.wall += time.Since(began)
	s.cpu += cpuTime(b) - used
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkExtract extracts an archive, and parses the same pages from memory in turn.
// x-wall and x-cpu are the ratios of their times, and heap-MB what is in use at the end.
func BenchmarkExtract(b *testing.B) {
	pages := realPages(b)
	bytesOfAll := int64(len(bytes.Join(pages, nil)))
	for _, bench := range []struct {
		name, file string
		noDigests  bool
	}{
		{"gzip", "pages.warc.gz", false},
		{"gzip-undigested", "pages.warc.gz", true},
		{"plain", "pages.warc", false},
	} {
		b.Run(bench.name, func(b *testing.B) {
			archive := archiveOf(b, bench.file, pages)
			b.SetBytes(bytesOfAll)
			var extracting, parsing spent
			var most uint64
			for b.Loop() {
				extracting.measure(b, func() {
					x, err := NewExtractor(ExtractConfig{
						Files: []string{"-"}, Stdin: bytes.NewReader(archive), Output: "-", Stdout: io.Discard, NoDigests: bench.noDigests,
					})
					if err != nil {
						b.Fatal(err)
					}
					if stats, err := x.Run(b.Context()); err != nil || stats.Lines != int64(len(pages)) {
						b.Fatalf("%v, %d lines of %d", err, stats.Lines, len(pages))
					}
				})
				b.StopTimer()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
				parsing.measure(b, func() { parseFromMemory(b, pages) })
				b.StartTimer()
			}
			b.ReportMetric(extracting.wall.Seconds()/parsing.wall.Seconds(), "x-wall")
			b.ReportMetric(extracting.cpu.Seconds()/parsing.cpu.Seconds(), "x-cpu")
			b.ReportMetric(float64(most>>20), "heap-MB")
			b.ReportMetric(float64(b.N*len(pages))/extracting.wall.Seconds(), "pages/s")
		})
	}
}
