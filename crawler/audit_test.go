package crawler

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/internal/site"
	"github.com/seed-5a061891/trawl/sink"
)

var againAt = regexp.MustCompile(`"again_at":"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z"`)

// auditOf reads an audit, without the times of retries.
func auditOf(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name + partialSuffix); err == nil {
		t.Errorf("%s is left", name+partialSuffix)
	}
	text := againAt.ReplaceAllString(string(data), `"again_at":"T"`)
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// balanceOf counts an audit.
func balanceOf(t *testing.T, name string) frontier.Counts {
	t.Helper()
	a, err := OpenAudit(name)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	n := frontier.Counts{Skipped: map[frontier.Reason]int64{}}
	for f, err := range a.All() {
		if err != nil {
			t.Fatal(err)
		}
		n.Discovered++
		switch f.Outcome {
		case OutcomeFetched:
			n.Fetched++
		case OutcomeFailed:
			n.Failed++
		case OutcomeSkipped:
			n.Skipped[f.Reason]++
		case OutcomeQueued:
			n.Queued++
		}
	}
	return n
}

// sameBalance compares an audit with what was counted.
func sameBalance(t *testing.T, name string, stats Stats) {
	t.Helper()
	want := frontier.Counts{Discovered: stats.Discovered, Fetched: stats.Fetched, Failed: stats.Failed, Skipped: stats.Skipped, Queued: stats.Queued}
	if d := cmp.Diff(want, balanceOf(t, name)); d != "" {
		t.Errorf("the audit and the balance differ (-balance +audit):\n%s", d)
	}
}

func runConfig(t *testing.T, c Config) (Stats, error) {
	t.Helper()
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return crawler.Run(t.Context())
}

func TestAuditHasEveryFate(t *testing.T) {
	for _, inMemory := range []bool{false, true} {
		c := everyFate(t)
		c.InMemory = inMemory
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		stats, err := runConfig(t, c)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(fatesOfEveryFate, auditOf(t, c.Audit)); d != "" {
			t.Errorf("in memory %v: lines (-want +got):\n%s", inMemory, d)
		}
		sameBalance(t, c.Audit, stats)
		lines, err := os.ReadFile(c.Output)
		if err != nil {
			t.Fatal(err)
		}
		if n := int64(len(recordsOf(t, lines, stats))); n != stats.Fetched+stats.Failed {
			t.Errorf("%d lines in the dataset", n)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("in memory %v: %v is left of the frontier, %v", inMemory, left, err)
		}
		if _, err := os.Stat(c.Output + StateSuffix); err == nil {
			t.Error("the state is left")
		}
	}
}

func TestAuditOfList(t *testing.T) {
	w := newWeb()
	w.page("http://a.example/1", "/2")
	var out bytes.Buffer
	c := flatOut(w)
	c.SeedList, c.FollowNothing, c.Concurrency = strings.NewReader("a.example/1\nhttp://a.example/3\n"), true, 1
	c.Output, c.Stdout, c.Audit = "-", &out, filepath.Join(t.TempDir(), "audit.jsonl")
	stats, err := runConfig(t, c)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{"url":"http://a.example/1","outcome":"fetched","reason":null,"detail":null,"depth":0,"parent":null,"requested_url":"a.example/1","redirects":[],` + tryFetched,
		`{"url":"http://a.example/3","outcome":"fetched","reason":null,"detail":null,"depth":0,"parent":null,"requested_url":null,"redirects":[],` + tryFetched,
	}
	if d := cmp.Diff(want, auditOf(t, c.Audit)); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
	sameBalance(t, c.Audit, stats)
}

func TestAuditOfBundledSite(t *testing.T) {
	s := startSite(t, site.Options{})
	dir := t.TempDir()
	c := Config{Seeds: []string{s.URL}, Rate: Unlimited, Retries: 1, jitter: func() float64 { return 0 },
		Output: filepath.Join(dir, "pages.jsonl"), Audit: filepath.Join(dir, "audit.jsonl")}
	stats, err := runConfig(t, c)
	if err != nil {
		t.Fatal(err)
	}
	sameBalance(t, c.Audit, stats)
	facts, err := site.Expected()
	if err != nil {
		t.Fatal(err)
	}
	fates := map[string]string{}
	a, err := OpenAudit(c.Audit)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for f, err := range a.All() {
		if err != nil {
			t.Fatal(err)
		}
		fates[strings.TrimPrefix(f.URL, s.URL)] = strings.TrimSpace(f.Outcome + " " + string(f.Reason))
	}
	for _, f := range facts {
		want := map[string]string{"page": "fetched", "redirect": "skipped redirect"}[f.Outcome]
		if want == "" {
			want = f.Outcome + " " + f.Reason
		}
		if f.Via == "" && fates[f.URL] != want {
			t.Errorf("%s is %q in the audit, want %q", f.URL, fates[f.URL], want)
		}
	}
}

// interrupted leaves a crawl with a URL that waits for a retry and one whose turn
// didn't come.
func interrupted(t *testing.T) Config {
	t.Helper()
	w := newWeb()
	w.page("http://a.example/", "/busy", "/later")
	w.page("http://a.example/later")
	c := flatOut(w, "http://a.example/")
	dir := t.TempDir()
	c.Concurrency, c.Output, c.Audit = 1, filepath.Join(dir, "pages.jsonl"), filepath.Join(dir, "audit.jsonl")
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.on("http://a.example/busy", func(_ *http.Request, nth int) *http.Response {
		if nth > 1 {
			return htmlPage()
		}
		crawler.Drain()
		return answer(503, "", "Retry-After", "1")
	})
	stats, err := crawler.Run(t.Context())
	if !errors.Is(err, ErrInterrupted) {
		t.Fatalf("Run: %v, want ErrInterrupted", err)
	}
	sameBalance(t, c.Audit, stats)
	return c
}

func TestAuditOfInterruptedCrawl(t *testing.T) {
	c := interrupted(t)
	want := []string{
		`{"url":"http://a.example/","outcome":"fetched","reason":null,"detail":null,"depth":0,"parent":null,"requested_url":null,"redirects":[],` + tryFetched,
		`{"url":"http://a.example/busy","outcome":"queued","reason":null,"detail":"answered 503 Service Unavailable",` + onHome +
			`"attempts":1,"tries":[{"attempt":1,"outcome":"retry","reason":null,"detail":"answered 503 Service Unavailable","again_at":"T"}]}`,
		`{"url":"http://a.example/later","outcome":"queued","reason":null,"detail":null,` + onHome + `"attempts":0,"tries":[]}`,
	}
	if d := cmp.Diff(want, auditOf(t, c.Audit)); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
	stats, err := runConfig(t, c)
	if err != nil {
		t.Fatal(err)
	}
	sameBalance(t, c.Audit, stats)
	if got := auditOf(t, c.Audit); len(got) != 3 || !strings.Contains(got[1], `"outcome":"fetched"`) {
		t.Errorf("after the crawl is complete: %s", got)
	}
}

// TestAuditThatFails leaves the state, and the same command writes it.
func TestAuditThatFails(t *testing.T) {
	dir := t.TempDir()
	w := newWeb()
	c := flatOut(w, "http://a.example/")
	c.Output, c.Audit = filepath.Join(dir, "pages.jsonl"), filepath.Join(dir, "audit.jsonl")
	w.on("http://a.example/", func(*http.Request, int) *http.Response {
		if err := os.Mkdir(c.Audit, 0o777); err != nil {
			t.Error(err)
		}
		return htmlPage()
	})
	var failure *AuditError
	if _, err := runConfig(t, c); !errors.As(err, &failure) {
		t.Fatalf("Run: %v, want an AuditError", err)
	}
	if _, err := os.Stat(c.Audit + partialSuffix); err == nil {
		t.Error("what could not be put in its place is left")
	}
	if err := os.Remove(c.Audit); err != nil {
		t.Fatal(err)
	}
	stats, err := runConfig(t, c)
	if err != nil || w.count("http://a.example/") != 1 {
		t.Fatalf("Run: %v, after %d requests", err, w.count("http://a.example/"))
	}
	sameBalance(t, c.Audit, stats)
	if _, err := os.Stat(c.Output + StateSuffix); err == nil {
		t.Error("the state is left")
	}
}

// TestAuditOfFailedCrawl: what can't be written isn't fetched, and the audit says so.
func TestAuditOfFailedCrawl(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("needs /dev/full, which Linux has")
	}
	w := newWeb()
	w.page("http://a.example/", "/1")
	c := flatOut(w, "http://a.example/")
	c.Output, c.Audit = "/dev/full", filepath.Join(t.TempDir(), "audit.jsonl")
	stats, err := runConfig(t, c)
	var failure *sink.WriteError
	if !errors.As(err, &failure) || stats.Queued != 1 {
		t.Fatalf("Run: %v, %+v", err, stats.Counts)
	}
	sameBalance(t, c.Audit, stats)
}

// TestAuditOfFailedFrontier: there is none, and its failure is told as it is.
func TestAuditOfFailedFrontier(t *testing.T) {
	c := flatOut(newWeb(), "http://a.example/")
	c.Audit = filepath.Join(t.TempDir(), "audit.jsonl")
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	f, err := disk.Open(t.TempDir(), disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := crawler.writeAudit(t.Context(), f); err != frontier.ErrClosed {
		t.Errorf("writeAudit: %v, want ErrClosed", err)
	}
	if names, err := filepath.Glob(c.Audit + "*"); err != nil || len(names) > 0 {
		t.Errorf("%v was made, %v", names, err)
	}
}

// TestAuditIsCounted: an audit that lacks a URL is none.
func TestAuditIsCounted(t *testing.T) {
	all := func(yield func(Fate, error) bool) { yield(Fate{URL: "u", Outcome: OutcomeFetched}, nil) }
	for counted, good := range map[int64]bool{0: false, 1: true, 2: false} {
		out, err := os.Create(filepath.Join(t.TempDir(), "audit.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if err := writeFates(t.Context(), out, all, counted); (err == nil) != good {
			t.Errorf("one line of %d: %v", counted, err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAuditRefusals(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"list.txt": "http://a.example/\n", "other.jsonl": `{"url":"http://a.example/","depth":0}` + "\n", "empty": ""} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("closed"), 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, at("linked")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ audit, want string }{
		{"-", "has to be a file"},
		{at("a.jsonl.gz"), "name it without .gz"},
		{at("a.jsonl.xz"), "name it without .xz"},
		{at("pages.jsonl"), "the output too"},
		{at("linked/pages.jsonl"), "the output too"},
		{at("pages.jsonl.state"), "in the crawl's state"},
		{at("pages.jsonl.state/x"), "in the crawl's state"},
		{at("none/audit.jsonl"), "there is no directory " + at("none")},
		{at("list.txt"), "is no audit"},
		{at("other.jsonl"), "is no audit"},
		{at("closed"), "is a directory"},
		{os.DevNull, "no regular file"},
	} {
		c := flatOut(newWeb(), "http://a.example/")
		c.Output, c.Audit = at("pages.jsonl"), test.audit
		_, err := New(c)
		var bad *ConfigError
		if !errors.As(err, &bad) || bad.Field != "Audit" || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.audit, err, test.want)
		}
	}
	c := flatOut(newWeb(), "http://a.example/")
	c.Output, c.Audit, c.Frontier = "-", at("audit.jsonl"), frontier.NewMemory(c.FrontierOptions())
	if _, err := New(c); err == nil || !strings.Contains(err.Error(), "frontier on disk") {
		t.Errorf("a frontier that can't tell: %v", err)
	}
	c.Frontier, c.Audit = nil, at("empty")
	if _, err := New(c); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// TestAuditThatCannotBeWritten is refused before anything is fetched or made.
func TestAuditThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	w := newWeb()
	c := flatOut(w, "http://a.example/")
	c.Output, c.Audit = filepath.Join(dir, "pages.jsonl"), filepath.Join(dir, "audit.jsonl")
	if err := os.Mkdir(c.Audit+partialSuffix, 0o777); err != nil { // root may write anywhere else
		t.Fatal(err)
	}
	var bad *ConfigError
	if _, err := runConfig(t, c); !errors.As(err, &bad) || bad.Field != "Audit" {
		t.Errorf("Run: %v", err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || !slices.Equal(names, []string{c.Audit + partialSuffix}) || len(w.asked) != 0 {
		t.Errorf("%v was made, and %d requests, %v", names, len(w.asked), err)
	}
}
