package crawler

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/internal/site"
	"github.com/seed-5a061891/trawl/sink"
)

// TestExtractOfAMirrorByWget has the same pages as a crawl. wget follows what a crawl
// does not, and the other way round: the pages that both have are compared.
func TestExtractOfAMirrorByWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Skip("wget is not installed")
	}
	s := startSite(t, site.Options{})
	crawled, _ := crawl(t, Config{Seeds: []string{s.URL + "/"}, Rate: Unlimited, MaxDepth: 2, Retries: NoRetries})
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), wget, "--recursive", "--level=2", "--no-verbose", "--tries=1", "--timeout=5", "--delete-after",
		"--warc-file="+filepath.Join(dir, "mirror"), "--directory-prefix="+dir, s.URL+"/")
	cmd.Env = append(cmd.Environ(), "http_proxy=", "no_proxy=*")
	var failed *exec.ExitError
	if out, err := cmd.CombinedOutput(); err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 4 && failed.ExitCode() != 8) {
		// 4 and 8 are of hosts and pages that the site links to, and which are not there.
		t.Fatalf("%v: %s", err, out)
	}
	records, stats := extract(t, ExtractConfig{Files: []string{filepath.Join(dir, "mirror.warc.gz")}})
	compared := 0
	for _, r := range records {
		want, ok := crawled[r.URL]
		if !ok {
			continue
		}
		compared++
		want, r = ofThePage(want), ofThePage(r)
		if d := cmp.Diff(want, r); d != "" {
			t.Errorf("%s (-crawl +extract):\n%s", r.URL, d)
		}
	}
	t.Logf("%d lines, %d of them compared with the crawl's %d: %+v", len(records), compared, len(crawled), stats)
	if compared < 40 {
		t.Errorf("%d pages compared only", compared)
	}
}

// ofThePage is what a line says of its page, whoever fetched it and when.
func ofThePage(r sink.Record) sink.Record {
	r = asExtracted(r)
	r.FetchedAt, r.DurationMS = sink.Record{}.FetchedAt, 0
	r.URL, r.RequestedURL = strings.TrimSuffix(r.URL, "/"), ""
	return r
}
