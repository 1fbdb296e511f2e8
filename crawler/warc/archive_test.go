package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

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
				} else if e.Length != 0 {
					t.Errorf("%s shares its member, and has the length %d", e.URL, e.Length)
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
	if _, err := Open([]string{t.TempDir()}, OpenOptions{}); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("of a directory: %v", err)
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
		{"not modified", []raw{{kind: "response", url: "http://a.test/css", block: "HTTP/1.1 304 Not Modified\r\n\r\n"}, moved}, "http://a.test/moved"},
		{"no page", []raw{robots, picture}, "http://a.test/p.png"},
	} {
		a := openRaw(t, test.records...)
		e, ok, err := a.First()
		if err != nil || ok != (test.want != "") || e.URL != test.want {
			t.Errorf("%s: %q, %v, %v; want %q", test.name, e.URL, ok, err, test.want)
		}
	}
}
