package crawler

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/internal/site"
	"github.com/seed-5a061891/trawl/sink"
)

// extract runs an extraction to its end and returns its lines. It fails the test if
// an answer is not accounted for.
func extract(t *testing.T, c ExtractConfig) ([]sink.Record, ExtractStats) {
	t.Helper()
	records, stats, err := extractErr(t, t.Context(), c)
	if err != nil {
		t.Fatalf("Run: %v (%+v)", err, stats)
	}
	return records, stats
}

func extractErr(t *testing.T, ctx context.Context, c ExtractConfig) ([]sink.Record, ExtractStats, error) {
	t.Helper()
	lines, stats, err := extractLines(t, ctx, c)
	var records []sink.Record
	for line := range bytes.Lines(lines) {
		r, err := sink.Decode(line)
		if err != nil {
			t.Fatalf("a line is torn: %v\n%.200s", err, line)
		}
		records = append(records, r)
	}
	skipped := int64(0)
	for _, n := range stats.Skipped {
		skipped += n
	}
	if err == nil && stats.Answers != stats.Lines+skipped {
		t.Errorf("%d answers, %d lines and %d skipped", stats.Answers, stats.Lines, skipped)
	}
	if int64(len(records)) != stats.Lines {
		t.Errorf("%d lines, %d counted", len(records), stats.Lines)
	}
	return records, stats, err
}

func extractLines(t *testing.T, ctx context.Context, c ExtractConfig) ([]byte, ExtractStats, error) {
	t.Helper()
	var out bytes.Buffer
	c.Output, c.Stdout = "-", &out
	x, err := NewExtractor(c)
	if err != nil {
		t.Fatalf("NewExtractor: %v", err)
	}
	stats, err := x.Run(ctx)
	return out.Bytes(), stats, err
}

// record crawls, and returns where the archive is.
func record(t *testing.T, c Config) (archive string, records map[string]sink.Record, stats Stats) {
	t.Helper()
	archive = filepath.Join(t.TempDir(), "crawl.warc.gz")
	c.Recording.Path = archive
	records, stats = crawl(t, c)
	return archive, records, stats
}

// asExtracted is what extraction can know of a crawl's line.
func asExtracted(r sink.Record) sink.Record {
	r.RequestedURL, r.Depth, r.Parent, r.Redirects = r.URL, 0, nil, []sink.Hop{}
	return r
}

// TestExtractGivesTheCrawlsLines records the bundled site, and all its faults, and
// holds what is extracted against the lines of the crawl.
func TestExtractGivesTheCrawlsLines(t *testing.T) {
	s := startSite(t, site.Options{})
	for _, test := range []struct {
		config  Config
		atLeast int
		skipped []frontier.Reason
	}{
		{Config{Seeds: []string{s.URL + "/"}}, 80, []frontier.Reason{frontier.ReasonRedirect, ReasonRobotsTxt}},
		{Config{Seeds: []string{s.URL + "/fault/"}, MaxDepth: 1, IgnoreRobots: true, MaxRetryAfter: 1}, 80,
			[]frontier.Reason{frontier.ReasonRedirect, ReasonType, ReasonNoAnswer}},
	} {
		c := test.config
		c.Rate, c.Retries, c.Fetch = Unlimited, NoRetries, extractLimits()
		archive, crawled, of := record(t, c)
		extracted, stats := extract(t, ExtractConfig{Files: []string{archive}, Fetch: extractLimits()})
		got := make(map[string]sink.Record)
		for _, r := range extracted {
			if _, twice := got[r.URL]; !twice { // a redirect that leads back is asked for again
				got[r.URL] = r
			}
		}
		compared := compareExtracted(t, crawled, got)
		if int64(len(got)) != of.Skipped[ReasonNoIndex] { // which extraction doesn't heed
			t.Errorf("has lines that the crawl has not: %v", got)
		}
		if compared < test.atLeast {
			t.Errorf("compared %d lines only", compared)
		}
		for _, why := range test.skipped {
			if stats.Skipped[why] == 0 {
				t.Errorf("nothing was skipped as %s: %+v", why, stats)
			}
		}
	}
}

// compareExtracted says how many lines it has compared. It leaves in got those that
// the crawl has not.
func compareExtracted(t *testing.T, crawled, got map[string]sink.Record) (compared int) {
	t.Helper()
	for url, want := range crawled {
		r, ok := got[url]
		delete(got, url)
		isPage := want.ContentType != nil && isHTML(*want.ContentType) || want.ContentType == nil && ok // of a header that could not be used
		switch {
		case !isPage && ok:
			t.Errorf("%s is no page, and has a line: %+v", url, r)
		case !isPage:
		case !ok && want.Error != nil && want.Error.Kind == string(fetch.KindRedirect):
			// of a loop or a long chain, which one answer alone doesn't show
		case !ok:
			t.Errorf("%s has no line; the crawl's is %+v", url, want)
		default:
			compared++
			if d := cmp.Diff(asExtracted(want), r); d != "" {
				t.Errorf("%s (-crawl +extract):\n%s", url, d)
			}
		}
	}
	return compared
}

// extractLimits has faults that never end, end.
func extractLimits() *fetch.Options {
	o := fetch.DefaultOptions()
	o.Timeouts.Header, o.Timeouts.Body, o.Timeouts.Total = 300e6, 300e6, 2e9
	o.MaxBody, o.MaxWireBytes = 4<<20, 4<<20
	return &o
}
