package warc

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// withLength is a record that says its block has another length than it has.
func withLength(n, more int) string {
	block := sampleAnswer(fmt.Sprintf("<title>%d</title> page", n))
	return sampleRecord(Response, fmt.Sprint("http://example.test/", n), block, "-WARC-Payload-Digest", fmt.Sprint("Content-Length: ", len(block)+more))
}

// A wrong length costs the one record that has it: not the next, and not its offset.
func TestWrongLength(t *testing.T) {
	for name, pack := range map[string]func(string) string{"plain": strings.Clone, "gzip": gzipMember} {
		for _, more := range []int{-15, -3, -1, 1, 2, 3, 5, 20, 60, 500} {
			first, wrong, last := pack(samplePage(1)), pack(withLength(2, more)), pack(samplePage(3))
			whole := first + wrong + last
			for action, want := range map[Action]string{Skip: "1 3", Repair: "1 2 3", Stop: "1"} {
				got := readString(t, whole, Policy{ClassWrongLength: action, ClassNoPayloadDigest: Count})
				if more > 0 && more < 4 { // the line ends after the block make up for it
					want = "1 2 3"
					if got.counts[ClassSeparator]+got.counts[ClassWrongLength] != 1 {
						t.Errorf("%s, %+d, %v: %v", name, more, action, got.counts)
					}
					continue
				}
				if got.uris() != want || got.counts[ClassWrongLength] != 1 || (action == Stop) != errors.Is(got.err, ClassWrongLength) {
					t.Errorf("%s, %+d, %v: %q, %v, %v", name, more, action, got.uris(), got.problems, got.err)
					continue
				}
				bad := got.records[1]
				if p := got.problems[0]; p.Offset != int64(len(first)) || p.TargetURI != "http://example.test/2" {
					t.Errorf("%s, %+d: %v", name, more, p)
				}
				if action != Stop && (bad.end != int64(len(first+wrong)) || got.records[2].Offset != int64(len(first+wrong))) {
					t.Errorf("%s, %+d: the record ends at %d, the next begins at %d, want %d", name, more, bad.end, got.records[2].Offset, len(first+wrong))
				}
				if action == Repair && bad.http.Truncated != "unspecified" {
					t.Errorf("%s, %+d: the body is taken for whole", name, more)
				}
			}
		}
	}
}

// A block that its length cuts off before an empty line is none that is whole, if its digest says so.
func TestTooShortBeforeAnEmptyLine(t *testing.T) {
	block := sampleAnswer("body")
	head, _, _ := strings.Cut(block, "\r\n\r\n")
	data := sampleRecord(Response, "http://example.test/1", block, fmt.Sprint("Content-Length: ", len(head)), "WARC-Block-Digest: "+sampleDigest(block)) + samplePage(2)
	got := readString(t, data, nil)
	if got.uris() != "2" || got.counts[ClassWrongLength] != 1 || !strings.HasSuffix(got.problems[0].Detail, fmt.Sprintf("so it should be %d", len(block))) {
		t.Errorf("%q, %v", got.uris(), got.problems)
	}
}

// Records that a length has swallowed are found again, in plain text even if it says more than the whole file.
func TestFarTooLongBlock(t *testing.T) {
	const huge = 1 << 40
	plain := samplePage(1) + withLength(2, huge) + samplePage(3) + samplePage(4)
	for name, source := range map[string]io.Reader{
		"file": strings.NewReader(plain), "stream": onlyReader{strings.NewReader(plain)}, "one member": strings.NewReader(gzipMember(plain)),
	} {
		got := readSource(t, source, ReaderOptions{})
		if got.err != nil || got.uris() != "1 3 4" || got.counts[ClassWrongLength] != 1 {
			t.Errorf("%s: %q, %v, %v", name, got.uris(), got.counts, got.err)
		}
	}
	var many strings.Builder // more than can be kept
	many.WriteString(withLength(1, huge))
	for many.Len() < 2*lookbackMost {
		many.WriteString(samplePage(2))
	}
	if got := readString(t, many.String(), nil); got.uris() != strings.Repeat(" 2", strings.Count(many.String(), "/2\r\n"))[1:] {
		t.Errorf("%d records are found again of %d", len(got.records)-1, strings.Count(many.String(), "/2\r\n"))
	}
}

// A record whose digest is right has the right length; one in its block is no record of the file.
func TestBlockOfRecords(t *testing.T) {
	inner := samplePage(8) + samplePage(9)
	for name, tail := range map[string]string{"in order": "", "junk after it": "junk\r\n\r\n"} {
		data := sampleRecord(Resource, "http://example.test/1", inner, "WARC-Block-Digest: "+sampleDigest(inner)) + tail + samplePage(2)
		if got := readString(t, data, nil); got.uris() != "1 2" || got.records[0].body != inner || got.counts[ClassWrongLength] != 0 {
			t.Errorf("%s: %q, %v", name, got.uris(), got.counts)
		}
	}
	short := sampleRecord(Resource, "http://example.test/1", inner[:len(inner)/2], "-WARC-Payload-Digest", "Content-Length: 100")
	if got := readString(t, short+samplePage(2), nil); got.uris() != "2" {
		t.Errorf("%q, %v", got.uris(), got.problems)
	}
	// With a wrong length, what is in the block after an empty line is taken for the next record; not what isn't.
	text := "such as\r\nWARC/1.0\r\nWARC-Type: text about records\r\n"
	data := sampleRecord(Resource, "http://example.test/1", text, "-WARC-Payload-Digest", fmt.Sprint("Content-Length: ", len(text)+50)) + samplePage(2)
	if got := readString(t, data, nil); got.uris() != "2" || len(got.records) != 2 {
		t.Errorf("%q, %v", got.uris(), got.problems)
	}
}

// Reading nothing, reading in drops and reading on after the end are what io.Reader says they are.
func TestBlockIsAReader(t *testing.T) {
	data := sampleRecord(Resource, "http://example.test/1", "0123456789")
	r := NewReader(strings.NewReader(data), ReaderOptions{})
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := rec.Block.Read(nil); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	var b [3]byte
	var got string
	for {
		n, err := rec.Block.Read(b[:])
		got += string(b[:n])
		if err != nil {
			break
		}
	}
	if n, err := rec.Block.Read(b[:]); got != "0123456789" || n != 0 || err != io.EOF {
		t.Errorf("%q, then %d, %v", got, n, err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Error(err)
	}
}
