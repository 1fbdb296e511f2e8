package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/internal/site"
	"github.com/seed-5a061891/trawl/sink"
)

func TestNumber(t *testing.T) {
	hops := []frontier.Hop{{URL: "http://a/", Status: 302}, {URL: "http://a/wall", Status: 302}}
	for want, req := range []frontier.Request{
		{URL: "http://a/", Attempt: 1},
		{URL: "http://a/", Attempt: 1, Redirects: hops},
		{URL: "http://a/", Attempt: 2, Redirects: hops},
		{URL: "http://b/", Attempt: 4, Redirects: hops},
	} {
		if got := number(&req); got != want {
			t.Errorf("%+v is number %d, want %d", req, got, want)
		}
	}
}

// recordOrdered crawls into lines in discovery order and an archive, and gives both.
func recordOrdered(t *testing.T, c Config) (live []byte, archive string) {
	t.Helper()
	dir := t.TempDir()
	c.Ordered, c.Output, c.Recording.Path = true, filepath.Join(dir, "live.jsonl"), filepath.Join(dir, "rec.warc")
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := crawler.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if live, err = os.ReadFile(c.Output); err != nil {
		t.Fatal(err)
	}
	return live, c.Recording.Path
}

// TestReplayOfRobots: what a robots.txt did to a crawl, it does to the replay.
func TestReplayOfRobots(t *testing.T) {
	for _, fault := range []string{
		"/fault/robots/503", "/fault/robots/reset", "/fault/robots/404", "/fault/robots/hops/5", "/fault/robots/loop", "/fault/robots/20-megabytes", "/fault/robots/gzip",
	} {
		t.Run(fault, func(t *testing.T) {
			s := startSite(t, site.Options{Faults: map[string]site.Behaviour{"/robots.txt": {Fault: fault}}})
			live, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Rate: Unlimited, Retries: 2, jitter: func() float64 { return 0 }})
			if len(live) == 0 {
				t.Fatal("no line")
			}
			sameGolden(t, live, replayLines(t, archive, 8))
		})
	}
}

// TestReplayOfPauses: what a live crawl waits for, a replay doesn't; the day of a Retry-After has passed before anyone reads this.
func TestReplayOfPauses(t *testing.T) {
	s := startSite(t, site.Options{Faults: map[string]site.Behaviour{"/about.html": {Fault: "/fault/retry/after-seconds", Times: 1}}})
	live, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Rate: 1000, Delay: time.Millisecond, MaxRetryAfter: time.Millisecond})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	c := Config{Transport: replayer, Rate: 0.001, Delay: time.Hour, MaxCrawlDelay: time.Hour, MaxRetryAfter: time.Hour}.withDefaults()
	if c.Rate != 0 || c.Delay != 0 || c.MaxCrawlDelay != 0 || c.MaxRetryAfter != 0 || !c.Ordered || c.Fetch.Timeouts.Total != 0 {
		t.Errorf("a replay waits: %+v", c)
	}
	sameGolden(t, live, replayLines(t, archive, 8))
}

// TestNotRecorded: what isn't in an archive is skipped, and makes no line.
func TestNotRecorded(t *testing.T) {
	s := startSite(t, site.Options{})
	_, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/about.html"}, SeedsOnly: true, Rate: Unlimited, IgnoreRobots: true})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	records, stats := crawl(t, Config{Seeds: []string{s.URL + "/about.html", s.URL + "/abouts.html"}, SeedsOnly: true, Transport: replayer})
	if len(records) != 1 || stats.Skipped[ReasonNotRecorded] != 1 || !stats.Balanced() {
		t.Errorf("%d lines, %+v", len(records), stats)
	}
}

// TestCutRecording: of a body that wasn't wanted when it was recorded there is only a part, and a replay that wants it says so.
func TestCutRecording(t *testing.T) {
	large := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = w.Write(make([]byte, 1<<20)) // its reader may have gone
	}
	s := startSite(t, site.Options{Faults: map[string]site.Behaviour{"/press/harbour-plan.pdf": {Handler: http.HandlerFunc(large)}}})
	pdf := s.URL + "/press/harbour-plan.pdf"
	_, archive := recordOrdered(t, Config{Seeds: []string{pdf}, SeedsOnly: true, Rate: Unlimited, IgnoreRobots: true})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	records, _ := crawl(t, Config{Seeds: []string{pdf}, SeedsOnly: true, Types: []string{"*/*"}, IgnoreRobots: true, Transport: replayer})
	got := records[pdf]
	if got.Error == nil || got.Error.Kind != "not_recorded" {
		t.Errorf("%+v, %+v", got, got.Error)
	}
}

// TestReplayedConcurrently gives a replayer to many clients, whose requests are not a crawl's.
func TestReplayedConcurrently(t *testing.T) {
	s := startSite(t, site.Options{})
	_, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Rate: Unlimited})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	answers := make(chan int)
	for range 16 {
		go func() {
			req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+"/about.html", nil)
			if err != nil {
				answers <- 0
				return
			}
			resp, err := (&http.Client{Transport: replayer}).Do(req)
			if err != nil {
				answers <- 0
				return
			}
			resp.Body.Close()
			answers <- resp.StatusCode
		}()
	}
	want := map[int]int{http.StatusOK: 16}
	got := map[int]int{}
	for range 16 {
		got[<-answers]++
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestReplayIsUsedAgain: a replayer gives each crawl the same, retries included.
func TestReplayIsUsedAgain(t *testing.T) {
	s := startSite(t, site.Options{Faults: map[string]site.Behaviour{"/about.html": {Fault: "/fault/status/503", Times: 1}}})
	_, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Rate: Unlimited, Retries: 2, jitter: func() float64 { return 0 }})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	var before map[string]sink.Record
	for i := range 3 {
		records, stats := crawl(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Retries: 2, Transport: replayer})
		if d := cmp.Diff(before, records); i > 0 && d != "" || stats.Skipped[ReasonNotRecorded] > 0 || stats.Retries == 0 {
			t.Errorf("%d times before, %+v (-before +now):\n%s", i, stats, d)
		}
		before = records
	}
}

// TestReplayOfSpellings: what a server tells apart, a replay does.
func TestReplayOfSpellings(t *testing.T) {
	page := func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "<title>%s</title>", r.RequestURI) }
	server := httptest.NewServer(http.HandlerFunc(page))
	defer server.Close()
	live, archive := recordOrdered(t, Config{Seeds: []string{server.URL + "/%c3%a9", server.URL + "/%C3%A9"}, SeedsOnly: true, Rate: Unlimited, IgnoreRobots: true})
	if bytes.Count(live, []byte("\n")) != 2 {
		t.Fatalf("%s", live)
	}
	sameGolden(t, live, replayLines(t, archive, 2))
}

// TestReplayOfUnreadable: an archive that can't be read ends a replay, and makes no line.
func TestReplayOfUnreadable(t *testing.T) {
	s := startSite(t, site.Options{})
	_, archive := recordOrdered(t, Config{Seeds: []string{s.URL + "/"}, MaxDepth: 1, Rate: Unlimited})
	replayer, err := warc.OpenReplayer(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := replayer.Close(); err != nil {
		t.Fatal(err)
	}
	records, _, err := crawlErr(t, t.Context(), Config{Seeds: []string{s.URL + "/"}, IgnoreRobots: true, Transport: replayer})
	if !errors.As(err, new(*warc.ReadError)) || len(records) > 0 {
		t.Errorf("%d lines, %v", len(records), err)
	}
}

// TestReplayOfRobotsThatCameBack: who was given up on for a robots.txt stays given up on, and who was asked for after it came back isn't.
func TestReplayOfRobotsThatCameBack(t *testing.T) {
	s := startSite(t, site.Options{Faults: map[string]site.Behaviour{"/robots.txt": {Fault: "/fault/robots/503", Times: 2}}})
	dir := t.TempDir()
	c := Config{Seeds: []string{s.URL + "/about.html"}, SeedsOnly: true, Rate: Unlimited, Retries: 1, jitter: func() float64 { return 0 },
		Output: filepath.Join(dir, "live.jsonl"), Recording: Recording{Path: filepath.Join(dir, "rec.warc")}, Ordered: true}
	if _, err := runOnce(t, c, 0, false); err != nil {
		t.Fatal(err)
	}
	live := []byte(readFile(t, c.Output))
	if !bytes.Contains(live, []byte(`"attempts":2`)) || !bytes.Contains(live, []byte(`"kind":"robots"`)) {
		t.Fatalf("%s", live)
	}
	sameGolden(t, live, replayLines(t, c.Recording.Path, 4))
}
