package warc

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLookupInManyLines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var records []raw
	count := make(map[string]int)
	for range 3000 {
		url := fmt.Sprintf("http://h%d.test/%s?%d", random.IntN(30), strings.Repeat("p/", random.IntN(200)), random.IntN(10))
		count[url]++
		records = append(records, page(url, ""))
	}
	a := openRaw(t, records...)
	x := a.files[0]
	if x.end-x.start < 10*searchBlock {
		t.Fatalf("the index has %d bytes, too few to tell", x.end-x.start)
	}
	for _, all := range []bool{true, false} { // with pivots, and without
		if !all {
			x.pivots = pivots{}
		}
		for url, want := range count {
			if got := len(lookup(t, a, url)); got != want {
				t.Fatalf("%d captures of %s, want %d (pivots: %v)", got, url, want, all)
			}
			if got := len(lookup(t, a, url+"x")); got != 0 {
				t.Fatalf("%d captures of %sx (pivots: %v)", got, url, all)
			}
		}
		for _, url := range []string{"http://0.test/", "http://h0.zzz/", "http://!/", "https://h1.test/?1", "mailto:x"} {
			if got := len(lookup(t, a, url)); got != 0 {
				t.Errorf("%d captures of %s", got, url)
			}
		}
	}
}

func TestPivotsAreBounded(t *testing.T) {
	var p pivots
	line := []byte(strings.Repeat("k", 4000) + " x")
	for i := range int64(100_000) {
		p.offer(i*searchBlock, line)
		if p.bytes > maxPivots || p.bytes < len(p.lines)*4000 {
			t.Fatalf("%d bytes of %d pivots", p.bytes, len(p.lines))
		}
	}
	if len(p.at) < 500 || !slices.IsSorted(p.at) {
		t.Errorf("%d pivots are left", len(p.at))
	}
	for i := 2; i < len(p.at); i++ {
		if d := p.at[i] - p.at[i-1]; d > p.step {
			t.Fatalf("a distance of %d, and the step is %d", d, p.step)
		}
	}
}

func TestLineCursor(t *testing.T) {
	var text bytes.Buffer
	var want []string
	for i := range 400 {
		line := strings.Repeat("x", i*i%5000)
		if i == 200 {
			line = strings.Repeat("y", 5*searchBlock)
		}
		want = append(want, line)
		text.WriteString(line + "\n")
	}
	c := newLineCursor(bytes.NewReader(text.Bytes()), 0)
	defer c.close()
	at := int64(0)
	for i, w := range want {
		if c.offset() != at {
			t.Fatalf("line %d: offset %d, want %d", i, c.offset(), at)
		}
		line, err := c.next()
		if err != nil || string(line) != w {
			t.Fatalf("line %d: %.20q, %v", i, line, err)
		}
		c.back()
		if again, err := c.next(); err != nil || string(again) != w {
			t.Fatalf("line %d again: %.20q, %v", i, again, err)
		}
		at += int64(len(w)) + 1
	}
	if _, err := c.next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	for name, bad := range map[string]string{"no end": "abc", "too long": strings.Repeat("x", 3*maxLine) + "\n"} {
		c := newLineCursor(strings.NewReader(bad), 0)
		if _, err := c.next(); err == nil || err == io.EOF {
			t.Errorf("%s: %v", name, err)
		}
		c.close()
	}
}

// After Open nothing that happens to the index may do more than make an error.
func TestIndexTamperedWithWhileOpen(t *testing.T) {
	var records []raw
	for i := range 500 {
		records = append(records, page(fmt.Sprintf("http://a.test/%d", i), ""))
	}
	file := writeFile(t, "a.warc", plain(records))
	for name, spoil := range map[string]func(text []byte) []byte{
		"emptied":  func([]byte) []byte { return nil },
		"cut":      func(text []byte) []byte { return text[:len(text)/2+3] },
		"garbage":  func(text []byte) []byte { return bytes.Repeat([]byte{'x'}, len(text)) },
		"ends":     func(text []byte) []byte { return bytes.Repeat([]byte{'\n'}, len(text)) },
		"reversed": func(text []byte) []byte { slices.Reverse(text); return text },
		"offsets":  func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(`"offset":"`), []byte(`"offset":"9`)) },
		"JSON":     func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(`"}`), []byte(`"]`)) },
	} {
		os.Remove(indexPath(file))
		a := open(t, file)
		text, err := os.ReadFile(indexPath(file))
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(indexPath(file), os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(spoil(text))
		f.Close()
		failures := 0
		for i := 0; i < len(records); i += 10 {
			entries, err := a.Lookup(records[i].url)
			if err != nil {
				failures++
			}
			for _, e := range entries {
				if c, err := a.Read(&e); err != nil {
					failures++
				} else {
					c.Close()
				}
			}
			if _, err := a.Nearest(records[i].url+"x", 3); err != nil {
				failures++
			}
		}
		if failures == 0 && name != "ends" && name != "reversed" {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestIndexReplacedWhileOpen(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{page("http://a.test/", "")}))
	a := open(t, file)
	a.handles.forgetOpen()
	other := filepath.Join(t.TempDir(), "other")
	os.WriteFile(other, []byte("x"), 0o644)
	if err := os.Rename(other, indexPath(file)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Lookup("http://a.test/"); err == nil || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("error %v", err)
	}
}

// forgetOpen closes what is idle, as when there are too many files.
func (h *handles) forgetOpen() {
	for _, f := range h.idle {
		f.Close()
		delete(h.open, f.path)
	}
	h.idle = nil
}
