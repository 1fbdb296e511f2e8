package warc

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

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
