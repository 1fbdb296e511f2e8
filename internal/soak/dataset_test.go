//go:build unix

package soak

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// dataset is what an output says of each URL: its line without what depends on timing.
type dataset map[string]string

// timings are the members of a line that two crawls of one site may differ in. Within strings the quotes are escaped.
var timings = regexp.MustCompile(`"(?:fetched_at|duration_ms|attempt)":[^,]*,`)

// readWhole reads an output that may have no torn end.
func readWhole(t *testing.T, path string) dataset {
	t.Helper()
	lines, torn := readOutput(t, path)
	if torn != "" {
		t.Fatalf("%s has a torn end: %s", path, torn)
	}
	checkWithTool(t, path)
	return parseLines(t, path, lines)
}

// readTorn reads the whole lines of an output whose process was killed. One that doesn't exist has none.
func readTorn(t *testing.T, path string) dataset {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lines, _ := readOutput(t, path)
	return parseLines(t, path, lines)
}

// readOutput returns the whole lines of an output, decompressed, and says what is torn behind them. Anything else that is wrong, in the
// middle or with a checksum, fails the test.
func readOutput(t *testing.T, path string) (lines []byte, torn string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err = io.ReadAll(decompress(t, path, file))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		torn = "the last member or frame is cut short"
	case err != nil:
		t.Fatalf("%s: after %d bytes: %v", path, len(lines), err)
	}
	whole := bytes.LastIndexByte(lines, '\n') + 1
	if rest := lines[whole:]; len(rest) > 0 {
		torn = "behind the last newline stands " + string(rest[:min(len(rest), 200)])
	}
	return lines[:whole], torn
}

func decompress(t *testing.T, path string, from io.Reader) io.Reader {
	t.Helper()
	switch filepath.Ext(path) {
	case ".gz":
		r, err := gzip.NewReader(from)
		switch {
		case errors.Is(err, io.EOF): // an empty file
			return strings.NewReader("")
		case errors.Is(err, io.ErrUnexpectedEOF):
			return failingReader{err}
		case err != nil:
			t.Fatalf("%s: %v", path, err)
		}
		return r
	case ".zst":
		r, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		t.Cleanup(r.Close)
		return r
	}
	return from
}

// failingReader has nothing but its error.
type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// checkWithTool lets the format's own program have a look, if there is one.
func checkWithTool(t *testing.T, path string) {
	t.Helper()
	tool := map[string]string{".gz": "gzip", ".zst": "zstd"}[filepath.Ext(path)]
	if _, err := exec.LookPath(tool); err != nil {
		return
	}
	if out, err := exec.Command(tool, "-t", path).CombinedOutput(); err != nil {
		t.Errorf("%s -t %s: %v\n%s", tool, path, err, out)
	}
}

// parseLines fails the test if a line isn't one JSON object, or a URL has two.
func parseLines(t *testing.T, path string, lines []byte) dataset {
	t.Helper()
	set := dataset{}
	var twice []string
	number := 0
	for line := range bytes.Lines(lines) {
		number++
		rest, isObject := bytes.CutPrefix(line, []byte(`{"url":"`))
		url, _, closed := strings.Cut(string(rest), `"`)
		if !isObject || !closed || url == "" || !json.Valid(line) {
			t.Fatalf("%s: line %d is no JSON object that begins with a URL\n%.300q", path, number, line)
		}
		if _, again := set[url]; again {
			twice = append(twice, url)
		}
		set[url] = string(timings.ReplaceAll(line, nil))
	}
	if len(twice) > 0 {
		t.Errorf("%s: %d of %d lines are of URLs that have another%s", path, len(twice), number, excerpt(twice))
	}
	return set
}

// field is that of a URL's line, nil if there is none.
func (d dataset) field(url, key string) any {
	return members(d[url])[key]
}

func (d dataset) urls() []string { return slices.Sorted(maps.Keys(d)) }

// sameSet fails the test if two datasets aren't of the same URLs with the same lines, and shows the first that differ.
func sameSet(t *testing.T, want, got dataset) {
	t.Helper()
	missing, extra := lacking(want, got), lacking(got, want)
	if len(missing)+len(extra) > 0 {
		t.Errorf("%d URLs, want %d: %d are missing%s, %d should not be there%s",
			len(got), len(want), len(missing), excerpt(missing), len(extra), excerpt(extra))
	}
	sameLines(t, want, got)
}

// sameLines compares the lines that both have.
func sameLines(t *testing.T, want, got dataset) {
	t.Helper()
	shown := 0
	for _, url := range got.urls() {
		if line, ok := want[url]; ok && line != got[url] {
			if shown++; shown > 3 {
				t.Errorf("and more lines differ")
				return
			}
			t.Errorf("the line of %s differs (-want +got):\n%.3000s", url, cmp.Diff(members(line), members(got[url])))
		}
	}
}

// members are those of a line, to be shown.
func members(line string) (m map[string]any) {
	_ = json.Unmarshal([]byte(line), &m) // it has been found valid
	return m
}

// lacking are the URLs of d that other doesn't have.
func lacking(d, other dataset) []string {
	var urls []string
	for _, url := range d.urls() {
		if _, ok := other[url]; !ok {
			urls = append(urls, url)
		}
	}
	return urls
}

func excerpt(urls []string) string {
	if len(urls) == 0 {
		return ""
	}
	more := ""
	if len(urls) > 5 {
		urls, more = urls[:5], ", …"
	}
	return " (" + strings.Join(urls, ", ") + more + ")"
}

// checkComplete checks what a complete crawl leaves: the dataset wanted, its audit, and nothing else.
func checkComplete(t *testing.T, c *crawl, want dataset, beside ...string) {
	t.Helper()
	got := readWhole(t, c.output)
	sameSet(t, want, got)
	left := map[string]bool{filepath.Base(c.output): true}
	if c.audit != "" {
		left[filepath.Base(c.audit)] = true
		checkAudit(t, readAudit(t, c.audit), got)
	}
	for _, path := range beside {
		left[filepath.Base(path)] = true
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !left[e.Name()] {
			t.Errorf("%s is left beside the output, with %s", e.Name(), listing(filepath.Join(c.dir, e.Name())))
		}
	}
}

// checkKilled checks what a killed process has left: lines that are whole and right. It returns how many, and whether the crawl is complete, which
// it is if its state is gone.
func checkKilled(t *testing.T, c *crawl, want dataset) (lines int, done bool) {
	t.Helper()
	got := readTorn(t, c.output)
	if extra := lacking(got, want); len(extra) > 0 {
		t.Errorf("after a kill %d URLs should not be there%s", len(extra), excerpt(extra))
	}
	sameLines(t, want, got)
	if c.killed != nil {
		c.killed()
	}
	left, err := filepath.Glob(c.statePath() + "*") // in its last moments it has another name
	if err != nil {
		t.Fatal(err)
	}
	done = len(left) == 0 && len(got) > 0
	if done {
		sameSet(t, want, readWhole(t, c.output)) // or it can't be told what is missing
	}
	if t.Failed() {
		t.Fatalf("after a kill there are: %s", listing(c.dir))
	}
	return len(got), done
}
