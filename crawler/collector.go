package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/gocolly/colly/v2"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// collector fetches by colly, and is all of trawl that knows colly. colly gives
// each fetch its goroutine, its cookies and its callbacks; every other feature
// of it is off, because the frontier, the host clocks, the robots cache and
// package fetch do that work.
//
// A fetch has one of a fixed number of slots, so there are never more
// goroutines than slots. The slot's number travels to the RoundTripper in a
// header, which colly passes on, because its requests share one context.
type collector struct {
	colly     *colly.Collector
	transport http.RoundTripper
	proxied   func(*http.Request) bool // whether a request goes to a proxy, which wants the whole URL
	jobs      []*fetchJob              // by slot
	buffers   [][]byte                 // by slot: bodies are read into them
	recorded  [][]byte                 // by slot: and recorded into these
}

// fetchJob is one request on its way.
type fetchJob struct {
	ctx    context.Context
	slot   int
	url    string // canonical
	header http.Header
	limit  int64 // bytes of body that are wanted; 0 is what the transport allows
	// wants is asked with the status and media type before the body is read.
	wants func(status int, media string) bool
	// done takes the exchange, in the fetch's goroutine. The exchange's body is
	// the slot's and may not be kept.
	done func(*exchange)

	exchange exchange
	ended    bool

	records      bool          // the exchange is to be recorded:
	recorded     warc.Exchange // as it was on the wire,
	timing       fetch.Timing  // and when what happened
	throughProxy bool

	replays bool       // the exchange is to come from an archive:
	number  int        // the one of that number, of its URL,
	facts   warc.Facts // and what it says besides
}

const slotHeader = "X-Trawl-Slot"

func newCollector(ctx context.Context, transport http.RoundTripper, slots int, userAgent string) (*collector, error) {
	jar, err := newBoundedJar()
	if err != nil {
		return nil, err
	}
	c := &collector{transport: transport, proxied: func(*http.Request) bool { return false }, jobs: make([]*fetchJob, slots), buffers: make([][]byte, slots), recorded: make([][]byte, slots)}
	c.colly = colly.NewCollector(
		colly.Async(true),
		colly.StdlibContext(ctx),
		colly.UserAgent(userAgent),
		colly.AllowURLRevisit(),        // the frontier decides, atomically
		colly.IgnoreRobotsTxt(),        // the robots cache does
		colly.MaxBodySize(0),           // package fetch limits
		colly.ParseHTTPErrorResponse(), // any status is an answer
	)
	c.colly.SetClient(&http.Client{
		Transport:     roundTripper(c.roundTrip),
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	c.colly.OnResponse(func(r *colly.Response) { c.finish(r.Ctx, nil) })
	c.colly.OnError(func(r *colly.Response, err error) { c.finish(r.Ctx, err) })
	return c, nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

const jobKey = "job"

// fetch starts a fetch. Its end is always told to job.done, once, also if colly
// refuses it.
func (c *collector) fetch(job *fetchJob) {
	c.jobs[job.slot] = job
	job.exchange = exchange{url: job.url, body: c.buffers[job.slot][:0]}
	job.header.Set(slotHeader, strconv.Itoa(job.slot))
	ctx := colly.NewContext()
	ctx.Put(jobKey, job)
	if err := c.colly.Request(http.MethodGet, collyURL(job.url), nil, ctx, job.header); err != nil {
		go c.finish(ctx, fmt.Errorf("refused before it was sent: %w", err))
	}
}

// collyURL is the URL that colly and the cookie jar get to see: the canonical
// one unless net/url, which they use, refuses it. The request line has the
// canonical URL in any case; see roundTrip.
func collyURL(canonical string) string {
	if _, err := http.NewRequest(http.MethodGet, canonical, nil); err == nil {
		return canonical
	}
	return weburl.Origin(canonical) + "/"
}

// wait returns when no goroutine of a fetch is left.
func (c *collector) wait() { c.colly.Wait() }

// roundTrip makes the exchange and reads it whole, and leaves colly a response
// without a body, a coding or a Location that it could act on.
func (c *collector) roundTrip(req *http.Request) (resp *http.Response, err error) {
	slot, err := strconv.Atoi(req.Header.Get(slotHeader))
	if err != nil || slot < 0 || slot >= len(c.jobs) {
		return nil, fmt.Errorf("a request came without its slot: %w", errors.Join(err, errUnknownSlot))
	}
	job := c.jobs[slot]
	ex := &job.exchange
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p, job.url)
		}
	}()
	if err := context.Cause(job.ctx); err != nil {
		return nil, err // the crawl stopped after the scheduler had looked
	}
	header := req.Header.Clone()
	header.Del(slotHeader)
	requestTarget := weburl.RequestTarget
	if req.URL.Scheme == "http" && c.proxied(req) {
		requestTarget = weburl.ProxyRequestTarget
	}
	target, err := requestTarget(job.url)
	if err != nil {
		return nil, err
	}
	ctx := job.ctx
	if job.records {
		job.recorded = warc.Exchange{Body: c.recorded[slot][:0]}
		job.throughProxy = c.proxied(req)
		ctx = warc.WithExchange(fetch.WithTiming(ctx, &job.timing), &job.recorded)
	}
	if job.replays {
		ctx = warc.WithNumber(warc.WithFacts(ctx, &job.facts), job.number)
	}
	out := req.WithContext(ctx)
	out.URL, out.Host, out.Header = target, target.Host, header
	if own := header.Get("Host"); own != "" {
		out.Host = own // net/http takes it from here, not from the header
		header.Del("Host")
	}

	answer, err := ex.run(c.transport, out, job)
	ex.recall(&job.facts)
	c.buffers[slot], c.recorded[slot] = keepable(ex.body), keepable(job.recorded.Body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: answer.Status, StatusCode: answer.StatusCode,
		Proto: answer.Proto, ProtoMajor: answer.ProtoMajor, ProtoMinor: answer.ProtoMinor,
		Header:       http.Header{"Set-Cookie": answer.Header.Values("Set-Cookie")},
		Body:         http.NoBody,
		Uncompressed: true,
		Request:      req,
	}, nil
}

var errUnknownSlot = errors.New("not a slot")

// maxKeptBuffer is the largest body buffer that a slot keeps for its next page:
// most pages are smaller, and slots times this is all that buffers hold.
const maxKeptBuffer = 1 << 20

func keepable(buf []byte) []byte {
	if cap(buf) > maxKeptBuffer {
		return nil
	}
	return buf
}

// finish ends a fetch with what roundTrip left in its exchange, or with err if
// the request never came that far.
func (c *collector) finish(ctx *colly.Context, err error) {
	job, ok := ctx.GetAny(jobKey).(*fetchJob)
	if !ok || job.ended {
		return
	}
	job.ended = true
	ex := &job.exchange
	if err != nil && ex.err == nil {
		ex.err = fetch.Classify(err, "")
	}
	c.jobs[job.slot] = nil
	job.done(ex)
}

// panicked is the failure of a fetch whose code panicked.
func panicked(p any, url string) *fetch.Error {
	err := fmt.Errorf("%v\n%s", p, debug.Stack())
	return &fetch.Error{Kind: fetch.KindPanic, URL: url, Message: fmt.Sprintf("trawl's own fault, please report it: %v", p), Err: err}
}
