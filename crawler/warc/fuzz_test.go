package warc

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fuzzSeeds are archives of all kinds, ours and, if they are there, those of others.
func fuzzSeeds(f *testing.F) {
	one, chunked := samplePage(1), sampleRecord(Response, "http://example.test/c", sampleAnswer("4\r\nbody\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))
	for _, data := range []string{
		"", one, sampleInfo + one + chunked, gzipMember(one) + gzipMember(chunked), gzipMember(one + chunked), gzipMember(one) + "\x00\x00junk" + gzipMember(one),
		withLength(1, 30) + one, withLength(1, -30) + one, gzipMember(withLength(1, 30) + one), one + "junk\r\n" + one, gzipMember(one)[:100] + gzipMember(one),
		one[:300], strings.ReplaceAll(one, "\r\n", "\n"), samplePage(2, "-Content-Length") + one, samplePage(3, "WARC-Block-Digest: x", "WARC-Target-URI: < a b >"),
		sampleRecord(Request, "http://example.test/", "GET / HTTP/1.1\r\n\r\n", "WARC-Payload-Digest: "+wrongDigest), one + gzipMember(one) + one, "<html>",
	} {
		f.Add([]byte(data))
	}
	files, err := filepath.Glob(filepath.Join(conformance, "*.warc*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzReader gives the reader any bytes, as a file and as a stream, under three policies. It must come to an end, in
// order, with bounded buffers; say something of all that is wrong; and find the same whoever reads the blocks.
func FuzzReader(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		lenient, strict := make(Policy), make(Policy)
		for class := range DefaultPolicy() {
			lenient[class], strict[class] = Repair, Stop
		}
		for _, policy := range []Policy{nil, lenient, strict} {
			file, stream := fuzzRead(t, bytes.NewReader(data), int64(len(data)), policy), fuzzRead(t, onlyReader{bytes.NewReader(data)}, int64(len(data)), policy)
			if len(data) < lookbackKept && file != stream {
				t.Errorf("%d records of %d bytes in the file, %d of %d in the stream", file.records, file.bytes, stream.records, stream.bytes)
			}
		}
	})
}

type fuzzFound struct{ records, bytes int64 }

func fuzzRead(t *testing.T, source io.Reader, size int64, policy Policy) (found fuzzFound) {
	r := NewReader(source, ReaderOptions{Name: "fuzz.warc", Policy: policy, Report: func(p *Problem) {
		if p.Offset < 0 || p.Offset > size || p.Detail == "" || p.File != "fuzz.warc" {
			t.Errorf("%+v", p)
		}
	}})
	last := &Record{Offset: -1}
	for {
		rec, err := r.Next()
		if err != nil {
			var p *Problem
			if err != io.EOF && !(errors.As(err, &p) && p.Action == Stop) {
				t.Fatal(err)
			}
			break
		}
		if rec.Offset < last.Offset || rec.Offset == last.Offset && rec.InMember <= last.InMember {
			t.Fatalf("a record at %d#%d after one at %d#%d", rec.Offset, rec.InMember, last.Offset, last.InMember)
		}
		last = rec
		body, plain := rec.Block, r.gz == nil
		if m, err := rec.HTTP(); err == nil {
			body = m.Body
		}
		n, err := io.Copy(io.Discard, body)
		if plain && n > size-rec.Offset && err == nil {
			t.Fatalf("%d bytes in a block of a file of %d", n, size)
		}
		var p *Problem
		if err != nil && !(errors.As(err, &p) && p.Action >= Skip) {
			t.Fatal(err)
		}
		end, err := r.End()
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if (err == nil || p.Action == Skip) && (end < rec.Offset || end > size || end == rec.Offset && r.counts[ClassSharedMember] == 0) {
			t.Fatalf("a record from %d to %d of %d", rec.Offset, end, size)
		}
		found.records++
		found.bytes += n
	}
	if _, again := r.Next(); again != r.err {
		t.Fatalf("it ended, and then: %v", again)
	}
	lookbacks := []*lookback{r.src}
	if r.spare != nil {
		lookbacks = append(lookbacks, r.spare.out)
	}
	for _, l := range lookbacks {
		if len(l.buf) > lookbackMost || l.again > rewindFactor*l.once+rewindFree {
			t.Fatalf("a buffer of %d, %d bytes read once, %d again", len(l.buf), l.once, l.again)
		}
	}
	return found
}

// FuzzHTTP gives the reader any bytes as an HTTP answer: it is one, or is refused, and the next record is found.
func FuzzHTTP(f *testing.F) {
	for _, s := range []string{
		sampleAnswer("body"), sampleAnswer("4\r\nbody\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "HTTP/1.1 200\n\n", "HTTP/2 200\r\nA: b\r\n c\r\nno colon\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nbody",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		digest := sampleDigest(string(block))
		data := sampleRecord(Response, "http://example.test/1", string(block), "-WARC-Payload-Digest", "WARC-Block-Digest: "+digest) + samplePage(2)
		got := readString(t, data, nil)
		if got.err != nil || len(got.records) != 2 || got.records[1].err != nil || got.counts[ClassBlockDigest] != 0 {
			t.Fatalf("%d records, %v, %v", len(got.records), got.problems, got.err)
		}
		first := got.records[0]
		if first.http == nil {
			if len(block) > 0 && !errors.Is(first.err, ClassHTTPHead) {
				t.Fatalf("no answer, and %v", first.err)
			}
			return
		}
		if len(first.body) > len(block) || first.http.StatusCode < 100 || first.http.StatusCode > 999 || first.http.Header == nil || first.err != nil {
			t.Fatalf("%+v, %v", first.http, first.err)
		}
		if n := first.http.ContentLength; n >= 0 && n != int64(len(first.body)) {
			t.Fatalf("a body of %d bytes, not %d", len(first.body), n)
		}
	})
}
