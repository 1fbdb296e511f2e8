package warc

import (
	"bytes"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestIndexIsMadeAnew(t *testing.T) {
	content := plain([]raw{info(), page("http://a.test/1", "one"), page("http://a.test/2", "two"), page("http://b.test/", "three")})
	lineAt := func(text []byte, n int) [][]byte {
		lines := bytes.SplitAfter(text, []byte("\n"))
		lines[n], lines[n+1] = lines[n+1], lines[n]
		return lines
	}
	change := func(f func([]byte) []byte) func(string) error {
		return func(file string) error {
			text, err := os.ReadFile(indexPath(file))
			if err != nil {
				return err
			}
			return os.WriteFile(indexPath(file), f(text), 0o644)
		}
	}
	for name, test := range map[string]struct {
		spoil func(file string) error
		anew  bool
	}{
		"nothing": {func(string) error { return nil }, false},
		"gone":    {func(file string) error { return os.Remove(indexPath(file)) }, true},
		"archive touched": {func(file string) error {
			return os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour))
		}, true},
		"archive longer": {func(file string) error {
			info, _ := os.Stat(file)
			err := os.WriteFile(file, append(bytes.Clone(content), page("http://c.test/", "").bytes()...), 0o644)
			os.Chtimes(file, time.Time{}, info.ModTime())
			return err
		}, true},
		"empty":         {change(func([]byte) []byte { return nil }), true},
		"other format":  {change(func(b []byte) []byte { return bytes.Replace(b, []byte("trawl-index-"), []byte("other-index-"), 1) }), true},
		"cut":           {change(func(b []byte) []byte { return b[:len(b)-1] }), true},
		"cut at a line": {change(func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] }), true},
		"a line more":   {change(func(b []byte) []byte { return append(b, "zz)/ 2026 {}\n"...) }), true},
		"order":         {change(func(b []byte) []byte { return bytes.Join(lineAt(b, 1), nil) }), true},
		"one digit":     {change(func(b []byte) []byte { return bytes.Replace(b, []byte(`"200"`), []byte(`"201"`), 1) }), true},
		"no meta":       {change(func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }), true},
		"zeros":         {change(func(b []byte) []byte { return make([]byte, len(b)) }), true},
		"binary":        {change(func(b []byte) []byte { return bytes.Repeat([]byte("\xff\n"), 1000) }), true},
		"huge line":     {change(func(b []byte) []byte { return bytes.Repeat([]byte("x"), 3<<20) }), true},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeFile(t, "a.warc", content)
			if _, err := Index(file, OpenOptions{}); err != nil {
				t.Fatal(err)
			}
			if err := test.spoil(file); err != nil {
				t.Fatal(err)
			}
			anew := false
			a, err := Open([]string{file}, OpenOptions{Indexing: func(string, int64, int64) { anew = true }})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if anew != test.anew {
				t.Errorf("made anew: %v", anew)
			}
			for _, r := range []string{"http://a.test/1", "http://a.test/2", "http://b.test/"} {
				if e := only(t, a, r); e.Status != 200 {
					t.Errorf("%s has status %d", r, e.Status)
				}
			}
			if path := a.files[0].path; path != indexPath(file) {
				t.Errorf("the index is %s", path)
			}
			left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
			if len(left) != 2 {
				t.Errorf("files %v", left)
			}
		})
	}
}

// One that was tampered with knowingly, so that its checksum is right.
func TestIndexOutOfOrder(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{page("http://a.test/", ""), page("http://b.test/", "")}))
	path, err := Index(file, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	swapped := append(bytes.Clone(lines[2]), lines[1]...)
	a := open(t, file)
	first, err := a.files[0].meta.line(2, crc32.Checksum(swapped, castagnoli))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(first, swapped...), 0o644); err != nil {
		t.Fatal(err)
	}
	only(t, open(t, file), "http://b.test/")
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, text) {
		t.Errorf("it is not made anew: %v", err)
	}
}

func TestIndexIsSortedAsSortDoes(t *testing.T) {
	sort, err := exec.LookPath("sort")
	if err != nil {
		t.Skip("sort is not installed")
	}
	file := writeFile(t, "a.warc", plain([]raw{info(), page("http://b.test/z", ""), page("http://b.test/Ü", ""), page("http://b.test/a!", ""),
		page("http://b.test/a", ""), page("http://b.test/a?b", ""), page("http://127.0.0.1/", ""), page("http://[::1]/", ""), page("http://!b/", "")}))
	path, err := Index(file, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sort, "-c", path)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestIndexHasTheArchivesPermissions(t *testing.T) {
	file := writeFile(t, "a.warc", plain([]raw{page("http://a.test/", "")}))
	for _, mode := range []os.FileMode{0o600, 0o644, 0o444} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		os.Remove(indexPath(file))
		path, err := Index(file, OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode|0o600 {
			t.Errorf("archive %v, index %v, %v", mode, info.Mode(), err)
		}
	}
}

func FuzzLoadIndex(f *testing.F) {
	file := writeFile(f, "a.warc", plain([]raw{info(), page("http://a.test/1", "one"), page("http://a.test/2", "two")}))
	modified := time.Unix(1e9, 0)
	if err := os.Chtimes(file, modified, modified); err != nil {
		f.Fatal(err)
	}
	path, err := Index(file, OpenOptions{})
	if err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(strings.Replace(string(good), `"crc32c":"`, `"crc32c":"0`, 1)))
	f.Add([]byte(metaPrefix + "{}\n"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := Open([]string{file}, OpenOptions{})
		if err != nil {
			return
		}
		defer a.Close()
		for _, url := range []string{"http://a.test/1", "http://a.test/2"} {
			entries, err := a.Lookup(url)
			if err != nil {
				continue
			}
			for _, e := range entries {
				if c, err := a.Read(&e); err == nil {
					c.Close()
				}
			}
		}
		_, _, _ = a.First()
	})
}
