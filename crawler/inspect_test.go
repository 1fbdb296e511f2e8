package crawler

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

func inspect(t *testing.T, c Config) *Inspection {
	t.Helper()
	i, err := Inspect(c.Output + StateSuffix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

// TestInspectAgreesWithTheAudit: asked by its state, the crawl says the same.
func TestInspectAgreesWithTheAudit(t *testing.T) {
	c := everyFate(t)
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w := c.Transport.(*brokenWeb)
	w.on("http://a.example/deep", func(*http.Request, int) *http.Response {
		crawler.Drain()
		return answer(503, "", "Retry-After", "60") // so that nothing else is begun
	})
	if _, err := crawler.Run(t.Context()); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("Run: %v", err)
	}
	i := inspect(t, c)
	a, err := OpenAudit(c.Audit)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var audit []Fate
	for f, err := range a.All() {
		if err != nil {
			t.Fatal(err)
		}
		audit = append(audit, f)
	}
	n := 0
	for f, err := range i.All() {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(audit[n].AppendLine(nil)), string(f.AppendLine(nil))); d != "" {
			t.Errorf("-audit +state:\n%s", d)
		}
		byState, err := urlsOf(t, i.Chain(f.URL))
		if err != nil {
			t.Fatal(err)
		}
		byAudit, err := urlsOf(t, a.Chain(f.URL))
		if err != nil || !cmp.Equal(byState, byAudit) || len(byState) != f.Depth+1 {
			t.Errorf("the chain is %v by the state and %v by the audit, %v", byState, byAudit, err)
		}
		n++
	}
	if n != len(audit) || n < 20 {
		t.Errorf("%d URLs in the state, %d in the audit", n, len(audit))
	}
	if got, err := urlsOf(t, i.Chain("http://a.example/never")); len(got) > 0 || err != nil {
		t.Errorf("a URL never seen: %v, %v", got, err)
	}
}

func TestInspectVerdict(t *testing.T) {
	i := inspect(t, interrupted(t))
	for url, want := range map[string]string{
		"http://a.example/never": "it is in scope, and no page that was fetched links to it; 2 more are queued, on which it may be found",
		"http://b.example/":      "it would be skipped: its host b.example is that of no URL to start from (--scope host)",
		"http://a.example/x.png": "it would be skipped: its ending .png is that of image/png",
	} {
		if got, err := i.Verdict(url); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q, %v", url, got, want, err)
		}
	}
	near, err := i.Near("https://www.a.example/busy/")
	if err != nil || len(near) != 1 || near[0].URL != "http://a.example/busy" {
		t.Errorf("near are %v, %v", near, err)
	}
}

// TestInspectVerdictOfList: the seeds of a list span the scope as others do.
func TestInspectVerdictOfList(t *testing.T) {
	for _, followNothing := range []bool{false, true} {
		w := newWeb()
		c := flatOut(w)
		c.SeedList, c.FollowNothing, c.Concurrency = strings.NewReader("http://b.example/\nhttp://a.example/1\nhttp://a.example/2\n"), followNothing, 1
		c.Output = filepath.Join(t.TempDir(), "pages.jsonl")
		crawler, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		w.page("http://b.example/")
		w.on("http://a.example/1", func(*http.Request, int) *http.Response {
			crawler.Drain()
			return answer(503, "", "Retry-After", "60") // so that nothing else is begun
		})
		if _, err := crawler.Run(t.Context()); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("Run: %v", err)
		}
		i := inspect(t, c)
		want := map[string]string{"http://b.example/x": "it is in scope", "http://c.example/": "its host c.example"}
		if followNothing {
			want = map[string]string{"http://b.example/x": "it was not in the list, and nothing is followed"}
		}
		for url, want := range want {
			if got, err := i.Verdict(url); err != nil || !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q, %v", url, got, want, err)
			}
		}
	}
}

func TestInspectRefusals(t *testing.T) {
	dir := t.TempDir()
	if _, err := Inspect(filepath.Join(dir, "none")); !errors.Is(err, disk.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(dir); !errors.Is(err, disk.ErrForeign) {
		t.Errorf("another directory: %v", err)
	}

	w := newWeb()
	c := flatOut(w, "http://a.example/")
	c.Output = filepath.Join(t.TempDir(), "pages.jsonl")
	w.other = func(*http.Request) *http.Response {
		if _, err := Inspect(c.Output + StateSuffix); !errors.Is(err, disk.ErrLocked) {
			t.Errorf("while the crawl runs: %v", err)
		}
		return htmlPage()
	}
	if _, err := runConfig(t, c); err != nil {
		t.Fatal(err)
	}

	c = interrupted(t)
	state := c.Output + StateSuffix
	tables, err := filepath.Glob(filepath.Join(state, "MANIFEST-*"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("%v, %v", tables, err)
	}
	f, err := os.OpenFile(tables[0], os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, strings.Repeat("?", 20)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var corrupt *disk.CorruptError
	if _, err := Inspect(state); !errors.As(err, &corrupt) {
		t.Errorf("a damaged state: %v", err)
	}

	unborn := t.TempDir()
	fr, err := disk.Open(unborn, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := fr.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(unborn); err == nil || !strings.Contains(err.Error(), "before it began") {
		t.Errorf("a state that was never used: %v", err)
	}
}

func TestSpellings(t *testing.T) {
	for url, want := range map[string][]string{
		"http://a.example/x?q": {
			"http://www.a.example/x?q", "https://a.example/x?q", "https://www.a.example/x?q",
			"http://a.example/x/?q", "http://www.a.example/x/?q", "https://a.example/x/?q", "https://www.a.example/x/?q",
		},
		"https://www.a.example:8443/": {"https://a.example:8443/"},
		"":                            nil,
	} {
		if d := cmp.Diff(want, spellings(url)); d != "" {
			t.Errorf("%s (-want +got):\n%s", url, d)
		}
	}
}
