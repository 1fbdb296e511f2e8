package sink

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pageRecord is a line with something in every key. Its links and headings have text in several scripts, since pages do.
func pageRecord(n, links, headings int) Record {
	r := Record{
		URL:          fmt.Sprintf("https://bookshop.example/shelf/%d?page=2&sort=title", n),
		RequestedURL: fmt.Sprintf("../shelf/%d", n),
		Status:       new(200),
		Redirects:    []Hop{{"https://bookshop.example/s", 301}, {"https://bookshop.example/shelf", 302}},
		FetchedAt:    time.Date(2026, 11, 22, 11, 30, 0, 123_000_000, time.UTC),
		DurationMS:   48,
		Depth:        2,
		Parent:       new("https://bookshop.example/"),
		Attempt:      1,
		ContentType:  new("text/html"),
		Charset:      new("utf-8"),
		CharsetFrom:  new(CharsetHeader),
		Bytes:        26_112,
		SHA256:       new("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
		Truncated:    true,
		Title:        new("Shelf \"B\" — récits de mer"),
		Description:  new("Books on harbours, <tides> & pilots"),
		Language:     new("fr"),
		Canonical:    new("https://bookshop.example/shelf"),
		Error:        &PageError{Kind: "timeout", Phase: new("body"), Message: "no byte for 30 s", Attempts: 3},
	}
	for i := range headings {
		r.Headings = append(r.Headings, Heading{Level: i%6 + 1, Text: fmt.Sprintf("Chapter %d: le port de Saint-Servan", i)})
	}
	for i := range links {
		link := Link{
			URL:  fmt.Sprintf("https://bookshop.example/books/%04d/the-pilot-of-the-estuary.html", i),
			Text: fmt.Sprintf("The pilot, volume %d 港の本", i),
		}
		if i%5 == 0 {
			link.Rel = new("nofollow noopener")
		}
		r.Links = append(r.Links, link)
	}
	return r
}

// numberedBatch has count lines that say which batch and line they are, so that a test can tell what is in a file.
func numberedBatch(batch, count int) Batch {
	var b Batch
	for line := range count {
		b.Lines = fmt.Appendf(b.Lines, "{\"batch\":%d,\"line\":%d,\"text\":%q}\n", batch, line, "les marées du port")
		b.Count++
	}
	return b
}

// bigBatch has one line of the size.
func bigBatch(size int) Batch {
	return Batch{Lines: append(bytes.Repeat([]byte{'x'}, size-1), '\n'), Count: 1}
}

func openForTest(t *testing.T, name string, opts Options) *Writer {
	t.Helper()
	w, err := Open(name, opts)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func writeForTest(t *testing.T, w *Writer, b Batch) (offset int64) {
	t.Helper()
	return checkpointForTest(t, w, b).Offset
}

func checkpointForTest(t *testing.T, w *Writer, b Batch) Checkpoint {
	t.Helper()
	at, err := w.Write(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func closeForTest(t *testing.T, w *Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func readForTest(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func tempFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
