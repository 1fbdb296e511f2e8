package warc

import (
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ClassLongURI is of a record whose URL is longer than 32 KiB: it is left out of the
// index.
const ClassLongURI Class = "long_uri"

// indexer makes the lines of an index in one pass over an archive.
type indexer struct {
	file     string // as the archive was named
	filename string // as the lines name it
	report   func(*Problem)
	lines    *lineSorter
	meta     *indexMeta

	line     []byte
	exchange *exchangeFacts // of a metadata record, until the next record
	begun    bool           // meta.First is where a crawl began, as far as can be told
	longURIs int64
}

// exchangeFacts are what a metadata record of ours says.
type exchangeFacts struct {
	of       string // ID of the answer's record; empty if there was none
	duration time.Duration
	alone    *Entry // what is indexed of a failure if no answer follows; nil if it tells none
}

// run reads all records. What it returns has ended the reading.
func (x *indexer) run(r *Reader, progress func(done int64)) error {
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		facts := x.exchange
		x.exchange = nil
		e := x.capture(rec)
		end, err := r.End()
		var problem *Problem
		switch {
		case errors.As(err, &problem) && problem.Action == Skip:
			e, x.exchange = nil, nil
		case err != nil:
			return err
		}
		progress(end)
		if e != nil && facts != nil && facts.of != "" && facts.of == e.ID {
			e.Duration = facts.duration
			if facts.alone != nil {
				e.Failure, facts.alone = facts.alone.Failure, nil
			}
		}
		if err := x.addFailure(facts); err != nil {
			return err
		}
		length := end - rec.Offset
		if rec.InMember > 0 {
			length = 0
		}
		if x.exchange != nil && x.exchange.alone != nil {
			x.exchange.alone.Length = length
		}
		if e != nil {
			e.Length = length
			if err := x.add(e); err != nil {
				return err
			}
		}
	}
	x.meta.Problems = maps.Clone(r.Problems())
	if x.longURIs > 0 {
		x.meta.Problems[ClassLongURI] += x.longURIs
	}
	facts := x.exchange
	x.exchange = nil
	return x.addFailure(facts)
}

// addFailure adds an exchange that ended without an answer.
func (x *indexer) addFailure(facts *exchangeFacts) error {
	if facts == nil || facts.alone == nil {
		return nil
	}
	return x.add(facts.alone)
}

func (x *indexer) add(e *Entry) error {
	line, err := e.appendLine(x.line[:0], x.filename)
	if err != nil {
		return err
	}
	x.line = line
	if !x.begun && mayBegin(e) && len(line) <= maxMeta/8 {
		if x.begun = isPageOrRedirect(e); x.begun || x.meta.First == "" {
			x.meta.First = string(line)
		}
	}
	return x.lines.add(line)
}

// mayBegin leaves out what clients ask for by themselves.
func mayBegin(e *Entry) bool {
	u, ok := splitURL(e.URL)
	return ok && e.Type != Metadata && u.path != "/robots.txt" && u.path != "/favicon.ico"
}

// isPageOrRedirect is true of what a crawl goes on from. Browsers are done with a
// page's pictures before they are with the page.
func isPageOrRedirect(e *Entry) bool {
	switch {
	case e.Status == 304:
		return false
	case e.Status >= 300 && e.Status < 400:
		return true
	}
	return e.Status >= 200 && e.Status < 300 && (e.MIME == "text/html" || e.MIME == "application/xhtml+xml")
}

// capture returns what is indexed of a record, or nil. A metadata record of ours is
// kept for the next.
func (x *indexer) capture(rec *Record) *Entry {
	switch rec.Type {
	case Warcinfo:
		if x.meta.Warcinfo == nil {
			x.meta.Warcinfo = []int64{rec.Offset}
		}
		return nil
	case Response, Revisit, Resource, Metadata:
	default:
		return nil
	}
	e := &Entry{
		URL: rec.TargetURI, Type: rec.Type, Date: rec.Date.UTC(), ID: within(maxWord, rec.ID),
		Digest: within(maxWord, strings.TrimSpace(rec.Fields.Get(FieldPayloadDigest))),
		File:   x.file, Offset: rec.Offset, InMember: rec.InMember,
	}
	if !isWritable(e.Date) {
		e.Date = time.Time{}
	}
	form, ok := sameForm(e.URL)
	if !ok {
		return nil
	}
	if len(form) > maxURL {
		x.longURI(rec)
		return nil
	}
	if len(e.URL) > maxURL || !utf8.ValidString(e.URL) {
		e.URL = form
	}
	switch rec.Type {
	case Metadata:
		x.exchange = readFacts(rec, e)
		return nil
	case Revisit:
		e.RefersToURI = within(maxURL, trimURI(rec.Fields.Get(FieldRefersToURI)))
		e.RefersTo = within(maxWord, trimURI(rec.Fields.Get(FieldRefersTo)))
		if date, err := parseDate(rec.Fields.Get(FieldRefersToDate)); err == nil && isWritable(date.UTC()) {
			e.RefersToDate = date.UTC()
		}
	}
	message, err := rec.HTTP()
	switch {
	case err == nil:
		e.Status = message.StatusCode
		e.MIME = mediaType(message.Header.Get("Content-Type"))
	case rec.Type != Revisit || !errors.Is(err, ErrNotHTTP):
		return nil
	}
	return e
}

func (x *indexer) longURI(rec *Record) {
	x.longURIs++
	if x.report != nil {
		x.report(&Problem{Class: ClassLongURI, Action: Skip, File: x.file, Offset: rec.Offset, RecordID: rec.ID, TargetURI: rec.TargetURI,
			Detail: "its URL is longer than 32 KiB"})
	}
}

// readFacts reads a metadata record that stands before the answer that it is about.
// Those of other tools, which stand after it, name one that has gone by.
func readFacts(rec *Record, e *Entry) *exchangeFacts {
	if mediaType(rec.Fields.Get(FieldContentType)) != contentTypeFields {
		return nil
	}
	fields, err := ReadFields(rec.Block)
	if err != nil {
		return nil
	}
	facts := &exchangeFacts{of: trimURI(rec.Fields.Get(FieldConcurrentTo))}
	if ms, ok := parseMillis(fields.Get(metaFetchTime)); ok {
		facts.duration = ms
	}
	f := &Failure{
		Kind:    within(maxWord, fields.Get(metaErrorKind)),
		Phase:   within(maxWord, fields.Get(metaErrorPhase)),
		Message: shorten(fields.Get(metaErrorMessage)),
	}
	if n, err := strconv.Atoi(fields.Get(metaErrorAttempts)); err == nil && n > 0 {
		f.Attempts = n
	}
	if *f != (Failure{}) {
		e.Failure, e.Duration, e.Digest = f, facts.duration, ""
		facts.alone = e
	}
	return facts
}

// mediaType is the type of a Content-Type, in lower case and without parameters.
func mediaType(value string) string {
	value, _, _ = strings.Cut(value, ";")
	return within(maxWord, strings.ToLower(strings.TrimSpace(value)))
}

// within leaves out what is longer than anything real, and mends what JSON can't hold.
func within(limit int, s string) string {
	if len(s) > limit {
		return ""
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func shorten(s string) string {
	return strings.ToValidUTF8(s[:min(len(s), maxText)], "\uFFFD")
}
