package crawler

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/internal/site"
	"github.com/seed-5a061891/trawl/sink"
)

// recordTo crawls, and records in a new archive.
func recordTo(t *testing.T, c Config) (archive string, stats Stats) {
	t.Helper()
	dir := t.TempDir()
	c.Output, c.Recording.Path = filepath.Join(dir, "pages.jsonl"), filepath.Join(dir, "rec.warc")
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if stats, err = crawler.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c.Recording.Path, stats
}

// answersIn are the URLs of an archive's responses and revisits, in their order.
func answersIn(t *testing.T, archive string) (urls []string, revisits int) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := warc.NewReader(f, warc.ReaderOptions{Name: archive, Report: func(p *warc.Problem) { t.Error(p) }})
	for {
		rec, err := r.Next()
		if err != nil {
			if d := cmp.Diff(map[warc.Class]int64{}, r.Problems(), cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
			return urls, revisits
		}
		switch rec.Type {
		case warc.Revisit:
			revisits++
			urls = append(urls, rec.TargetURI)
		case warc.Response:
			urls = append(urls, rec.TargetURI)
		}
	}
}

// TestEveryAnswerIsRecorded: what the server was asked for is in the archive, robots.txt, redirects and errors too, and as often.
func TestEveryAnswerIsRecorded(t *testing.T) {
	s := startSite(t, site.Options{})
	archive, stats := recordTo(t, Config{Seeds: []string{s.URL + "/"}, Rate: Unlimited, Retries: 1, jitter: func() float64 { return 0 }})
	urls, revisits := answersIn(t, archive)
	if int64(len(urls)) != stats.Requests {
		t.Errorf("%d answers are recorded of %d requests", len(urls), stats.Requests)
	}
	asked := map[string]int{}
	for _, r := range s.Requests() {
		asked[s.URL+r.Path]++
	}
	got := map[string]int{}
	for _, url := range urls {
		got[url]++
	}
	if d := cmp.Diff(asked, got); d != "" {
		t.Errorf("(-asked for +recorded):\n%s", d)
	}
	if revisits == 0 {
		t.Error("no payload came twice; the site has two pages not found")
	}
}

// TestRecordedConfig: an archive says what its crawl was begun with.
func TestRecordedConfig(t *testing.T) {
	s := startSite(t, site.Options{})
	for _, c := range []Config{
		{Seeds: []string{strings.ToUpper(s.URL)}, SeedsOnly: true},
		{Seeds: []string{s.URL + "/books/"}, MaxDepth: 1, MaxPages: 3, Scope: ScopePrefix, AllowedDomains: []string{"example.org"}, Include: []string{"."},
			Exclude: []string{"x{9}"}, Types: []string{"image/*"}, IgnoreRobots: true, UserAgent: "x/1", Retries: NoRetries},
		{Seeds: []string{s.URL + "/"}, FollowNothing: true, Retries: 7},
	} {
		want := c
		c.Rate = Unlimited
		archive, _ := recordTo(t, c)
		a, err := warc.Open([]string{archive}, warc.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, listed, err := RecordedConfig(a.Infos())
		if err != nil || listed {
			t.Fatal(listed, err)
		}
		if want.Scope == "" {
			want.Scope = ScopeHost
		}
		if want.UserAgent == "" {
			want.UserAgent = DefaultUserAgent
		}
		if want.Retries == 0 {
			want.Retries = DefaultRetries
		}
		if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); d != "" {
			t.Errorf("(-begun with +recorded):\n%s", d)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := RecordedConfig([]warc.Fields{nil, {{Name: "software", Value: "other"}}}); !errors.Is(err, ErrNoCrawl) {
		t.Error(err)
	}
	if _, _, err := RecordedConfig([]warc.Fields{{{Name: infoCrawl, Value: "{"}}}); err == nil || errors.Is(err, ErrNoCrawl) {
		t.Error(err)
	}
}

// TestRevisitsOverRuns: a payload that an earlier run has recorded is a revisit in the run that goes on.
func TestRevisitsOverRuns(t *testing.T) {
	s := startSite(t, site.Options{})
	dir := t.TempDir()
	c := Config{Seeds: []string{s.URL + "/about.html"}, SeedsOnly: true, Rate: Unlimited, IgnoreRobots: true,
		Output: filepath.Join(dir, "pages.jsonl"), Recording: Recording{Path: filepath.Join(dir, "rec.warc")}}
	state, err := openState(new(c.withDefaults()))
	if err != nil {
		t.Fatal(err)
	}
	payload := &warc.Exchange{URL: "http://a/", Status: "200 OK", Header: http.Header{}, Body: []byte("the same")}
	var at frontier.Checkpoint
	for i := range 2 {
		var notes map[string][]byte
		if at, notes, err = state.recording.write([]*result{{recorded: state.recording.writer.Encode(payload)}}); err != nil {
			t.Fatal(err)
		}
		if err := state.frontier.SetMeta(nil); err != nil { // a commit of something else may not take the notes along
			t.Fatal(err)
		}
		if i == 0 { // killed before the commit
			if err := state.end(false); err != nil {
				t.Fatal(err)
			}
			if state, err = openState(new(c.withDefaults())); err != nil {
				t.Fatal(err)
			}
			if at, notes, err = state.recording.write([]*result{{recorded: state.recording.writer.Encode(payload)}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := state.frontier.Commit(t.Context(), frontier.Batch{Checkpoint: at, Notes: notes}); err != nil {
			t.Fatal(err)
		}
		if err := state.end(false); err != nil {
			t.Fatal(err)
		}
		if state, err = openState(new(c.withDefaults())); err != nil {
			t.Fatal(err)
		}
		if _, revisits := answersIn(t, c.Recording.Path); revisits != i {
			t.Errorf("after %d runs there are %d revisits", i+1, revisits)
		}
	}
	if got := state.recording.writer.Written(); got != at.Recorded {
		t.Errorf("it goes on at %d, want %d", got, at.Recorded)
	}
	if err := state.end(false); err != nil {
		t.Fatal(err)
	}
}

// TestTransportRecorder records and replays by Config.Transport alone.
func TestTransportRecorder(t *testing.T) {
	s := startSite(t, site.Options{})
	archive := filepath.Join(t.TempDir(), "rec.warc.gz")
	w, err := warc.Create(archive, warc.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wire := &http.Transport{DisableCompression: true}
	defer wire.CloseIdleConnections()
	config := Config{Seeds: []string{s.URL + "/"}, Rate: Unlimited, MaxPages: 40, Transport: warc.NewRecorder(wire, w, warc.RecorderOptions{})}
	live, _ := crawl(t, config)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	asked := len(s.Requests())
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	config.Transport = replayer
	replayed, _ := crawl(t, config)
	if d := cmp.Diff(live, replayed, cmpopts.IgnoreFields(sink.Record{}, "FetchedAt", "DurationMS")); d != "" {
		t.Errorf("(-live +replayed):\n%s", d)
	}
	if len(s.Requests()) != asked {
		t.Error("the replay asked the server")
	}
}
