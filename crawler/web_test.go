package crawler

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/sink"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// web is a RoundTripper that answers from functions, for tests of timing: with
// it a whole crawl runs under synctest, in no real time.
type web struct {
	latency time.Duration
	answers map[string]func(r *http.Request, nth int) *http.Response // by URL
	other   func(r *http.Request) *http.Response                     // any other URL; nil: 404

	mu       sync.Mutex
	asked    []asked
	times    map[string]int
	inflight map[string]int
	most     map[string]int
}

// asked is a request that the web got.
type asked struct {
	url    string
	host   string
	at     time.Time
	header http.Header
}

func newWeb() *web {
	return &web{
		answers:  make(map[string]func(*http.Request, int) *http.Response),
		times:    make(map[string]int),
		inflight: make(map[string]int),
		most:     make(map[string]int),
	}
}

// page serves HTML that links to urls.
func (w *web) page(url string, links ...string) {
	w.on(url, func(*http.Request, int) *http.Response { return htmlPage(links...) })
}

func (w *web) on(url string, f func(r *http.Request, nth int) *http.Response) { w.answers[url] = f }

func (w *web) robots(origin, text string) {
	w.on(origin+"/robots.txt", func(*http.Request, int) *http.Response { return answer(200, text) })
}

func htmlPage(links ...string) *http.Response {
	var b strings.Builder
	b.WriteString("<!doctype html><title>t</title>")
	for _, l := range links {
		fmt.Fprintf(&b, "<a href=%q>x</a>\n", l)
	}
	return answer(200, b.String(), "Content-Type", "text/html; charset=utf-8")
}

// answer makes a response; header is names and values in turn.
func answer(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{
		Status: fmt.Sprint(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	url := r.URL.Scheme + "://" + r.URL.Host + r.URL.RequestURI()
	w.mu.Lock()
	w.asked = append(w.asked, asked{url, r.URL.Host, time.Now(), r.Header.Clone()})
	w.times[url]++
	nth := w.times[url]
	w.inflight[r.URL.Host]++
	w.most[r.URL.Host] = max(w.most[r.URL.Host], w.inflight[r.URL.Host])
	f := w.answers[url]
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.inflight[r.URL.Host]--
		w.mu.Unlock()
	}()
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	if w.latency > 0 {
		select {
		case <-time.After(w.latency):
		case <-r.Context().Done():
			return nil, context.Cause(r.Context())
		}
	}
	var resp *http.Response
	switch {
	case f != nil:
		resp = f(r, nth)
	case w.other != nil:
		resp = w.other(r)
	}
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	if resp == nil {
		resp = answer(404, "not here", "Content-Type", "text/plain")
	}
	resp.Request = r
	return resp, nil
}

// hits are the times at which a host was asked, in order.
func (w *web) hits(host string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var at []time.Time
	for _, a := range w.asked {
		if a.host == host {
			at = append(at, a.at)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

func (w *web) count(url string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.times[url]
}

// crawl runs a crawl to its end and returns its lines by URL. It fails the test
// if a line came twice or the balance is off.
func crawl(t *testing.T, c Config) (map[string]sink.Record, Stats) {
	t.Helper()
	records, stats, err := crawlErr(t, t.Context(), c)
	if err != nil {
		t.Fatalf("Run: %v (%+v)", err, stats)
	}
	return records, stats
}

func crawlErr(t *testing.T, ctx context.Context, c Config) (map[string]sink.Record, Stats, error) {
	t.Helper()
	var out bytes.Buffer
	c.Output, c.Stdout = "-", &out
	crawler, err := New(c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	stats, err := crawler.Run(ctx)
	return recordsOf(t, out.Bytes(), stats), stats, err
}

// recordsOf reads lines and checks the invariants of every crawl.
func recordsOf(t *testing.T, lines []byte, stats Stats) map[string]sink.Record {
	t.Helper()
	records := map[string]sink.Record{}
	for line := range bytes.Lines(lines) {
		r, err := sink.Decode(line)
		if err != nil {
			t.Fatalf("a line is torn: %v\n%.200s", err, line)
		}
		if _, twice := records[r.URL]; twice {
			t.Errorf("%s has two lines", r.URL)
		}
		records[r.URL] = r
	}
	if !stats.Balanced() {
		t.Errorf("the balance is off: %+v", stats.Counts)
	}
	if int64(len(records)) != stats.Lines || stats.Lines != stats.Fetched+stats.Failed {
		t.Errorf("%d lines, %d counted, %d fetched and %d failed", len(records), stats.Lines, stats.Fetched, stats.Failed)
	}
	return records
}

// flatOut is a configuration without limits, for a web.
func flatOut(w http.RoundTripper, seeds ...string) Config {
	return Config{Seeds: seeds, Transport: w, Rate: Unlimited, IgnoreRobots: true}
}

func status(r sink.Record) int {
	if r.Status == nil {
		return 0
	}
	return *r.Status
}

var crawlRequest = frontier.Request{URL: "http://a.example/", Host: "a.example", Attempt: 1}
