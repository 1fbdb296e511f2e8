package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// archived is an answer in an archive, on its way to be a line.
type archived struct {
	url      string // canonical
	start    time.Time
	duration time.Duration
	failure  *warc.Failure // why it isn't whole, if the archive says so

	message   warc.HTTPMessage // but for its body; that of a revisit is the one it refers to
	body      []byte           // as received, in a buffer of the extraction's bodies
	truncated string           // WARC-Truncated, or what the reader found out
	revisit   *warc.Entry      // where the record is, if its body is elsewhere; else nil

	result *result       // what came of it; nil if it is no line
	err    error         // what ends the extraction
	done   chan struct{} // gets one token when result or err is set
	held   int64         // bytes that it holds
}

// read is the reader's goroutine: it reads the archives one after the other and hands
// out their answers. It closes pending and work.
func (e *extraction) read(ctx context.Context) error {
	defer close(e.work)
	defer close(e.pending)
	for _, file := range e.config.Files {
		if err := e.readFile(ctx, file); err != nil {
			return err
		}
		e.before += e.config.sizes([]string{file})
		e.account.update(func(s *ExtractStats) { s.Read = max(s.Read, e.before) })
	}
	return nil
}

// readFile reads one archive.
func (e *extraction) readFile(ctx context.Context, file string) error {
	in, err := e.config.openInput(file, e.stop)
	if err != nil {
		return &warc.ReadError{File: inputName(file), Err: err}
	}
	defer in.Close()
	r := warc.NewReader(in, warc.ReaderOptions{
		Name: inputName(file), Policy: e.config.Policy, Report: e.report, NoDigests: e.config.NoDigests,
	})
	defer func() { e.account.problems(r.Problems()) }()
	var about *warc.About // of the record before
	for !e.stopped() {
		rec, err := r.Next()
		if rec != nil && about != nil && about.Answer != "" && about.Answer == rec.ID && rec.Type != warc.Metadata {
			err = e.take(ctx, file, r, rec, about)
			about = nil
		} else {
			e.unanswered(about)
			about = nil
			if err == nil {
				switch rec.Type {
				case warc.Metadata:
					about = warc.ReadAbout(rec)
				case warc.Response, warc.Resource, warc.Revisit:
					err = e.take(ctx, file, r, rec, &warc.About{})
				}
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errLeftStream):
			return ErrInterrupted
		case err != nil:
			return err
		}
		e.account.update(func(s *ExtractStats) { s.Read = e.before + rec.Offset })
	}
	return ErrInterrupted
}

// unanswered counts an exchange that failed before there was an answer.
func (e *extraction) unanswered(about *warc.About) {
	if about != nil && about.Failure != nil {
		e.account.answer()
		e.account.skip(ReasonNoAnswer)
	}
}

// take hands out the answer in a record, if it may become a line. The error ends the
// reading.
func (e *extraction) take(ctx context.Context, file string, r *warc.Reader, rec *warc.Record, about *warc.About) error {
	e.held.wait(ctx)
	e.account.answer()
	url, err := weburl.Parse(rec.TargetURI)
	if err != nil {
		e.account.skip(ReasonNotWeb)
		e.config.Logger.Debug("no URL of the web", "uri", rec.TargetURI, "file", inputName(file), "offset", rec.Offset)
		return nil
	}
	if weburl.Split(url).Path == "/robots.txt" {
		e.account.skip(ReasonRobotsTxt)
		return nil
	}
	a := &archived{
		url: weburl.WithoutUserinfo(url), start: rec.Date, duration: about.Duration, failure: about.Failure, done: make(chan struct{}, 1),
	}
	taken, err := e.readAnswer(a, file, r, rec)
	if err != nil || !taken {
		e.release(a)
		return err
	}
	return e.dispatch(ctx, a)
}

// readAnswer reads what the record holds into a. It reports false, and counts why, if
// that is no line.
func (e *extraction) readAnswer(a *archived, file string, r *warc.Reader, rec *warc.Record) (taken bool, err error) {
	message, err := rec.HTTP()
	if err == nil {
		a.message, a.truncated = *message, message.Truncated
	}
	switch {
	case rec.Type == warc.Revisit && (err == nil || errors.Is(err, warc.ErrNotHTTP)):
		return e.readRevisit(a, file, rec, err == nil), nil
	case errors.Is(err, warc.ErrNotHTTP):
		e.account.skip(ReasonNotHTTP)
		return false, nil
	case err != nil:
		return false, e.damaged(err)
	}
	if e.isOther(&a.message) {
		e.account.skip(ReasonType)
		return false, nil
	}
	select {
	case a.body = <-e.bodies:
	default:
	}
	body := io.Reader(message.Body)
	if most := e.config.Fetch.MaxWireBytes; most > 0 {
		body = io.LimitReader(body, most+1) // one more, by which it is known to be too large
	}
	a.body, err = fetch.ReadBody(&http.Response{Body: io.NopCloser(body), ContentLength: message.ContentLength}, a.body)
	if err == nil {
		_, err = r.End()
	}
	if err != nil {
		return false, e.damaged(err)
	}
	a.truncated = message.Truncated
	a.message.Body = nil // good until the next record only
	return true, nil
}

// damaged counts a record that is left out. Another error ends the reading.
func (e *extraction) damaged(err error) error {
	var problem *warc.Problem
	if errors.As(err, &problem) && problem.Action < warc.Stop {
		e.account.skip(ReasonDamaged)
		return nil
	}
	return err
}

// isOther reports whether an answer's head shows that it is no line: the body need
// not be looked at.
func (e *extraction) isOther(m *warc.HTTPMessage) bool {
	media, _, _ := fetch.MediaType(m.Header, nil)
	return !e.wants(m.StatusCode, media) && !mayBeHTML(m.Header, media)
}

// readRevisit keeps where a revisit is. Its body is looked for when it is its turn to
// be parsed, and an index is made for that: not for one that is no line in any case.
func (e *extraction) readRevisit(a *archived, file string, rec *warc.Record, head bool) (taken bool) {
	switch {
	case head && a.message.StatusCode != http.StatusNotModified && e.isOther(&a.message):
		e.account.skip(ReasonType)
		return false
	case !e.revisits.canFollow(file):
		e.account.skip(ReasonRevisit)
		e.config.Logger.Debug("a revisit on a stream: its body can't be had", "url", a.url, "file", inputName(file), "offset", rec.Offset)
		return false
	}
	a.revisit = &warc.Entry{URL: rec.TargetURI, File: file, Offset: rec.Offset, InMember: rec.InMember}
	return true
}

// dispatch puts an answer in line and hands it to a worker.
func (e *extraction) dispatch(ctx context.Context, a *archived) error {
	a.held = int64(len(a.body))
	e.held.add(a.held)
	select {
	case e.pending <- a:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case e.work <- a:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// release gives the buffer of an answer's body back.
func (e *extraction) release(a *archived) {
	if b := keepable(a.body); b != nil {
		select {
		case e.bodies <- b[:0]:
		default:
		}
	}
	a.body = nil
}

// missing is the problem of a revisit whose record isn't in the index.
func missing(entry *warc.Entry) error {
	return &warc.Problem{Class: warc.ClassMissingOriginal, Action: warc.Skip, File: entry.File, Offset: entry.Offset, TargetURI: entry.URL,
		Detail: fmt.Sprintf("its record is not in the index of %s", entry.File)}
}
