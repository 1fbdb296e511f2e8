package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
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

func TestOpenAnyLayout(t *testing.T) {
	var records []raw
	records = append(records, info())
	for i := range 20 {
		records = append(records, page(fmt.Sprintf("http://a.test/%d", i), strings.Repeat(fmt.Sprint(i, " "), i*100)))
	}
	for name, lay := range map[string]layout{
		"plain.warc": plain, "each.warc.gz": members(1), "three.warc.gz": members(3), "whole.warc.gz": members(1000),
	} {
		t.Run(name, func(t *testing.T) {
			content := lay(records)
			a := open(t, writeFile(t, name, content))
			for i := range 20 {
				e := only(t, a, fmt.Sprintf("http://a.test/%d", i))
				if want := strings.Repeat(fmt.Sprint(i, " "), i*100); bodyOf(t, a, e) != want {
					t.Errorf("the body of %s is another", e.URL)
				}
				if name != "three.warc.gz" && name != "whole.warc.gz" {
					part := content[e.Offset : e.Offset+e.Length]
					if name == "each.warc.gz" {
						z, err := gzip.NewReader(bytes.NewReader(part))
						if err != nil {
							t.Fatal(err)
						}
						if part, err = io.ReadAll(z); err != nil {
							t.Fatal(err)
						}
					}
					if !bytes.Equal(part, records[i+1].bytes()) {
						t.Errorf("offset and length of %s are not of its record", e.URL)
					}
				}
			}
			infos := a.Infos()
			if len(infos) != 1 || infos[0].Get("software") != "test" {
				t.Errorf("infos = %v", infos)
			}
		})
	}
}

func TestLookupOrder(t *testing.T) {
	dir := t.TempDir()
	late, early := page("http://a.test/", "late"), page("http://a.test/", "early")
	late.date, early.date = "2026-12-01T00:00:00Z", "2020-01-01T00:00:00Z"
	first := writeFile(t, filepath.Join(dir, "z.warc.gz"), members(2)([]raw{late, early}))
	second := writeFile(t, filepath.Join(dir, "a.warc"), plain([]raw{early}))
	a := open(t, first, second, first)
	var got []string
	for _, e := range lookup(t, a, "http://a.test/") {
		got = append(got, filepath.Base(e.File)+" "+bodyOf(t, a, &e))
	}
	want := []string{"z.warc.gz late", "z.warc.gz early", "a.warc early"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOpenTwiceReadsTheIndex(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{info(), page("http://a.test/", "one"), {kind: "response", url: "http://a.test/bad", block: "no HTTP"}}))
	indexed := 0
	o := OpenOptions{Indexing: func(string, int64, int64) { indexed++ }}
	var problems []map[Class]int64
	for range 2 {
		a, err := Open([]string{file}, o)
		if err != nil {
			t.Fatal(err)
		}
		problems = append(problems, a.Problems())
		a.Close()
		if indexed == 0 {
			t.Fatal("Indexing was not called")
		}
	}
	before := indexed
	if a, err := Open([]string{file}, o); err != nil {
		t.Fatal(err)
	} else {
		a.Close()
	}
	if indexed != before {
		t.Error("indexed again")
	}
	if problems[0][ClassHTTPHead] != 1 || problems[1][ClassHTTPHead] != 1 {
		t.Errorf("problems of the first and second opening: %v", problems)
	}
	o.Policy = Policy{ClassHTTPHead: Stop}
	if _, err := Open([]string{file}, o); !errors.Is(err, ClassHTTPHead) {
		t.Errorf("with another policy: %v", err)
	}
}

func TestOpenWhatIsStillWritten(t *testing.T) {
	whole := members(1)([]raw{info(), page("http://a.test/1", "one"), page("http://a.test/2", "two")})
	file := writeFile(t, "a.warc.gz", whole[:len(whole)-9])
	a := open(t, file)
	if got := bodyOf(t, a, only(t, a, "http://a.test/1")); got != "one" {
		t.Errorf("body %q", got)
	}
	if n := len(lookup(t, a, "http://a.test/2")); n != 0 {
		t.Errorf("%d captures of what was torn", n)
	}
	if p := a.Problems(); p[ClassCutFile]+p[ClassDamagedMember] == 0 {
		t.Errorf("problems %v", p)
	}
	writeFile(t, file, whole)
	b := open(t, file)
	if got := bodyOf(t, b, only(t, b, "http://a.test/2")); got != "two" {
		t.Errorf("body %q after it was written whole", got)
	}
}

func TestOpenInADirectoryThatCannotBeWritten(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{page("http://a.test/", "one")}))
	dir := filepath.Dir(file)
	if err := os.Mkdir(file+".cdxj", 0o755); err != nil { // stops root, too
		t.Fatal(err)
	}
	if _, err := Index(file, OpenOptions{}); err == nil {
		t.Error("Index: no error")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	a, err := Open([]string{file}, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := bodyOf(t, a, only(t, a, "http://a.test/")); got != "one" {
		t.Errorf("body %q", got)
	}
	if left, _ := os.ReadDir(temp); len(left) != 1 {
		t.Errorf("%d files in the temporary directory, want 1", len(left))
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	for _, d := range []string{temp, dir} {
		left, err := os.ReadDir(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range left {
			if name := f.Name(); name != "a.warc" && name != "a.warc.cdxj" {
				t.Errorf("%s is left behind", name)
			}
		}
	}
}

func TestOpenErrors(t *testing.T) {
	if _, err := Open([]string{filepath.Join(t.TempDir(), "none.warc")}, OpenOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a missing file: %v", err)
	}
	if _, err := Open([]string{t.TempDir()}, OpenOptions{}); err == nil {
		t.Error("of a directory: no error")
	}
	file := writeFile(t, "a.warc", []byte("this is no archive"))
	if _, err := Open([]string{file}, OpenOptions{}); !errors.Is(err, ClassNotWARC) {
		t.Errorf("of no archive: %v", err)
	}
	if _, err := os.Stat(indexPath(file)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it has an index: %v", err)
	}
}

func TestIndex(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{page("http://a.test/", "one")}))
	path, err := Index(file, OpenOptions{})
	if err != nil || path != file+".cdxj" {
		t.Fatalf("Index = %q, %v", path, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := strings.Cut(string(text), "\n")
	want := fmt.Sprintf(`test,a)/ 20261122104001 {"url":"http://a.test/","mime":"text/html","status":"200","length":"%d","offset":"0",`+
		`"filename":"a.warc","type":"response","id":"urn:test:response:http://a.test/"}`+"\n", len(plain([]raw{page("http://a.test/", "one")})))
	if lines != want {
		t.Errorf("lines\n%swant\n%s", lines, want)
	}
}

func TestFirst(t *testing.T) {
	robots, icon := page("http://a.test/robots.txt", ""), page("http://a.test/favicon.ico", "")
	picture := raw{kind: "response", url: "http://a.test/p.png", block: answer("200 OK", "image/png", "x")}
	moved := raw{kind: "response", url: "http://a.test/moved", block: answer("302 Found", "", "")}
	dns := raw{kind: "response", url: "dns:a.test", contentType: "text/dns", block: "20261122 a.test. IN A 127.0.0.1"}
	for _, test := range []struct {
		name    string
		records []raw
		want    string
	}{
		{"nothing", []raw{info()}, ""},
		{"robots.txt alone", []raw{info(), dns, robots, icon}, ""},
		{"page after robots.txt, as Heritrix", []raw{info(), dns, robots, page("http://a.test/x", ""), page("http://a.test/y", "")}, "http://a.test/x"},
		{"page after its pictures", []raw{picture, page("http://a.test/x", "")}, "http://a.test/x"},
		{"redirect", []raw{robots, moved, page("http://a.test/x", "")}, "http://a.test/moved"},
		{"no page", []raw{robots, picture}, "http://a.test/p.png"},
	} {
		a := openRaw(t, test.records...)
		e, ok, err := a.First()
		if err != nil || ok != (test.want != "") || e.URL != test.want {
			t.Errorf("%s: %q, %v, %v; want %q", test.name, e.URL, ok, err, test.want)
		}
	}
}

func TestConformance(t *testing.T) {
	dir := "../../../shared/conformance/warc"
	files, _ := filepath.Glob(filepath.Join(dir, "*.warc"))
	gz, _ := filepath.Glob(filepath.Join(dir, "*.warc.gz"))
	files = append(files, gz...)
	if len(files) == 0 {
		t.Skip("no files in " + dir)
	}
	captures := map[string]int{
		"example-digest.warc":           0, // requests only
		"example-trunc.warc":            0, // its one response is of a wrong length
		"example-iana.org-chunked.warc": 1, "example-resource.warc.gz": 1, "wget-1.21-nogz.warc": 7, "wget-1.21.warc.gz": 7,
	}
	for _, outside := range files {
		name := filepath.Base(outside)
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(outside)
			if err != nil {
				t.Fatal(err)
			}
			a := open(t, writeFile(t, name, content))
			all := allEntries(t, a)
			for _, e := range all {
				if !slices.ContainsFunc(lookup(t, a, e.URL), func(f Entry) bool { return e.samePlace(&f) }) {
					t.Errorf("%s at %d is not found", e.URL, e.Offset)
				}
				if body := bodyOf(t, a, &e); body == "" {
					t.Errorf("%s at %d has no body", e.URL, e.Offset)
				}
			}
			if want, known := captures[name]; known && len(all) != want {
				t.Errorf("%d captures, want %d; problems %v", len(all), want, a.Problems())
			}
		})
	}
}

// allEntries reads the index through.
func allEntries(t testing.TB, a *Archive) []Entry {
	t.Helper()
	var all []Entry
	for _, x := range a.files {
		f, err := os.Open(x.path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		err = x.each(f, x.start, nil, func(_ int64, line []byte) error {
			e, err := parseLine(line, x.archive)
			if err == nil {
				all = append(all, *e)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Skip("wget is not installed")
	}
	pages := map[string]string{
		"/":         `<a href="/a%20b.html">1</a> <a href="/q?b=2&amp;a='1'">2</a> <a href="/Ü">3</a> <a href="/gone">4</a>`,
		"/a b.html": "<p>one", "/q": "<p>two", "/Ü": "<p>three",
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if body, ok := pages[r.URL.Path]; ok {
			io.WriteString(w, body)
			return
		}
		http.Error(w, "gone", http.StatusNotFound)
	}))
	defer site.Close()
	for _, gz := range []bool{true, false} {
		dir := t.TempDir()
		args := []string{"-q", "-r", "--no-config", "--local-encoding=UTF-8", "--warc-file=w", site.URL + "/"}
		file := filepath.Join(dir, "w.warc.gz")
		if !gz {
			args = append([]string{"--no-warc-compression"}, args...)
			file = filepath.Join(dir, "w.warc")
		}
		cmd := exec.Command(wget, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 8 { // 8: the server said 404
			t.Fatalf("%v\n%s", err, out)
		}
		a := open(t, file)
		for path, want := range map[string]string{
			"/": pages["/"], "/a%20b.html": "<p>one", "/q?b=2&a=%271%27": "<p>two", "/%C3%9C": "<p>three", "/gone": "gone\n", "/robots.txt": "gone\n",
		} {
			if got := bodyOf(t, a, only(t, a, site.URL+path)); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
		if e, ok, err := a.First(); err != nil || !ok || e.URL != site.URL+"/" {
			t.Errorf("First = %s, %v, %v", e.URL, ok, err)
		}
	}
}

// bigArchive writes an archive of many records, each a member of its own.
func bigArchive(b *testing.B, n int) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "big.warc.gz")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, _ := gzip.NewWriterLevel(nil, gzip.HuffmanOnly)
	var member bytes.Buffer
	for i := range n {
		member.Reset()
		z.Reset(&member)
		z.Write(page(bigURL(i), strings.Repeat("text ", 50)).bytes())
		z.Close()
		if _, err := f.Write(member.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
	return file
}

func bigURL(i int) string {
	return fmt.Sprintf("https://host%d.test/path/%x/page-%d.html?id=%d", i%97, i*2654435761%1000003, i, i)
}

const bigCount = 300_000

func BenchmarkIndex(b *testing.B) {
	file := bigArchive(b, bigCount)
	for b.Loop() {
		os.Remove(indexPath(file))
		peak := watchHeap(b)
		if _, err := Index(file, OpenOptions{}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(peak(), "peak-MiB")
	}
	b.ReportMetric(bigCount*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// watchHeap tells how much more memory there was than before.
func watchHeap(b *testing.B) func() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return (float64(most) - float64(before)) / (1 << 20)
	}
}

func BenchmarkOpen(b *testing.B) {
	file := bigArchive(b, bigCount)
	if _, err := Index(file, OpenOptions{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a, err := Open([]string{file}, OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		a.Close()
	}
}

func BenchmarkLookupAndRead(b *testing.B) {
	file := bigArchive(b, bigCount)
	a := open(b, file)
	b.Run("lookup", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			only(b, a, bigURL(i*7919%bigCount))
		}
	})
	b.Run("missing", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if n := len(lookup(b, a, bigURL(i*7919%bigCount)+"x")); n != 0 {
				b.Fatal(n)
			}
		}
	})
	b.Run("nearest", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := a.Nearest(bigURL(i*7919%bigCount)+"x", 3); err != nil {
				b.Fatal(err)
			}
		}
	})
	entries := make([]*Entry, 1000)
	for i := range entries {
		entries[i] = only(b, a, bigURL(i*7919%bigCount))
	}
	b.Run("read", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c, err := a.Read(entries[i%len(entries)])
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, c.Body); err != nil {
				b.Fatal(err)
			}
			c.Close()
		}
	})
}
