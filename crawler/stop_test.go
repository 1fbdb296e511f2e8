package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

func TestDrainFinishesWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.latency = 10 * time.Second
		chain(w, "http://a.example", 40)
		w.page("http://a.example/0", "/1", "/2", "/3", "/4", "/5", "/6")
		var out bytes.Buffer
		c := flatOut(w, "http://a.example/0")
		c.Output, c.Stdout, c.Concurrency = "-", &out, 4
		crawler, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		time.AfterFunc(15*time.Second, func() { crawler.Drain(); crawler.Drain() })
		stats, err := crawler.Run(t.Context())
		if !errors.Is(err, ErrInterrupted) {
			t.Errorf("Run: %v, want ErrInterrupted", err)
		}
		if took := time.Since(start); took != 20*time.Second {
			t.Errorf("drained after %v, want 20s: when the four in flight were answered", took)
		}
		if records := recordsOf(t, out.Bytes(), stats); len(records) != 5 || stats.Queued == 0 || stats.Leased != 0 {
			t.Errorf("%d lines, %+v", len(records), stats.Counts)
		}
		if _, err := crawler.Run(t.Context()); !errors.Is(err, ErrUsed) {
			t.Errorf("a second Run: %v", err)
		}
	})
}

func TestMaxDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		chain(w, "http://a.example", 40)
		start := time.Now()
		_, stats, err := crawlErr(t, t.Context(), Config{Seeds: []string{"http://a.example/0"}, Transport: w, IgnoreRobots: true,
			MaxDuration: 5500 * time.Millisecond})
		if !errors.Is(err, ErrInterrupted) || stats.Fetched != 6 || time.Since(start) != 5500*time.Millisecond {
			t.Errorf("%v after %v, %+v", err, time.Since(start), stats.Counts)
		}
		// A crawl that is done earlier isn't interrupted.
		w = newWeb()
		chain(w, "http://a.example", 3)
		if _, _, err := crawlErr(t, t.Context(), Config{Seeds: []string{"http://a.example/0"}, Transport: w, IgnoreRobots: true, MaxDuration: time.Hour}); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// TestMaxPagesStopsFetching: where no shorter path turns up, no page is fetched
// that isn't one of the lines.
func TestMaxPagesStopsFetching(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb()
			w.latency = 5 * time.Millisecond
			var links []string
			for i := range 500 {
				links = append(links, fmt.Sprintf("/%d", i))
			}
			w.page("http://a.example/", links...)
			w.other = func(*http.Request) *http.Response { return htmlPage() }
			c := flatOut(w, "http://a.example/")
			c.MaxPages = 30
			records, stats := crawl(t, c)
			if len(records) != 30 || stats.Requests != 30 {
				t.Errorf("%d lines, %d requests", len(records), stats.Requests)
			}
		})
	}
}

func TestPagesYieldsDocumentsToKeep(t *testing.T) {
	w := newWeb()
	chain(w, "http://a.example", 20)
	w.page("http://a.example/0", "/1", "/gone", "/x.png")
	crawler, err := New(flatOut(w, "http://a.example/0"))
	if err != nil {
		t.Fatal(err)
	}
	var pages []*Page
	for page, err := range crawler.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	for _, p := range pages {
		if p.ContentType == nil || *p.ContentType != "text/html" {
			continue
		}
		if got := p.Document.Goquery().Find("title").Text(); got != "t" || !strings.Contains(string(p.Body), "<title>t") || p.Header.Get("Content-Type") == "" {
			t.Errorf("%s: title %q, body %.40q", p.URL, got, p.Body)
		}
	}
	if stats := crawler.Progress(); len(pages) != 22 || stats.Lines != 22 || !stats.Balanced() {
		t.Errorf("%d pages, %+v", len(pages), stats)
	}
}

func TestPagesLeavingTheLoopEndsTheCrawl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		w.latency = time.Second
		chain(w, "http://a.example", 1000)
		crawler, err := New(flatOut(w, "http://a.example/0"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range crawler.Pages(t.Context()) {
			if n++; n == 3 {
				break
			}
		}
		synctest.Wait()
		asked := len(w.asked)
		time.Sleep(time.Hour)
		if len(w.asked) != asked {
			t.Errorf("%d requests were made after the loop was left", len(w.asked)-asked)
		}
	})
}

func TestPagesSaysWhyItEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb()
		chain(w, "http://a.example", 100)
		crawler, err := New(Config{Seeds: []string{"http://a.example/0"}, Transport: w, IgnoreRobots: true})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var last error
		for page, err := range crawler.Pages(ctx) {
			if last = err; (page == nil) != (err != nil) {
				t.Errorf("page %v with error %v", page, err)
			}
		}
		if !errors.Is(last, ErrInterrupted) || !errors.Is(last, context.DeadlineExceeded) {
			t.Errorf("the last error is %v", last)
		}
	})
}

func TestOutputFailuresStopTheCrawl(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("needs /dev/full, which Linux has")
	}
	w := newWeb()
	chain(w, "http://a.example", 5000)
	c := flatOut(w, "http://a.example/0")
	c.Output = "/dev/full"
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := crawler.Run(t.Context())
	var failure *sink.WriteError
	if !errors.As(err, &failure) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Run: %v, want a WriteError for ENOSPC", err)
	}
	if stats.Lines != 0 || !stats.Balanced() {
		t.Errorf("%+v", stats)
	}
}

func TestOutputRefusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pages.jsonl")
	if err := os.WriteFile(path, []byte("precious\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWeb()
	w.page("http://a.example/")
	run := func(output string, overwrite bool) error {
		c := flatOut(w, "http://a.example/")
		c.Output, c.Overwrite = output, overwrite
		crawler, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = crawler.Run(t.Context())
		return err
	}
	if err := run(path, false); !errors.Is(err, sink.ErrExists) {
		t.Errorf("an output that exists: %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "precious\n" || len(w.asked) != 0 {
		t.Errorf("after the refusal the file holds %q, and %d requests were made", data, len(w.asked))
	}
	if err := run(path, true); err != nil {
		t.Errorf("--overwrite: %v", err)
	}
	if data, _ := os.ReadFile(path); bytes.Count(data, []byte("\n")) != 1 || !bytes.Contains(data, []byte(`"url":"http://a.example/"`)) {
		t.Errorf("after --overwrite the file holds %q", data)
	}
	var bad *ConfigError
	if err := run("", false); !errors.As(err, &bad) || bad.Field != "Output" {
		t.Errorf("no output: %v", err)
	}
}

// TestListStreams reads a list a part at a time, in step with the fetches.
func TestListStreams(t *testing.T) {
	const n = 60_000
	w := newWeb()
	w.other = func(*http.Request) *http.Response { return htmlPage("/never") }
	c := flatOut(w)
	list := &countingList{n: n}
	c.SeedList, c.FollowNothing, c.Output, c.Stdout = list, true, "-", io.Discard
	ahead := int64(0)
	c.Frontier = &watchedFrontier{Memory: frontier.NewMemory(c.FrontierOptions()), most: &ahead}
	crawler, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := crawler.Run(t.Context())
	if err != nil || stats.Fetched != n || stats.Discovered != n || stats.BadSeeds != 1 || !stats.Balanced() {
		t.Errorf("%v, %+v", err, stats)
	}
	if ahead > seedsAhead+2*seedChunk {
		t.Errorf("up to %d URLs waited in the frontier, want at most %d", ahead, seedsAhead+2*seedChunk)
	}
	if w.count("http://h1.example/never") != 0 {
		t.Error("a link was followed")
	}
}

// countingList is a list of n URLs, the first of them twice, and a bad line.
type countingList struct {
	n, at int
	rest  []byte
}

func (l *countingList) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		switch {
		case l.at == 0:
			l.rest = []byte("http://h0.example/0\nnot a url at all:\n")
		case l.at > l.n:
			return 0, io.EOF
		default:
			l.rest = fmt.Appendf(nil, "http://h%d.example/%d\n", (l.at-1)%50, l.at-1)
		}
		l.at++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// watchedFrontier notes the most that ever waited in it.
type watchedFrontier struct {
	*frontier.Memory
	most *int64
}

func (f *watchedFrontier) Add(ctx context.Context, offers []frontier.Offer) (int, error) {
	n, err := f.Memory.Add(ctx, offers)
	*f.most = max(*f.most, f.Counts().Queued)
	return n, err
}

// TestListThatEndsLate: the crawl ends although the list's end comes after all
// its URLs are done, or its last line is no URL.
func TestListThatEndsLate(t *testing.T) {
	for _, last := range []string{"", "ftp://x.example/\n"} {
		synctest.Test(t, func(t *testing.T) {
			list, feed := io.Pipe()
			w := newWeb()
			w.page("http://a.example/")
			go func() {
				fmt.Fprintln(feed, "http://a.example/")
				time.Sleep(time.Hour)
				io.WriteString(feed, last)
				feed.Close()
			}()
			c := flatOut(w)
			c.SeedList, c.FollowNothing = list, true
			start := time.Now()
			records, stats := crawl(t, c)
			if len(records) != 1 || time.Since(start) != time.Hour {
				t.Errorf("%d lines after %v, %+v", len(records), time.Since(start), stats)
			}
		})
	}
}

func TestListWithoutURLs(t *testing.T) {
	for _, list := range []string{"", "# nothing\n\n", "ftp://u:pw@x.example/\nhttp://[\n"} {
		for _, followNothing := range []bool{true, false} {
			var log bytes.Buffer
			c := flatOut(newWeb())
			c.SeedList, c.FollowNothing = strings.NewReader(list), followNothing
			c.Logger = slog.New(slog.NewTextHandler(&log, nil))
			_, stats, err := crawlErr(t, t.Context(), c)
			var bad *ConfigError
			if !errors.As(err, &bad) || bad.Field != "SeedList" {
				t.Errorf("%q: %v, %+v", list, err, stats)
			}
			if strings.Contains(log.String(), "pw") {
				t.Errorf("a password is in the log:\n%s", log.String())
			}
		}
	}
}

// TestListThatNeverEnds: a list from a pipe that stays open doesn't keep an
// interrupted crawl from ending.
func TestListThatNeverEnds(t *testing.T) {
	for _, followNothing := range []bool{true, false} {
		list, feed := io.Pipe()
		w := newWeb()
		fetched := make(chan struct{})
		w.on("http://a.example/2", func(*http.Request, int) *http.Response { close(fetched); return htmlPage() })
		c := flatOut(w, "http://a.example/")
		c.SeedList, c.FollowNothing, c.Output, c.Stdout = list, followNothing, "-", io.Discard
		crawler, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() { _, err := crawler.Run(t.Context()); ended <- err }()
		fmt.Fprintln(feed, "http://a.example/2")
		if followNothing {
			<-fetched // as soon as it was read, not when more has come
		}
		crawler.Drain()
		if err := <-ended; !errors.Is(err, ErrInterrupted) {
			t.Errorf("Run: %v, want ErrInterrupted", err)
		}
		feed.Close()
	}
}
