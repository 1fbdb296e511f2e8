package warc

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// raw is a record as a tool might write it.
type raw struct {
	kind, url, id, date string
	contentType         string   // of HTTP if empty
	fields              []string // more of them, "Name: value"
	block               string
}

const rawDate = "2026-11-22T10:40:01Z"

// bytes are the record's, after the format's letter and without knowledge of this package.
func (r raw) bytes() []byte {
	if r.contentType == "" {
		r.contentType = "application/http; msgtype=response"
	}
	if r.date == "" {
		r.date = rawDate
	}
	if r.id == "" {
		r.id = "urn:test:" + r.kind + ":" + r.url
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Date: %s\r\n", r.kind, r.id, r.date)
	if r.url != "" {
		fmt.Fprintf(&b, "WARC-Target-URI: %s\r\n", r.url)
	}
	for _, f := range r.fields {
		b.WriteString(f + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", r.contentType, len(r.block), r.block)
	return b.Bytes()
}

// answer is the block of a response.
func answer(status, mime, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", status, mime, len(body), body)
}

func page(url, body string) raw {
	return raw{kind: "response", url: url, block: answer("200 OK", "text/html; charset=utf-8", body)}
}

func info() raw {
	return raw{kind: "warcinfo", contentType: contentTypeFields, block: "software: test\r\nformat: WARC File Format 1.1\r\n"}
}

// layout is how records lie in a file.
type layout func(records []raw) []byte

func plain(records []raw) []byte {
	var b bytes.Buffer
	for _, r := range records {
		b.Write(r.bytes())
	}
	return b.Bytes()
}

func zip(parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		w.Write(p)
		w.Close()
	}
	return b.Bytes()
}

// members makes gzip members of n records each.
func members(n int) layout {
	return func(records []raw) []byte {
		var parts [][]byte
		for chunk := range slices.Chunk(records, n) {
			parts = append(parts, plain(chunk))
		}
		return zip(parts...)
	}
}

func writeFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	file := name
	if !filepath.IsAbs(name) {
		file = filepath.Join(t.TempDir(), name)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func open(t testing.TB, files ...string) *Archive {
	t.Helper()
	a, err := Open(files, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func openRaw(t testing.TB, records ...raw) *Archive {
	t.Helper()
	return open(t, writeFile(t, "a.warc", plain(records)))
}

func lookup(t testing.TB, a *Archive, url string) []Entry {
	t.Helper()
	found, err := a.Lookup(url)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// only returns the one capture of a URL.
func only(t testing.TB, a *Archive, url string) *Entry {
	t.Helper()
	found := lookup(t, a, url)
	if len(found) != 1 {
		t.Fatalf("%d captures of %s, want 1", len(found), url)
	}
	return &found[0]
}

func bodyOf(t testing.TB, a *Archive, e *Entry) string {
	t.Helper()
	c, err := a.Read(e)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body, err := io.ReadAll(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
