package warc

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func create(t *testing.T, name string, o WriterOptions) *Writer {
	t.Helper()
	w, err := Create(name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.file.Close() }) // which a test of a kill leaves open
	return w
}

func closeWriter(t *testing.T, w *Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// pageExchange is a page whose body depends on n and on nothing else.
func pageExchange(url string, n int) *Exchange {
	x := knownExchange()
	x.URL, x.Body = url, fmt.Appendf(nil, "<p>%d%s", n, strings.Repeat(fmt.Sprint(n*n), n%50))
	return x
}

func put(t *testing.T, w *Writer, exchanges ...*Exchange) {
	t.Helper()
	for _, x := range exchanges {
		if err := w.Write(w.Encode(x)); err != nil {
			t.Fatal(err)
		}
	}
}

// readArchive reads all files of an archive, which have to be without a fault and each begin with what a file begins with.
func readArchive(t *testing.T, name string) (all []seen) {
	t.Helper()
	for _, segment := range Segments(name) {
		content, err := os.ReadFile(segment)
		if err != nil {
			t.Fatal(err)
		}
		records := fieldsOf(t, string(content))
		if len(records) == 0 || records[0].Type != Warcinfo || records[0].Fields.Get(FieldFilename) != filepath.Base(segment) {
			t.Fatalf("%s begins with no warcinfo of its own", segment)
		}
		all = append(all, records...)
	}
	return all
}

func countTypes(records []seen) map[Type]int {
	n := map[Type]int{}
	for _, r := range records {
		n[r.Type]++
	}
	return n
}

func TestCreateRefuses(t *testing.T) {
	name := putSegments(t, "there")
	var exists *ExistsError
	if _, err := Create(name, WriterOptions{}); !errors.Is(err, ErrExists) || !errors.As(err, &exists) || exists.Path != name {
		t.Errorf("what is there: %v", err)
	}
	later := putSegments(t, "", "there")
	if _, err := Create(later, WriterOptions{}); !errors.As(err, &exists) || exists.Path != Segment(later, 1) {
		t.Errorf("whose second file is there: %v", err)
	}
	if got := segmentsIn(t, name) + segmentsIn(t, later); got != "a.warc=therea-00001.warc=there" {
		t.Errorf("left are %s", got)
	}
	var shorter *ShorterError
	if _, err := Create(name, WriterOptions{Resume: true, At: 6}); !errors.As(err, &shorter) || shorter.Size != 5 {
		t.Errorf("what has lost something: %v", err)
	}
	var failed *WriteError
	if _, err := Create(filepath.Join(t.TempDir(), "none", "a.warc"), WriterOptions{}); !errors.As(err, &failed) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a directory: %v", err)
	}
	if _, err := Create(os.DevNull, WriterOptions{Overwrite: true}); !errors.As(err, &failed) {
		t.Errorf("what is no file: %v", err)
	}
	if _, err := Create(filepath.Join(t.TempDir(), "a.warc"), WriterOptions{Digest: "md5"}); err == nil {
		t.Error("an unknown digest: no error")
	}
}

func TestOverwrite(t *testing.T) {
	for _, contents := range [][]string{{"first", "second", "third"}, {"", "second", "third"}} {
		name := putSegments(t, contents...)
		w := create(t, name, WriterOptions{Overwrite: true, Info: Fields{{"software", "a\r\nb"}}})
		if got := segmentsIn(t, name); got != "a.warc=" {
			t.Errorf("left are %s", got)
		}
		closeWriter(t, w)
		all := readArchive(t, name)
		if len(all) != 1 || all[0].body != "software: a  b\r\n" {
			t.Errorf("an archive of nothing has %+v", all)
		}
	}
}

func TestRotation(t *testing.T) {
	for _, ending := range []string{".warc", ".warc.gz"} {
		name := filepath.Join(t.TempDir(), "a"+ending)
		w := create(t, name, WriterOptions{MaxSize: 5000})
		const pages = 40
		for i := range pages {
			put(t, w, pageExchange(fmt.Sprintf("http://a.test/%d", i), i))
		}
		closeWriter(t, w)
		size, err := Size(name)
		if err != nil || size != w.Written() || w.Files() != len(Segments(name)) || w.Files() < 3 {
			t.Errorf("%s: %d bytes in %d files, and Written = %d, Files = %d; %v", ending, size, len(Segments(name)), w.Written(), w.Files(), err)
		}
		for _, segment := range Segments(name)[1:] {
			if info, err := os.Stat(segment); err != nil || info.Size() > 5000+3000 {
				t.Errorf("%s has %d bytes; %v", segment, info.Size(), err)
			}
		}
		n := countTypes(readArchive(t, name))
		if n[Response] != pages || n[Request] != pages || n[Metadata] != pages || n[Warcinfo] != w.Files() {
			t.Errorf("%s: there are %v in %d files", ending, n, w.Files())
		}
	}
}

// chance is what differs between two recordings of the same.
var chance = regexp.MustCompile(`urn:uuid:[0-9a-f-]+|WARC-Date: [^\r]+`)

// withoutChance are an archive's files as they would be if no ID and no date were new.
func withoutChance(t *testing.T, name string) string {
	t.Helper()
	var b strings.Builder
	for _, segment := range Segments(name) {
		content, err := os.ReadFile(segment)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("FILE\n")
		b.Write(chance.ReplaceAll(content, []byte("-")))
	}
	return b.String()
}

// TestResumeAnywhere kills a recording behind each of its exchanges, in the middle of the next, and goes on.
func TestResumeAnywhere(t *testing.T) {
	const pages = 24
	exchanges := make([]*Exchange, pages)
	for i := range exchanges {
		exchanges[i] = pageExchange(fmt.Sprintf("http://a.test/%d", i), 10+i%17) // so that some are revisits, of what another file has
	}
	record := func(name string, o WriterOptions, exchanges []*Exchange) *Writer {
		w := create(t, name, o)
		put(t, w, exchanges...)
		return w
	}
	for _, ending := range []string{".warc", ".warc.gz"} {
		o := WriterOptions{MaxSize: 6000}
		whole := filepath.Join(t.TempDir(), "a"+ending)
		closeWriter(t, record(whole, o, exchanges))
		want := countTypes(readArchive(t, whole))
		if want[Revisit] < 3 || want[Warcinfo] < 3 {
			t.Fatalf("a test of little: %v", want)
		}
		for killed := range pages + 1 {
			name := filepath.Join(t.TempDir(), "a"+ending)
			o.Payloads, o.Resume, o.At = newMemoryPayloads(100), false, 0
			w := record(name, o, exchanges[:killed])
			o.Resume = true
			o.At, o.Sum = w.Position()
			if err := w.closeFiles(); err != nil { // as the end of a process does
				t.Fatal(err)
			}
			for n := w.segment; n < w.segment+3; n++ { // what had been written, and wasn't committed
				f, err := os.OpenFile(Segment(name, n), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
				if err != nil {
					t.Fatal(err)
				}
				_, err = f.WriteString(wholeOf(w.Encode(exchanges[0]))[:100])
				if err := errors.Join(err, f.Close()); err != nil {
					t.Fatal(err)
				}
			}
			w = record(name, o, exchanges[killed:])
			closeWriter(t, w)
			if got := countTypes(readArchive(t, name)); got[Response] != want[Response] || got[Revisit] != want[Revisit] || got[Request] != pages {
				t.Errorf("killed after %d: %v, want %v", killed, got, want)
			}
			if size, err := Size(name); size != w.Written() || err != nil {
				t.Errorf("killed after %d: %d bytes, and Written = %d; %v", killed, size, w.Written(), err)
			}
			if ending == ".warc" && strings.ReplaceAll(withoutChance(t, name), name, "") != strings.ReplaceAll(withoutChance(t, whole), whole, "") {
				t.Errorf("killed after %d, the archive is another", killed)
			}
		}
	}
}

func TestRevisit(t *testing.T) {
	for _, ending := range []string{".warc", ".warc.gz"} {
		name := filepath.Join(t.TempDir(), "a"+ending)
		w := create(t, name, WriterOptions{MaxSize: 1000})
		again := pageExchange("http://a.test/<again>", 7)
		again.Status, again.Header = "203 Other", http1("X-Own", "yes")
		cutShort, empty := pageExchange("http://a.test/cut", 7), pageExchange("http://a.test/empty", 0)
		cutShort.Truncated, empty.Body = TruncatedLength, nil
		put(t, w, empty, cutShort, pageExchange("http://a.test/one", 7), empty, cutShort)
		if err := w.Write(nil, w.Encode(again), nil, w.Encode(pageExchange("http://a.test/two", 8)), w.Encode(pageExchange("http://a.test/three", 8))); err != nil {
			t.Fatal(err)
		}
		closeWriter(t, w)
		if w.Files() < 3 {
			t.Fatalf("%d files", w.Files())
		}
		all := readArchive(t, name)
		if n := countTypes(all); n[Response] != 6 || n[Revisit] != 2 {
			t.Errorf("there are %v", n)
		}
		var original, revisit *Record
		for i := range all {
			switch r := all[i].Record; {
			case r.Type == Response && r.TargetURI == "http://a.test/one":
				original = r
			case r.Type == Revisit && r.TargetURI == "http://a.test/%3Cagain%3E":
				revisit = r
				if all[i].http.Status != "203 Other" || all[i].http.Header.Get("X-Own") != "yes" || r.ContentLength != int64(len(again.answerHead())) {
					t.Errorf("its block is of %d bytes, with %v", r.ContentLength, all[i].http.Header)
				}
			}
		}
		for field, want := range map[string]string{
			FieldProfile: profileSamePayload, FieldRefersTo: "<" + original.ID + ">", FieldRefersToURI: original.TargetURI,
			FieldRefersToDate: original.Fields.Get(FieldDate), FieldPayloadDigest: original.Fields.Get(FieldPayloadDigest),
			FieldBlockDigest: hexDigest(string(again.answerHead())), FieldIPAddress: "192.0.2.7", FieldContentType: contentTypeResponse, FieldTruncated: "length",
		} {
			if got := revisit.Fields.Values(field); len(got) != 1 || got[0] != want {
				t.Errorf("%s = %q, want %q", field, got, want)
			}
		}
		a := open(t, Segments(name)...)
		if body := bodyOf(t, a, only(t, a, again.URL)); body != string(again.Body) {
			t.Errorf("its body is %q", body)
		}
	}
}

func http1(name, value string) map[string][]string { return map[string][]string{name: {value}} }

// failingPayloads fails with what it is.
type failingPayloads struct {
	*memoryPayloads
	find, keep error
}

func (p *failingPayloads) Find(digest string) (Original, bool, error) {
	o, ok, err := p.memoryPayloads.Find(digest)
	return o, ok, cmp.Or(p.find, err)
}

func (p *failingPayloads) Keep(digest string, o Original) error {
	return cmp.Or(p.keep, p.memoryPayloads.Keep(digest, o))
}

func TestPayloadsFail(t *testing.T) {
	for _, p := range []*failingPayloads{{find: errors.New("find")}, {keep: errors.New("keep")}} {
		p.memoryPayloads = newMemoryPayloads(10)
		failure := cmp.Or(p.find, p.keep)
		name := filepath.Join(t.TempDir(), "a.warc")
		w := create(t, name, WriterOptions{Payloads: p})
		p.find, p.keep = nil, nil
		put(t, w, pageExchange("http://a.test/", 1))
		before := w.Written()
		if p.find = failure; failure.Error() == "keep" {
			p.find, p.keep = nil, failure
		}
		var failed *WriteError
		err := w.Write(w.Encode(pageExchange("http://a.test/2", 2)))
		if !errors.As(err, &failed) || !errors.Is(err, failure) {
			t.Errorf("%v: %v", failure, err)
		}
		p.find, p.keep = nil, nil
		if again := w.Write(w.Encode(pageExchange("http://a.test/3", 3))); again != err || w.Written() != before {
			t.Errorf("%v: then %v, and %d bytes instead of %d", failure, again, w.Written(), before)
		}
		if end := w.Close(); end != err {
			t.Errorf("%v: Close says %v", failure, end)
		}
		if n := countTypes(readArchive(t, name)); n[Response] != 1 {
			t.Errorf("%v: there are %v", failure, n)
		}
	}
}

func TestWriteAfterClose(t *testing.T) {
	w := create(t, filepath.Join(t.TempDir(), "a.warc"), WriterOptions{})
	closeWriter(t, w)
	var failed *WriteError
	if err := w.Write(w.Encode(knownExchange())); !errors.As(err, &failed) || !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Close again: %v", err)
	}
}

func TestWriteByMany(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.warc.gz")
	w := create(t, name, WriterOptions{MaxSize: 20_000})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 20 {
				x := pageExchange(fmt.Sprintf("http://a.test/%d/%d", i, j), j) // 16 times the same body
				if err := errors.Join(w.Write(w.Encode(x)), w.Sync()); err != nil {
					t.Error(err)
				}
				if w.Written() == 0 || w.Files() == 0 {
					t.Error("nothing was written")
				}
			}
		})
	}
	all.Wait()
	closeWriter(t, w)
	records := readArchive(t, name)
	if n := countTypes(records); n[Response] != 20 || n[Revisit] != 15*20 || n[Metadata] != 320 {
		t.Errorf("there are %v", n)
	}
	for i, r := range records { // the records of an exchange are next to each other
		if r.Type == Metadata && (records[i-1].Type != Request || records[i+1].ID != strings.Trim(r.Fields.Get(FieldConcurrentTo), "<>")) {
			t.Errorf("around the metadata of %s are a %s and %s", r.TargetURI, records[i-1].Type, records[i+1].ID)
		}
	}
	a := open(t, Segments(name)...)
	for i := range 16 {
		for j := range 20 {
			x := pageExchange(fmt.Sprintf("http://a.test/%d/%d", i, j), j)
			if got := bodyOf(t, a, only(t, a, x.URL)); !bytes.Equal([]byte(got), x.Body) {
				t.Errorf("the body of %s is %q", x.URL, got)
			}
		}
	}
}
