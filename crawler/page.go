package crawler

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/parse"
	"github.com/seed-5a061891/trawl/parse/weburl"
	"github.com/seed-5a061891/trawl/sink"
)

// KindStatus is the kind of a page that was given up on because its server kept
// answering with a status that is retried, such as 503.
const KindStatus fetch.Kind = "status"

// Page is a page that came back, or was given up on: then Error is set.
type Page struct {
	// Record is the page's line.
	sink.Record
	// Header is the final answer's; nil if there was none.
	Header http.Header
	// Body is the answer's body, decoded from its content codings but in its
	// own character encoding.
	Body []byte
	// Document is the page's parsed HTML; nil if it is of another type.
	Document *parse.Document
}

// result is the end of a lease on its way to the committer.
type result struct {
	frontier.Result
	request frontier.Request
	page    *Page  // nil if the lease is not a line
	line    []byte // page's line; nil if pages are wanted, not lines
	bytes   int64
	// recorded are the records of its exchange; nil if there was none, or none is
	// recorded.
	recorded *warc.Encoded
}

// size is what the result holds until it is committed, in bytes.
func (r *result) size() int {
	n := len(r.line)
	if r.recorded != nil {
		n += r.recorded.Len()
	}
	return n
}

// pager turns exchanges into results: it decides what a lease's outcome is,
// parses the page and gates its links. Workers share it; it isn't changed.
type pager struct {
	config *Config
	scope  *scope
	types  *typeFilter
	agent  string        // robots product token
	open   *atomic.Bool  // the list of seeds is being read: the scope isn't known yet
	gate   chan struct{} // one place for each processor: more parses at once only cost memory
	whole  bool          // pages are wanted whole, not as lines
}

// result decides what became of a lease.
func (p *pager) result(req *frontier.Request, ex *exchange) *result {
	r := &result{request: *req, bytes: int64(len(ex.body))}
	r.URL = req.URL
	switch {
	case ex.status == 0 && ex.err.Kind == fetch.KindNotRecorded:
		r.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: ReasonNotRecorded, Detail: p.notRecorded(req, ex)}
	case givenUp(ex) > 0:
		p.fail(r, ex, ex.err, givenUp(ex))
	case retryable(ex) && req.Attempt <= p.config.Retries:
		now := p.now(ex)
		wait := max(backoff(req.Attempt, p.config.jitter()), retryAfter(ex.status, ex.header, now, p.config.MaxRetryAfter))
		r.Outcome = frontier.Outcome{Kind: frontier.Retry, At: now.Add(wait), Detail: ex.what()}
	case ex.status == 0:
		p.fail(r, ex, ex.err, req.Attempt)
	case isRedirect(ex):
		p.redirect(r, ex)
	case ex.declined && ex.status < 300:
		r.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: ReasonType, Detail: "Content-Type: " + ex.media}
	case retriedStatus[ex.status] && ex.err == nil:
		ex.err = &fetch.Error{Kind: KindStatus, URL: ex.url, Message: ex.what()}
		p.read(r, ex)
	default:
		p.read(r, ex)
	}
	return r
}

// safely is result, with a panic in it made the page's failure.
func (p *pager) safely(req *frontier.Request, ex *exchange) (r *result) {
	defer func() {
		if v := recover(); v != nil {
			r = p.failed(req, ex, panicked(v, ex.url), req.Attempt)
		}
	}()
	return p.result(req, ex)
}

// unreachable is the result of a lease whose robots.txt could not be had, in so
// many attempts.
func (p *pager) unreachable(req frontier.Request, err *fetch.Error, attempts int, now time.Time) *result {
	return p.failed(&req, &exchange{url: req.URL, start: now}, err, attempts)
}

func (p *pager) failed(req *frontier.Request, ex *exchange, err *fetch.Error, attempts int) *result {
	r := &result{request: *req, Result: frontier.Result{URL: req.URL}}
	p.fail(r, ex, err, attempts)
	return r
}

// disallowed is the result of a lease that robots.txt forbids.
func disallowed(req frontier.Request, d robots.Decision) *result {
	detail := d.Rule
	if d.Line > 0 {
		detail = fmt.Sprintf("robots.txt:%d %s (user-agent: %s)", d.Line, d.Rule, d.Agent)
	}
	return &result{request: req, Result: frontier.Result{URL: req.URL,
		Outcome: frontier.Outcome{Kind: frontier.Skipped, Reason: ReasonRobots, Detail: detail}}}
}

func (p *pager) redirect(r *result, ex *exchange) {
	offer, err := follow(&r.request, ex)
	if err != nil {
		p.fail(r, ex, redirectFailure(ex, err), r.request.Attempt)
		return
	}
	switch {
	case p.config.FollowNothing || offer.Reopen: // the same URL once more
	case p.open.Load():
		offer.Undecided = true
	default:
		offer.Skip = p.skip(offer.URL)
		if offer.Skip == ReasonScope && r.request.Depth == 0 {
			p.config.Logger.Warn("a URL to start from leads out of scope; start where it leads, or widen the scope", "url", r.URL, "to", offer.URL)
		}
	}
	r.Found = []frontier.Offer{offer}
	r.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect, Detail: "to " + offer.URL}
}

// fail makes the line of a page that was given up on.
func (p *pager) fail(r *result, ex *exchange, err *fetch.Error, attempts int) {
	r.page = p.page(r, ex)
	r.page.Error = pageError(err, attempts)
	r.Outcome = frontier.Outcome{Kind: frontier.Failed, Reason: frontier.Reason(err.Kind), Detail: err.Message}
	p.encode(r)
}

func pageError(err *fetch.Error, attempts int) *sink.PageError {
	e := &sink.PageError{Kind: string(err.Kind), Message: err.Message, Attempts: attempts}
	if err.Phase != "" {
		phase := string(err.Phase)
		e.Phase = &phase
	}
	return e
}

// read makes the line of a page that came back and finds its links. If it came
// back only in part, or with a status that is given up on, it is a failure all
// the same: a line has an error exactly if its URL is counted as failed.
func (p *pager) read(r *result, ex *exchange) {
	r.Outcome = frontier.Outcome{Kind: frontier.Fetched}
	r.page = p.page(r, ex)
	if ex.err != nil {
		r.Outcome = frontier.Outcome{Kind: frontier.Failed, Reason: frontier.Reason(ex.err.Kind), Detail: ex.what()}
		r.page.Error = pageError(ex.err, r.request.Attempt)
		r.page.Truncated = ex.err.Kind != KindStatus && len(ex.body) > 0
	}
	if isHTML(ex.media) && !ex.declined && !ex.isBinary() {
		p.gate <- struct{}{}
		defer func() { <-p.gate }()
		p.parse(r, ex)
	} else {
		p.heedNoIndex(r, ex, parse.RobotsTag(ex.header.Values("X-Robots-Tag"), p.agent))
	}
	if r.Outcome.Kind != frontier.Skipped {
		p.encode(r)
	}
}

func (p *pager) parse(r *result, ex *exchange) {
	doc, err := parse.HTML(ex.body, parse.Options{
		URL: ex.url, Charset: ex.charset, XHTML: ex.media == "application/xhtml+xml", Agent: p.agent, RobotsTag: ex.header.Values("X-Robots-Tag"),
	})
	if err != nil {
		panic(err) // its only error is that of a URL that isn't canonical
	}
	page := r.page
	page.Document = doc
	page.Charset, page.CharsetFrom = &doc.Encoding.Name, (*string)(&doc.Encoding.From)
	page.Title = present(doc.Title)
	page.Description = present(doc.Description)
	page.Language = present(doc.Language)
	page.Canonical = present(doc.Canonical)
	page.Headings = make([]sink.Heading, len(doc.Headings))
	for i, h := range doc.Headings {
		page.Headings[i] = sink.Heading{Level: h.Level, Text: h.Text}
	}
	page.Links = make([]sink.Link, len(doc.Links))
	for i, l := range doc.Links {
		page.Links[i] = sink.Link{URL: l.URL, Text: l.Text, Rel: present(l.Rel)}
	}
	noFollow := !p.config.IgnoreRobots && doc.Robots.NoFollow
	p.heedNoIndex(r, ex, doc.Robots)
	if !p.config.FollowNothing {
		r.Found = p.offers(doc.Links, noFollow)
	}
}

// heedNoIndex keeps a page that asks for it out of the dataset.
func (p *pager) heedNoIndex(r *result, ex *exchange, asked parse.Robots) {
	if asked.NoIndex && !p.config.IgnoreRobots && ex.status < 300 && ex.err == nil {
		r.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: ReasonNoIndex}
		r.page = nil
	}
}

// offers gates a page's links. A URL linked twice is offered once, and followed
// if one of its links is.
func (p *pager) offers(links []parse.Link, noFollow bool) []frontier.Offer {
	out := make([]frontier.Offer, 0, len(links))
	at := make(map[string]int, len(links))
	open := p.open.Load()
	for i := range links {
		l := &links[i]
		refused := noFollow || l.NoFollow && !p.config.IgnoreRobots
		if j, ok := at[l.URL]; ok {
			if !refused && out[j].Skip == frontier.ReasonNoFollow {
				out[j].Skip = ""
			}
			continue
		}
		at[l.URL] = len(out)
		target := weburl.WithoutUserinfo(l.URL)
		o := frontier.Offer{URL: target, Host: weburl.HostKey(target), Undecided: open}
		if !open {
			o.Skip = p.skip(target)
		}
		if o.Skip == "" && refused {
			o.Skip = frontier.ReasonNoFollow
		}
		out = append(out, o)
	}
	return out
}

// skip is the verdict on a URL that nothing but the URL decides.
func (p *pager) skip(canonical string) frontier.Reason {
	if r := p.scope.skip(canonical); r != "" {
		return r
	}
	return p.types.skip(canonical)
}

// page is the page of a lease with the facts of its fetch.
func (p *pager) page(r *result, ex *exchange) *Page {
	page := &Page{Record: sink.Record{
		URL:        r.request.URL,
		FetchedAt:  ex.start,
		DurationMS: ex.duration.Milliseconds(),
		Attempt:    max(r.request.Attempt, 1),
		Bytes:      int64(len(ex.body)),
	}}
	setPath(&page.Record, &r.request)
	if ex.status == 0 {
		return page
	}
	page.Header = ex.header
	page.Status = &ex.status
	page.ContentType = present(ex.media)
	if ex.declined {
		return page
	}
	sum := sha256.Sum256(ex.body)
	hash := hex.EncodeToString(sum[:])
	page.SHA256 = &hash
	if p.whole {
		page.Body = slices.Clone(ex.body)
	}
	return page
}

// setPath writes how a page was reached into its record.
func setPath(record *sink.Record, req *frontier.Request) {
	record.RequestedURL = req.FirstURL()
	record.Depth = req.Depth
	record.Parent = present(req.Parent)
	record.Redirects = make([]sink.Hop, len(req.Redirects))
	for i, h := range req.Redirects {
		record.Redirects[i] = sink.Hop{URL: h.URL, Status: h.Status}
	}
}

// Most lines fit into what these make room for, and need not grow.
const (
	lineRoom = 1 << 10
	linkRoom = 160
)

// encode writes the page's line, and lets go of what only the page needs.
func (p *pager) encode(r *result) {
	if p.whole {
		return
	}
	r.line = r.page.AppendJSON(make([]byte, 0, lineRoom+linkRoom*len(r.page.Links)))
	r.page.Document = nil
	r.page.Header = nil
}

func present(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
