package crawler

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/internal/site"
)

var (
	recordAnew = flag.Bool("record", false, "record the bundled site into testdata/recorded")
	goldenAnew = flag.Bool("golden", false, "rewrite the golden lines from the recordings")
)

const recordings = "../testdata/recorded"

// TestGolden replays what was recorded of the bundled site, and holds the lines against those that were read and found right. make golden
// rewrites them, make record what they come from.
func TestGolden(t *testing.T) {
	for name, config := range map[string]Config{
		"tjeldhavn": {Seeds: []string{site.PipeURL + "/"}},
		"faults": {Seeds: []string{site.PipeURL + "/fault/"}, MaxDepth: 1, IgnoreRobots: true,
			Include: []string{"/fault/(coding|charset|text|type|status|redirect)/"}, Exclude: []string{"bomb|endless|hang|continue|/101|/long"}},
	} {
		t.Run(name, func(t *testing.T) {
			archive := filepath.Join(recordings, name+".warc.gz")
			if *recordAnew {
				recordSite(t, config, archive)
			}
			lines := filepath.Join(recordings, name+".jsonl")
			got := replayLines(t, archive, 1)
			if *goldenAnew || *recordAnew {
				if err := os.WriteFile(lines, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(lines)
			if err != nil {
				t.Fatal(err)
			}
			sameGolden(t, want, got)
			if again := replayLines(t, archive, 64); !bytes.Equal(got, again) {
				t.Error("-c 64 gives other bytes than -c 1")
			}
		})
	}
}

// recordSite crawls the bundled site, at a name of its own, into an archive.
func recordSite(t *testing.T, config Config, archive string) {
	t.Helper()
	s, err := site.StartPipe(t.Context(), site.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	wire := &http.Transport{DialContext: s.DialContext, DisableCompression: true}
	t.Cleanup(wire.CloseIdleConnections)
	config.Rate, config.Retries, config.Overwrite = Unlimited, 1, true
	config.Transport = wire
	config.Output = filepath.Join(t.TempDir(), "pages.jsonl")
	config.Recording = Recording{Path: archive}
	config.jitter = func() float64 { return 0 }
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// replayLines are the lines of a replay, of a copy, since an index is made beside it.
func replayLines(t *testing.T, archive string, concurrency int) []byte {
	t.Helper()
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mine := filepath.Join(dir, filepath.Base(archive))
	if err := os.WriteFile(mine, data, 0o666); err != nil {
		t.Fatal(err)
	}
	replayer, err := warc.OpenReplayer(mine)
	if err != nil {
		t.Fatal(err)
	}
	defer replayer.Close()
	config, _, err := RecordedConfig(replayer.Archive().Infos())
	if err != nil {
		t.Fatal(err)
	}
	config.Transport = replayer
	config.Concurrency = concurrency
	config.Output = filepath.Join(dir, "pages.jsonl")
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stats.Skipped[ReasonNotRecorded] > 0 {
		t.Errorf("%d URLs are not in the recording", stats.Skipped[ReasonNotRecorded])
	}
	lines, err := os.ReadFile(config.Output)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// sameGolden tells of each line that differs what differs in it.
func sameGolden(t *testing.T, want, got []byte) {
	t.Helper()
	if bytes.Equal(want, got) {
		return
	}
	wantLines, gotLines := bytes.SplitAfter(want, []byte("\n")), bytes.SplitAfter(got, []byte("\n"))
	told := 0
	for i := range max(len(wantLines), len(gotLines)) {
		var w, g []byte
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if bytes.Equal(w, g) {
			continue
		}
		if told++; told > 10 {
			t.Error("and more")
			return
		}
		t.Errorf("line %d (-golden +replayed):\n%s", i+1, cmp.Diff(fieldsOf(w), fieldsOf(g)))
	}
}

// fieldsOf is a line with one field a line, for a diff.
func fieldsOf(line []byte) string {
	var indented bytes.Buffer
	if err := json.Indent(&indented, line, "", " "); err != nil {
		return string(line)
	}
	return indented.String()
}

// TestReplayOfFaults: whatever a server did, a replay tells the same of it as the crawl did.
func TestReplayOfFaults(t *testing.T) {
	s := startSite(t, site.Options{})
	dir := t.TempDir()
	options := fetch.DefaultOptions()
	options.Timeouts.Header, options.Timeouts.Body, options.Timeouts.Total = time.Second, time.Second, 3*time.Second // whatever they end
	config := Config{
		Seeds: []string{s.URL + "/fault/"}, MaxDepth: 1, IgnoreRobots: true, Rate: Unlimited, Concurrency: 32, Retries: 1, Ordered: true,
		Exclude: []string{"/trap/|/retry/after|/size/many"}, Fetch: &options,
		Output: filepath.Join(dir, "live.jsonl"), Recording: Recording{Path: filepath.Join(dir, "faults.warc")},
		jitter: func() float64 { return 0 },
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stats.Failed < 20 {
		t.Fatalf("only %d pages failed", stats.Failed)
	}
	live, err := os.ReadFile(config.Output)
	if err != nil {
		t.Fatal(err)
	}
	for _, concurrency := range []int{1, 64} {
		sameGolden(t, live, replayLines(t, config.Recording.Path, concurrency))
	}
	if n := strings.Count(string(live), "\n"); n < 100 {
		t.Error(fmt.Sprint("only ", n, " lines"))
	}
}
