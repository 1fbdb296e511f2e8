package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

var sampleInfo = sampleRecord(Warcinfo, "", "software: by hand\r\n", "Content-Type: application/warc-fields")

// Whatever the file's form, the records are the same, and no problem is met in it.
func TestReaderReadsEveryForm(t *testing.T) {
	records := []string{sampleInfo, samplePage(1), sampleRecord(Request, "http://example.test/2", "GET /2 HTTP/1.1\r\n\r\n"), samplePage(2)}
	plain := strings.Join(records, "")
	var members string
	for _, r := range records {
		members += gzipMember(r)
	}
	for name, c := range map[string]struct {
		data   string
		counts string
	}{
		"plain":                   {plain, "map[]"},
		"a member a record":       {members, "map[]"},
		"one member":              {gzipMember(plain), "map[shared_member:4]"},
		"two records in a member": {gzipMember(records[0]) + gzipMember(records[1]+records[2]) + gzipMember(records[3]), "map[shared_member:2]"},
		"padded members":          {gzipMember(records[0]) + "\x00\x00\x00" + gzipMember(records[1]+records[2]+records[3]) + strings.Repeat("\x00", 600), "map[padding:2 shared_member:3]"},
		"an empty member":         {gzipMember("") + members + gzipMember(""), "map[]"},
		"plain, then members":     {records[0] + gzipMember(records[1]) + gzipMember(records[2]) + gzipMember(records[3]), "map[]"},
		"members, then plain":     {gzipMember(records[0]) + gzipMember(records[1]) + records[2] + records[3], "map[]"},
		"an empty line first":     {"\r\n\r\n" + plain, "map[]"},
		"an empty line in gzip":   {gzipMember("\r\n"+records[0]) + gzipMember(records[1]) + gzipMember(records[2]) + gzipMember(records[3]), "map[]"},
	} {
		for how, source := range map[string]io.Reader{
			"file": strings.NewReader(c.data), "stream": onlyReader{strings.NewReader(c.data)}, "drops": iotest.OneByteReader(strings.NewReader(c.data)),
		} {
			got := readSource(t, source, ReaderOptions{})
			if got.err != nil || got.uris() != " 1 2 2" || fmt.Sprint(got.counts) != c.counts {
				t.Errorf("%s, %s: %q, %v, %v", name, how, got.uris(), got.counts, got.err)
				continue
			}
			info, page := got.records[0], got.records[1]
			if info.Type != Warcinfo || info.body != "software: by hand\r\n" || info.Version != "1.1" {
				t.Errorf("%s, %s: %+v", name, how, info)
			}
			if page.Type != Response || !strings.HasPrefix(page.body, "<title>1</title>") || len(page.body) != int(page.http.ContentLength) ||
				page.Date.Format("2006-01-02T15:04:05Z") != "2024-05-06T07:08:09Z" || !strings.HasPrefix(page.ID, "urn:uuid:") {
				t.Errorf("%s, %s: %+v", name, how, page)
			}
		}
	}
}

// The bytes from Offset to End are the record: alone, they are read as the same.
func TestReaderOffsetsAreExact(t *testing.T) {
	var records []string
	for i := range 20 {
		records = append(records, samplePage(i))
	}
	for name, pack := range map[string]func(string) string{"plain": strings.Clone, "gzip": gzipMember} {
		var data string
		for _, r := range records {
			data += pack(r)
		}
		got := readString(t, data, nil)
		var at int64
		for i, rec := range got.records {
			if rec.Offset != at {
				t.Fatalf("%s: record %d begins at %d, want %d", name, i, rec.Offset, at)
			}
			if at = rec.end; data[rec.Offset:rec.end] != pack(records[i]) {
				t.Fatalf("%s: record %d is not what stands from %d to %d", name, i, rec.Offset, rec.end)
			}
			alone := readSource(t, strings.NewReader(data[rec.Offset:rec.end]), ReaderOptions{Offset: rec.Offset})
			if len(alone.records) != 1 || alone.records[0].body != rec.body || alone.records[0].Offset != rec.Offset || alone.records[0].end != rec.end {
				t.Errorf("%s: record %d alone: %+v", name, i, alone)
			}
			if name == "gzip" { // by another implementation, and whole
				z, err := gzip.NewReader(strings.NewReader(data[rec.Offset:rec.end]))
				if err != nil {
					t.Fatal(err)
				}
				if b, err := io.ReadAll(z); err != nil || string(b) != records[i] {
					t.Errorf("record %d: %d bytes, %v", i, len(b), err)
				}
			}
		}
		if at != int64(len(data)) || len(got.records) != len(records) {
			t.Errorf("%s: %d records up to %d of %d", name, len(got.records), at, len(data))
		}
	}
}

// In a shared member a record is told by the member's offset and its place there; where it ends isn't known but for the last.
func TestReaderSharedMember(t *testing.T) {
	first, shared := gzipMember(samplePage(1)), gzipMember(samplePage(2)+samplePage(3)+samplePage(4))
	got := readString(t, first+shared+first, nil)
	var s string
	for _, r := range got.records {
		s += fmt.Sprint(r.Offset, "+", r.end-r.Offset, "#", r.InMember, " ")
	}
	a, b := len(first), len(shared)
	if want := fmt.Sprintf("0+%d#0 %d+0#0 %d+0#1 %d+%d#2 %d+%d#0 ", a, a, a, a, b, a+b, a); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
	if got.classes() != "shared_member" || got.counts[ClassSharedMember] != 3 {
		t.Errorf("%v, of which are told %s; want it told once", got.counts, got.classes())
	}
}

// What is not read of a record is read by Next and End, and verified like the rest.
func TestReaderPassesOverWhatIsNotRead(t *testing.T) {
	wrong := samplePage(2, "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
	data := samplePage(1) + wrong + samplePage(3)
	var end int64
	for name, read := range map[string]func(*Reader, *Record){
		"nothing":   func(*Reader, *Record) {},
		"its head":  func(_ *Reader, rec *Record) { _, _ = rec.HTTP() },
		"some":      func(_ *Reader, rec *Record) { m, _ := rec.HTTP(); _, _ = m.Body.Read(make([]byte, 5)) },
		"all":       func(_ *Reader, rec *Record) { m, _ := rec.HTTP(); _, _ = io.Copy(io.Discard, m.Body) },
		"its end":   func(r *Reader, _ *Record) { end, _ = r.End() },
		"all twice": func(r *Reader, rec *Record) { _, _ = rec.HTTP(); _, _ = rec.HTTP(); _, _ = r.End(); end, _ = r.End() },
	} {
		end = -1
		r := NewReader(strings.NewReader(data), ReaderOptions{})
		n := 0
		for rec, err := r.Next(); err != io.EOF; rec, err = r.Next() {
			if err != nil {
				t.Fatal(err)
			}
			if end >= 0 && rec.Offset != end {
				t.Errorf("%s: a record at %d, want %d", name, rec.Offset, end)
			}
			n++
			read(r, rec)
		}
		if n != 3 || fmt.Sprint(r.Problems()) != "map[payload_digest:1]" {
			t.Errorf("%s: %d records, %v", name, n, r.Problems())
		}
	}
}

// A block and a body are the reader's: they are not there any more when the next record is.
func TestReaderBlocksGoStale(t *testing.T) {
	r := NewReader(strings.NewReader(samplePage(1)+samplePage(2)+samplePage(3)), ReaderOptions{})
	first, _ := r.Next()
	m, err := first.HTTP()
	if err != nil {
		t.Fatal(err)
	}
	second, _ := r.Next()
	if _, err := second.HTTP(); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]io.Reader{"block": first.Block, "body": m.Body} {
		if n, err := body.Read(make([]byte, 10)); n != 0 || err != errStale {
			t.Errorf("the %s of the last record: %d, %v", name, n, err)
		}
	}
	if _, err := first.HTTP(); err == nil && first.message != m {
		t.Error("the message of the last record is read")
	}
	third, _ := r.Next()
	r.Reset(strings.NewReader(samplePage(4)), ReaderOptions{})
	if _, err := third.HTTP(); err == nil {
		t.Error("a message of before the reset is read")
	}
}

func TestReaderReset(t *testing.T) {
	r := NewReader(strings.NewReader(gzipMember(samplePage(1))+"junk"), ReaderOptions{})
	for i := range 20 {
		for {
			rec, err := r.Next()
			if err != nil {
				break
			}
			if rec.TargetURI != fmt.Sprint("http://example.test/", max(i, 1)) || i > 0 && rec.Offset != int64(i*100) {
				t.Errorf("%d: %s at %d", i, rec.TargetURI, rec.Offset)
			}
		}
		if n := r.Problems()[ClassJunk]; n == 1 != (i == 0) {
			t.Errorf("%d: %d problems", i, n)
		}
		r.Reset(strings.NewReader(gzipMember(samplePage(i+1))), ReaderOptions{Offset: int64(100 * (i + 1))})
	}
}

func TestReaderEmpty(t *testing.T) {
	for _, data := range []string{"", "\r\n\r\n", gzipMember("")} {
		if got := readString(t, data, nil); got.err != nil || len(got.records) != 0 || len(got.counts) != 0 {
			t.Errorf("%q: %v, %v", data, got.counts, got.err)
		}
	}
	r := NewReader(strings.NewReader(""), ReaderOptions{})
	if _, err := r.End(); err == nil {
		t.Error("the end of no record is known")
	}
}

// A failure of the source is no fault of the file: no policy goes on after it, and it stays.
func TestReaderSourceFails(t *testing.T) {
	failure := errors.New("disk")
	for name, data := range map[string]string{"plain": samplePage(1) + samplePage(2), "gzip": gzipMember(samplePage(1)) + gzipMember(samplePage(2))} {
		for cut := range len(data) {
			source := io.MultiReader(strings.NewReader(data[:cut]), iotest.ErrReader(failure))
			got := readSource(t, source, ReaderOptions{Policy: Policy{ClassNotWARC: Repair}})
			var readError *ReadError
			if !errors.As(got.err, &readError) || !errors.Is(got.err, failure) || readError.Offset > int64(cut) {
				t.Fatalf("%s, failing at %d: %v", name, cut, got.err)
			}
			if c := got.counts; c[ClassCutFile]+c[ClassDamagedMember]+c[ClassWrongLength] != 0 {
				t.Fatalf("%s, failing at %d: %v", name, cut, c)
			}
		}
	}
}

// A big block, a big run of nothing, and a long way to the next record all go through without memory.
func TestReaderNeedsConstantMemory(t *testing.T) {
	const size = 16 << 20
	big := fmt.Sprintf("WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"+
		"WARC-Target-URI: http://example.test/big\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", size)
	nothing := func(of string) io.Reader { return io.LimitReader(&repeating{of: of}, size) }
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = io.Copy(z, io.MultiReader(strings.NewReader(big), nothing("\x00"), strings.NewReader("\r\n\r\n")))
	_ = z.Close()
	for name, source := range map[string]io.Reader{
		"a block":         io.MultiReader(strings.NewReader(big), nothing("\x00"), strings.NewReader("\r\n\r\n"+samplePage(1))),
		"a bomb":          io.MultiReader(&bomb, strings.NewReader(gzipMember(samplePage(1)))),
		"empty lines":     io.MultiReader(strings.NewReader(samplePage(0)), nothing("\r\n"), strings.NewReader(samplePage(1))),
		"junk":            io.MultiReader(strings.NewReader(samplePage(0)), nothing("x"), strings.NewReader("\n"+samplePage(1))),
		"junk that isn't": io.MultiReader(strings.NewReader(samplePage(0)), nothing("WARC/1.0\n"), strings.NewReader("\n\n"+samplePage(1))),
		"a header":        io.MultiReader(strings.NewReader(samplePage(0)+"WARC/1.0\r\n"), nothing("a: b\r\n"), strings.NewReader("\r\n"+samplePage(1))),
		"a line":          io.MultiReader(strings.NewReader(samplePage(0)+"WARC/1.0\r\n"), nothing("a: b"), strings.NewReader("\r\n\r\n"+samplePage(1))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := NewReader(source, ReaderOptions{})
		var last string
		for rec, err := r.Next(); err != io.EOF; rec, err = r.Next() {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			last = rec.TargetURI
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 || last != "http://example.test/1" {
			t.Errorf("%s: %d KiB were used, and the last record is %q", name, used>>10, last)
		}
	}
}

// repeating is a text over and over.
type repeating struct {
	of string
	at int
}

func (r *repeating) Read(p []byte) (int, error) {
	for n := range p {
		p[n] = r.of[r.at]
		r.at = (r.at + 1) % len(r.of)
	}
	return len(p), nil
}

func BenchmarkReader(b *testing.B) {
	var plain, packed strings.Builder
	for i := range 2000 {
		page := samplePage(i, "-WARC-Block-Digest")
		block := sampleAnswer(strings.Repeat(page, 20))
		page = sampleRecord(Response, fmt.Sprint("http://example.test/", i), block, "WARC-Block-Digest: "+sampleDigest(block))
		plain.WriteString(page)
		packed.WriteString(gzipMember(page))
	}
	for _, c := range []struct {
		name, data string
		o          ReaderOptions
	}{
		{"plain", plain.String(), ReaderOptions{}}, {"plain/nodigests", plain.String(), ReaderOptions{NoDigests: true}},
		{"gzip", packed.String(), ReaderOptions{}}, {"gzip/nodigests", packed.String(), ReaderOptions{NoDigests: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(plain.Len()))
			b.ReportAllocs()
			for b.Loop() {
				r := NewReader(strings.NewReader(c.data), c.o)
				for rec, err := r.Next(); err == nil; rec, err = r.Next() {
					if m, err := rec.HTTP(); err == nil {
						_, _ = io.Copy(io.Discard, m.Body)
					}
				}
			}
		})
	}
	b.Run("inflate alone", func(b *testing.B) {
		b.SetBytes(int64(plain.Len()))
		for b.Loop() {
			m := newMember(lookbackOn(strings.NewReader(packed.String())))
			for m.open() == nil {
				_, _ = io.Copy(io.Discard, m.gz)
				m.leave()
			}
		}
	})
}
