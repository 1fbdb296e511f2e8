package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/sink"
)

// archivedPage is a record of a page, as a tool of old would write it.
func archivedPage(url, body string, header ...string) string {
	block := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + strings.Join(header, "") + "\r\n" + body
	return archiveRecord("response", url, block, "Content-Type: application/http; msgtype=response\r\n")
}

func archiveRecord(kind, url, block string, fields ...string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2020-02-29T12:00:00Z\r\n"+
		"WARC-Record-ID: <urn:test:%s:%s>\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, url, kind, url, strings.Join(fields, ""), len(block), block)
}

// unevenPages is an archive whose pages take very different times to parse.
func unevenPages(n int) string {
	var b strings.Builder
	for i := range n {
		size := 1
		switch {
		case i%97 == 0:
			size = 3000
		case i%10 == 0:
			size = 100
		}
		body := fmt.Sprintf("<title>%d</title>", i) + strings.Repeat("<p>text <a href=/x?a=1&b=2>a link</a>\n", size)
		b.WriteString(archivedPage(fmt.Sprintf("http://a.example/%d", i), body))
	}
	return b.String()
}

func TestExtractKeepsTheOrder(t *testing.T) {
	archive := unevenPages(700)
	var want []byte
	for _, run := range []struct{ processors, concurrency int }{{1, 1}, {1, 16}, {2, 1}, {2, 16}, {2, 64}} {
		before := runtime.GOMAXPROCS(run.processors)
		got, _, err := extractLines(t, t.Context(), ExtractConfig{Files: []string{"-"}, Stdin: strings.NewReader(archive), Concurrency: run.concurrency})
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
			i := 0
			for line := range bytes.Lines(got) {
				if r, err := sink.Decode(line); err != nil || deref(r.Title) != fmt.Sprint(i) {
					t.Fatalf("line %d: %v, title %q", i, err, deref(r.Title))
				}
				i++
			}
			if i != 700 {
				t.Fatalf("%d lines", i)
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("GOMAXPROCS=%d -c %d: other bytes than those of one worker", run.processors, run.concurrency)
		}
	}
}

// TestExtractCompressesTheSame holds that batches don't depend on timing either.
func TestExtractCompressesTheSame(t *testing.T) {
	archive := unevenPages(700)
	var want []byte
	for _, concurrency := range []int{1, 16} {
		name := filepath.Join(t.TempDir(), "pages.jsonl.gz")
		x, err := NewExtractor(ExtractConfig{Files: []string{"-"}, Stdin: strings.NewReader(archive), Concurrency: concurrency, Output: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("-c %d: other bytes", concurrency)
		}
	}
}

func TestExtractedPages(t *testing.T) {
	archive := unevenPages(50)
	x, err := NewExtractor(ExtractConfig{Files: []string{"-"}, Stdin: strings.NewReader(archive)})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for page, err := range x.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if title := page.Document.Goquery().Find("title").Text(); title != fmt.Sprint(i) || int64(len(page.Body)) != page.Bytes || page.Header.Get("Content-Type") == "" {
			t.Errorf("page %d: title %q, %d bytes of %d", i, title, len(page.Body), page.Bytes)
		}
		if i++; i == 40 {
			break
		}
	}
	if i != 40 {
		t.Errorf("%d pages", i)
	}
	for _, err := range x.Pages(t.Context()) {
		if !errors.Is(err, ErrUsed) {
			t.Error(err)
		}
	}
}

// TestExtractIsDrained stops in the middle of a stream that never ends: what was read
// is written.
func TestExtractIsDrained(t *testing.T) {
	in, feed := io.Pipe()
	var out bytes.Buffer
	x, err := NewExtractor(ExtractConfig{Files: []string{"-"}, Stdin: in, Output: "-", Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		// The fourth begins, and the rest of it never comes.
		_, _ = io.WriteString(feed, unevenPages(3)+archivedPage("http://a.example/cut", "<title>cut</title>")[:250])
		x.Drain()
	}()
	stats, err := x.Run(t.Context())
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("Run: %v", err)
	}
	if lines := bytes.Count(out.Bytes(), []byte("\n")); lines > 3 || int64(lines) != stats.Lines || !bytes.HasSuffix(out.Bytes(), []byte("\n")) && lines > 0 {
		t.Errorf("%d lines, %d counted", lines, stats.Lines)
	}
	in.Close() // lets go of the read that was left behind
}

func TestExtractEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reads := 0
	stdin := readerFunc(func(p []byte) (int, error) {
		if reads++; reads == 20 {
			cancel()
		}
		return copy(p, archivedPage("http://a.example/", "<title>again</title>")), nil
	})
	_, _, err := extractErr(t, ctx, ExtractConfig{Files: []string{"-"}, Stdin: stdin})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("Run: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestExtractWriteFails ends all parts when the output does.
func TestExtractWriteFails(t *testing.T) {
	failure := errors.New("cable cut")
	x, err := NewExtractor(ExtractConfig{Files: []string{"-"}, Stdin: strings.NewReader(unevenPages(700)), Output: "-",
		Stdout: writerFunc(func([]byte) (int, error) { return 0, failure })})
	if err != nil {
		t.Fatal(err)
	}
	var write *sink.WriteError
	if _, err := x.Run(t.Context()); !errors.As(err, &write) || !errors.Is(err, failure) {
		t.Errorf("Run: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
