package warc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestChunks(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 4000)
	for name, c := range map[string]struct {
		stored string
		body   string
		counts string
	}{
		"one":                       {"4\r\nbody\r\n0\r\n\r\n", "body", "map[chunked_body:1]"},
		"more":                      {"2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", "body", "map[chunked_body:1]"},
		"none but the last":         {"0\r\n\r\n", "", "map[chunked_body:1]"},
		"LF alone":                  {"4\nbody\n0\n\n", "body", "map[chunked_body:1]"},
		"extensions and spaces":     {"0004 ;a=\"b;c\" \r\nbody\r\n000 ; d\r\n\r\n", "body", "map[chunked_body:1]"},
		"upper case":                {"A\r\n0123456789\r\n0\r\n\r\n", "0123456789", "map[chunked_body:1]"},
		"trailers":                  {"4\r\nbody\r\n0\r\nA: b\r\nC: d\r\n\r\n", "body", "map[chunked_body:1]"},
		"no end of the last":        {"4\r\nbody\r\n0", "body", "map[chunked_body:1]"},
		"long":                      {fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", len(long), long, len(long), long), long + long, "map[chunked_body:1]"},
		"with bytes after":          {"4\r\nbody\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n", "body", "map[chunked_body:1]"},
		"gone":                      {"<title>no chunks</title>", "<title>no chunks</title>", "map[chunked_label:1]"},
		"gone, of one line":         {"no line end", "no line end", "map[chunked_label:1]"},
		"gone, a number at first":   {"4\r\nbody is longer\r\n", "4\r\nbody is longer\r\n", "map[chunked_label:1]"},
		"gone, and so is the body":  {"", "", "map[]"},
		"gone, negative":            {"-4\r\nbody\r\n", "-4\r\nbody\r\n", "map[chunked_label:1]"},
		"gone, a number too great":  {"ffffffffffffffff\r\nbody\r\n", "ffffffffffffffff\r\nbody\r\n", "map[chunked_label:1]"},
		"gone, a prefix":            {"0x4\r\nbody\r\n", "0x4\r\nbody\r\n", "map[chunked_label:1]"},
		"the last is missing":       {"4\r\nbody\r\n", "body", "map[bad_chunking:1 chunked_body:1]"},
		"cut in a chunk":            {"8\r\nbody", "body", "map[bad_chunking:1 chunked_body:1]"},
		"cut in a size":             {"4\r\nbody\r\n1", "body", "map[bad_chunking:1 chunked_body:1]"},
		"broken by the second size": {"4\r\nbody\r\nwhat\r\nis this", "bodywhat\r\nis this", "map[bad_chunking:1 chunked_body:1]"},
		"broken by a wrong size":    {fmt.Sprintf("4\r\nbody\r\n2\r\n%s", "longer\r\n0\r\n\r\n"), "bodylonger\r\n0\r\n\r\n"[:6] + "nger\r\n0\r\n\r\n", "map[bad_chunking:1 chunked_body:1]"},
	} {
		data := sampleRecord(Response, "http://example.test/1", sampleAnswer(c.stored, "Transfer-Encoding: chunked"), "WARC-Payload-Digest: "+sampleDigest(c.body))
		for how, source := range map[string]io.Reader{"at once": strings.NewReader(data), "in drops": iotest.OneByteReader(strings.NewReader(data))} {
			got := readSource(t, source, ReaderOptions{})
			rec := got.records[0]
			if rec.err != nil || rec.body != c.body || fmt.Sprint(got.counts) != c.counts {
				t.Errorf("%s, %s: %.99q, %v, %v; want %.99q, %s", name, how, rec.body, got.counts, got.problems, c.body, c.counts)
				continue
			}
			if rec.http.Header.Get("Transfer-Encoding") != "" && c.stored != "" {
				t.Errorf("%s: the header says what isn't so any more", name)
			}
			if cut := strings.Contains(name, "cut") || strings.Contains(name, "missing"); cut != (rec.http.Truncated != "") {
				t.Errorf("%s: truncated is %q", name, rec.http.Truncated)
			}
		}
	}
}

func TestBrokenChunksPolicy(t *testing.T) {
	for _, stored := range []string{"4\r\nbody\r\n", "4\r\nbody\r\nwhat\r\n", "8\r\nbody"} {
		data := sampleRecord(Response, "http://example.test/1", sampleAnswer(stored, "Transfer-Encoding: chunked"), "-WARC-Payload-Digest") + samplePage(2)
		for action, want := range map[Action]string{Count: "1 2", Skip: "2", Stop: ""} {
			got := readString(t, data, Policy{ClassBadChunking: action})
			if got.uris() != want || got.records[0].body != "body" && action > Count || (action == Stop) != errors.Is(got.err, ClassBadChunking) || got.counts[ClassBadChunking] != 1 {
				t.Errorf("%q, %v: %q, %v, %v", stored, action, got.uris(), got.counts, got.err)
			}
		}
	}
	file := sampleRecord(Response, "http://example.test/1", sampleAnswer("ffff\r\n"+strings.Repeat("x", 0xffff), "Transfer-Encoding: chunked"), "-WARC-Payload-Digest")
	if got := readString(t, file[:40_000], Policy{ClassCutFile: Repair}); got.classes() != "chunked_body cut_file" || got.records[0].http.Truncated == "" {
		t.Errorf("a file that ends in a chunk: %v; want it said once", got.problems)
	}
	cut := sampleRecord(Response, "http://example.test/1", sampleAnswer("8\r\nbody", "Transfer-Encoding: chunked"), "-WARC-Payload-Digest", "WARC-Truncated: length")
	if got := readString(t, cut, Policy{ClassBadChunking: Stop}); got.err != nil || got.records[0].body != "body" || got.records[0].http.Truncated != "length" {
		t.Errorf("what is said to be truncated is: %v", got.err)
	}
}

// Only chunks are undone, and only if they are the last coding.
func TestTransferCodings(t *testing.T) {
	const chunks = "4\r\nbody\r\n0\r\n\r\n"
	for coding, want := range map[string]string{
		"chunked": "|body", "Chunked": "|body", "gzip, chunked": "gzip|body", "gzip\r\nTransfer-Encoding: chunked": "gzip|body",
		"identity": "|" + chunks, "gzip": "gzip|" + chunks, "": "|" + chunks,
	} {
		rec := readString(t, sampleRecord(Response, "http://example.test/1", sampleAnswer(chunks, "Transfer-Encoding: "+coding), "-WARC-Payload-Digest"), nil).records[0]
		if got := rec.http.Header.Get("Transfer-Encoding") + "|" + rec.body; got != want {
			t.Errorf("%q: %q, want %q", coding, got, want)
		}
	}
}

// FuzzChunks gives chunks and what is none: what is taken for chunks loses only bytes, and all is read to its end.
func FuzzChunks(f *testing.F) {
	for _, s := range []string{"4\r\nbody\r\n0\r\n\r\n", "4\r\nbody\r\n", "8\r\nbody", "2;x\nbo\n2\ndy\n0\n\n", "0\r\n\r\n", "what"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		data := sampleRecord(Response, "http://example.test/1", sampleAnswer(stored, "Transfer-Encoding: chunked"), "-WARC-Payload-Digest")
		got := readString(t, data, nil)
		if len(got.records) != 1 || got.records[0].err != nil || len(got.records[0].body) > len(stored) {
			t.Fatalf("%d records, %v", len(got.records), got.problems)
		}
		if begins := beginsWithChunk(bufio.NewReader(strings.NewReader(stored)), int64(len(stored))); stored != "" && begins != (got.counts[ClassChunkedBody] == 1) {
			t.Errorf("begins with a chunk: %v; %v", begins, got.counts)
		}
	})
}
