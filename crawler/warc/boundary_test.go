package warc

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLook(t *testing.T) {
	for text, want := range map[string]place{
		"WARC/1.0\r\n": atRecord, "WARC/": atRecord, "": atEnd, gzipMember(""): atMember, "WARC": atJunk, "x": atJunk, "\x1f\x8b\x08": atJunk,
	} {
		r := NewReader(strings.NewReader(text), ReaderOptions{})
		r.in = r.src
		if got := r.look(); got != want || r.src.offset() != 0 {
			t.Errorf("%q: %v at %d, want %v", text, got, r.src.offset(), want)
		}
	}
	r := NewReader(io.MultiReader(strings.NewReader("WA"), iotest.ErrReader(io.ErrUnexpectedEOF)), ReaderOptions{})
	if r.in = r.src; r.look() != atFailure {
		t.Error("a failure is taken for junk")
	}
}

// More or fewer line ends after a block, LF alone, and nothing at the end of the file are no reason to leave anything out.
func TestSeparators(t *testing.T) {
	one := strings.TrimSuffix(sampleRecord(Response, "http://example.test/1", sampleAnswer("ends without a line end")), "\r\n\r\n")
	two := samplePage(2)
	for between, count := range map[string]int64{"\r\n\r\n": 0, "\n\n": 0, "": 1, "\r\n": 1, "\n": 1, "\r\n\r\n\r\n": 1, strings.Repeat("\r\n", 1000): 1} {
		for name, data := range map[string]string{"plain": one + between + two, "gzip": gzipMember(one+between) + gzipMember(two), "last": two + one + between} {
			got := readString(t, data, nil)
			if n := strings.Count(got.uris(), "1") + strings.Count(got.uris(), "2"); n != 2 || got.counts[ClassSeparator] != count || len(got.problems) != 0 {
				t.Errorf("%s, %q: %q, %v", name, between, got.uris(), got.counts)
			}
		}
	}
}
