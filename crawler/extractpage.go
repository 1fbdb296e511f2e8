package crawler

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// extractWorker makes lines of answers, by the way that a crawl makes them: the
// transport's layers decode and limit, over a wire that is the archive, and the pager
// parses.
type extractWorker struct {
	*extraction
	transport *fetch.Transport
	now       *archived   // what the wire answers with
	grown     *tieredBody // its body, decoded; nil if it was not asked for
	buffer    []byte      // that bodies are decoded into
}

// worker is the goroutine of one. It ends when work is closed.
func (e *extraction) worker(ctx context.Context) error {
	w := &extractWorker{extraction: e}
	options := *e.config.Fetch
	options.Wire = roundTripper(w.answer)
	var err error
	if w.transport, err = fetch.New(options); err != nil {
		return err
	}
	for a := range e.work {
		if ctx.Err() == nil {
			w.process(ctx, a)
		}
		size := w.sizeOf(a.result)
		e.held.add(size - a.held)
		a.held = size
		e.release(a)
		a.done <- struct{}{}
	}
	return nil
}

// treeSize is about how many times larger than a page its tree is.
const treeSize = 10

// sizeOf is what a result holds until it is delivered, in bytes.
func (w *extractWorker) sizeOf(r *result) int64 {
	switch {
	case r == nil:
		return 0
	case w.pager.whole:
		return (1 + treeSize) * r.bytes
	}
	return int64(r.size())
}

// process makes the line, or counts why there is none.
func (w *extractWorker) process(ctx context.Context, a *archived) {
	w.now = a
	defer func() {
		if v := recover(); v != nil { // whatever the archive has made a decoder do
			req := frontier.Request{URL: a.url, Attempt: 1}
			a.result = w.pager.failed(&req, &exchange{url: a.url, start: a.start, duration: a.duration}, panicked(v, a.url), 1)
		}
	}()
	if a.revisit != nil {
		capture, err := w.revisits.read(a.revisit)
		if err != nil {
			a.err = w.lost(err)
			return
		}
		defer capture.Close()
		a.message, a.truncated = capture.HTTPMessage, ""
		if w.isOther(&a.message) {
			w.account.skip(ReasonType)
			return
		}
	}
	target, err := weburl.RequestTarget(a.url)
	if err != nil {
		a.err = err // it is canonical, so there is none
		return
	}
	media, _, _ := fetch.MediaType(a.message.Header, nil) // the header loses what is decoded
	req := (&http.Request{Method: http.MethodGet, URL: target, Host: target.Host, Header: make(http.Header)}).WithContext(ctx)
	ex := &exchange{url: a.url, body: w.buffer}
	_, _ = ex.run(roundTripper(w.weigh), req, &fetchJob{url: a.url, wants: w.wants}) // what fails is in ex
	if w.grown != nil {
		defer w.grown.leave()
		w.grown = nil
	}
	if a.err = context.Cause(ctx); a.err != nil {
		return // it may have ended the exchange
	}
	w.buffer = keepable(ex.body)[:0]
	ex.start, ex.duration = a.start, a.duration
	if ex.status != 0 {
		media = ex.media
	}
	r := w.pager.safely(&frontier.Request{URL: a.url, Attempt: 1}, ex)
	switch {
	case r.page == nil:
		w.account.skip(r.Outcome.Reason)
	case !w.types.wants(media):
		w.account.skip(ReasonType)
	default:
		a.result = r
	}
}

// lost counts a revisit whose body is not in the archives. Another error is returned.
func (w *extractWorker) lost(err error) error {
	if !isMissing(err) {
		return err
	}
	w.account.skip(ReasonRevisit)
	var problem *warc.Problem
	if errors.As(err, &problem) {
		w.account.problems(map[warc.Class]int64{problem.Class: 1})
		w.report(problem)
	}
	return nil
}

// wants is what a crawl asks for: pages, and the bodies of redirects.
func (e *extraction) wants(status int, media string) bool {
	return status/100 == 3 || e.types.wants(media)
}

// weigh is the transport, with pages that grow large waiting for each other.
func (w *extractWorker) weigh(req *http.Request) (*http.Response, error) {
	resp, err := w.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	w.grown = &tieredBody{ReadCloser: resp.Body, ctx: req.Context(), tiers: w.tiers}
	resp.Body = w.grown
	return resp, nil
}

// answer is the wire.
func (w *extractWorker) answer(req *http.Request) (*http.Response, error) {
	a := w.now
	m := &a.message
	m.Header.Del("Transfer-Encoding") // it is undone
	resp := &http.Response{
		Status: m.Status, StatusCode: m.StatusCode, Proto: m.Proto, ProtoMajor: 1, ProtoMinor: 1,
		Header: m.Header, ContentLength: m.ContentLength, Request: req,
	}
	if a.revisit != nil {
		resp.Body = &archivedBody{Reader: m.Body, of: a}
	} else {
		resp.ContentLength = int64(len(a.body))
		resp.Body = &archivedBody{Reader: bytes.NewReader(a.body), of: a}
	}
	return resp, nil
}

// archivedBody ends as the recorded one did.
type archivedBody struct {
	io.Reader
	of *archived
	n  int64
}

func (b *archivedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.n += int64(n)
	if err != io.EOF {
		return n, err
	}
	a := b.of
	truncated := a.truncated
	if a.revisit != nil {
		truncated = a.message.Truncated
	}
	switch {
	case a.failure != nil:
		err = a.failure
	case truncated != "":
		err = &warc.CutError{URL: a.url, Bytes: b.n, Truncated: warc.Truncation(truncated)}
	}
	return n, err
}

func (b *archivedBody) Close() error { return nil }
