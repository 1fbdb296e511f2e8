package warc

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// The classes of what can be wrong when a capture is read.
const (
	ClassMissingOriginal Class = "missing_original" // what a revisit refers to is not in the archive
	ClassIndexMisfit     Class = "index_misfit"     // the index doesn't fit the file: it has changed since Open
)

// Capture is a recorded answer. Its Body is a stream from the file, for one reader.
type Capture struct {
	Entry
	HTTPMessage
	Status string // HTTPMessage's: "200 OK"; the number is StatusCode
	Fields Fields // of the record
	// Original is the capture that the body is of, if this is a revisit; else nil.
	Original *Entry

	mu      sync.Mutex // held by a read of the body, in the middle of which Close may come
	release func()     // nil when it is closed
}

// captureBody is a body that tells its capture at the end that it was cut off, if
// that comes to light only then.
type captureBody struct {
	capture *Capture
	message *HTTPMessage
}

func (b *captureBody) Read(p []byte) (int, error) {
	b.capture.mu.Lock()
	defer b.capture.mu.Unlock()
	if b.capture.release == nil {
		return 0, http.ErrBodyReadAfterClose // its reader may be reading something else
	}
	n, err := b.message.Body.Read(p)
	if err != nil && b.capture.Truncated == "" {
		b.capture.Truncated = b.message.Truncated
	}
	return n, err
}

// Close ends the reading of the body. It may be called more than once.
func (c *Capture) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.release != nil {
		c.release()
		c.release = nil
	}
	return nil
}

// maxChain bounds how many revisits may lead to an original. Writers make it one;
// more come from archives that were deduplicated again.
const maxChain = 8

// Read opens a capture that one of a's methods has returned. It is to be closed.
//
// A revisit has the body of the capture that it refers to (ISO 28500:2017 section
// 6.7): by the URL and date that it names, by a record's ID, or by payload digest
// among the captures of its URL. Status and header are its own if it has them. But
// what says that nothing was modified (304) is given as the original: who asks for
// the whole has to get the whole.
//
// The error is a *Problem of class ClassMissingOriginal or ClassIndexMisfit, the
// *Failure of an exchange without an answer, a *ReadError, or the operating system's.
func (a *Archive) Read(e *Entry) (*Capture, error) {
	if e.Type == Metadata && e.Failure != nil {
		return nil, e.Failure
	}
	c, err := a.open(e)
	if err != nil || e.Type != Revisit {
		return c, err
	}
	_ = c.Close() // its head is all there is of it
	original, err := a.original(e)
	if err != nil {
		return nil, err
	}
	o, err := a.open(original)
	if err != nil {
		return nil, err
	}
	if head := c.HTTPMessage; head.StatusCode != 0 && head.StatusCode != http.StatusNotModified {
		head.Body, head.ContentLength, head.Truncated = o.Body, o.ContentLength, o.Truncated
		o.HTTPMessage, o.Status = head, head.Status
	}
	o.Entry, o.Fields, o.Original = *e, c.Fields, original
	return o, nil
}

// open opens the record of an entry. That of a revisit has no body, and no head if
// the record has none.
func (a *Archive) open(e *Entry) (*Capture, error) {
	x := a.byFile[e.File]
	if x == nil {
		return nil, fmt.Errorf("%s is none of the archive's files", e.File)
	}
	f, err := a.handles.acquire(e.File)
	if err != nil {
		return nil, err
	}
	r := a.readerAt(f.File, x, e.Offset)
	release := func() {
		a.idle.Put(r)
		a.handles.release(f)
	}
	c, err := a.find(r, e)
	if err != nil {
		release()
		return nil, err
	}
	c.release = release
	return c, nil
}

// find reads on to the record of an entry.
func (a *Archive) find(r *Reader, e *Entry) (*Capture, error) {
	for {
		rec, err := r.Next()
		if err != nil || rec.Offset != e.Offset || rec.InMember > e.InMember {
			return nil, a.misfit(e, "no such record is there", err)
		}
		if rec.InMember < e.InMember {
			continue
		}
		if wrong := e.differsFrom(rec); wrong != "" {
			return nil, a.misfit(e, wrong, nil)
		}
		c := &Capture{Entry: *e, Fields: rec.Fields}
		message, err := rec.HTTP()
		if e.Type == Revisit && errors.Is(err, ErrNotHTTP) {
			return c, nil
		}
		if err != nil {
			return nil, a.misfit(e, "it has no HTTP answer", err)
		}
		c.HTTPMessage, c.Status = *message, message.Status
		c.Body = &captureBody{c, message}
		return c, nil
	}
}

// differsFrom says what of a record is not as the entry has it.
func (e *Entry) differsFrom(rec *Record) string {
	recorded, _ := sameForm(rec.TargetURI)
	wanted, _ := sameForm(e.URL)
	switch {
	case rec.Type != e.Type:
		return fmt.Sprintf("the record there is a %.100s, not a %s", rec.Type, e.Type)
	case recorded != wanted:
		return fmt.Sprintf("the record there is of %.200s", rec.TargetURI)
	case e.ID != "" && within(maxWord, rec.ID) != e.ID:
		return fmt.Sprintf("the record there is %.100s, not %s", rec.ID, e.ID)
	}
	return ""
}

// misfit is the error of an index that leads to something else.
func (a *Archive) misfit(e *Entry, detail string, cause error) error {
	a.count(ClassIndexMisfit)
	return &Problem{Class: ClassIndexMisfit, Action: Stop, File: e.File, Offset: e.Offset, RecordID: e.ID, TargetURI: e.URL, Err: cause,
		Detail: detail + "; delete " + indexPath(e.File) + ", and it is made anew"}
}

// original follows a revisit to the capture that has its body.
func (a *Archive) original(e *Entry) (*Entry, error) {
	path := []*Entry{e}
	for range maxChain {
		next, err := a.referred(path[len(path)-1], path)
		if err != nil {
			return nil, err
		}
		if next == nil {
			break
		}
		if next.Type != Revisit {
			return next, nil
		}
		path = append(path, next)
	}
	a.count(ClassMissingOriginal)
	return nil, &Problem{Class: ClassMissingOriginal, Action: Skip, File: e.File, Offset: e.Offset, RecordID: e.ID, TargetURI: e.URL,
		Detail: "its body is not in the archive: it is that of " + path[len(path)-1].reference()}
}

// reference says for people what a revisit refers to.
func (e *Entry) reference() string {
	var parts []string
	if e.RefersToURI != "" {
		parts = append(parts, fmt.Sprintf("%.200s", e.RefersToURI))
	} else {
		parts = append(parts, "an earlier answer of this URL")
	}
	if !e.RefersToDate.IsZero() {
		parts = append(parts, "recorded "+e.RefersToDate.Format(time.RFC3339Nano))
	}
	if e.RefersTo != "" {
		parts = append(parts, "record "+e.RefersTo)
	}
	if e.Digest != "" {
		parts = append(parts, "payload "+e.Digest)
	}
	return strings.Join(parts, ", ")
}

// referred is the capture that a revisit refers to; nil if it isn't there. Those of
// path are left out.
func (a *Archive) referred(e *Entry, path []*Entry) (*Entry, error) {
	url := cmp.Or(e.RefersToURI, e.URL)
	entries, err := a.Lookup(url)
	if err != nil {
		return nil, err
	}
	if found := a.choose(e, path, entries, func(c *Entry) bool { return e.RefersTo != "" && c.ID == e.RefersTo }); found != nil {
		return found, nil
	}
	if found := a.choose(e, path, entries, func(c *Entry) bool { return sameMoment(c.Date, e.RefersToDate) }); found != nil {
		return found, nil
	}
	if e.RefersTo != "" {
		for _, x := range a.files {
			named, err := x.byID(e.RefersTo)
			if err != nil {
				return nil, err
			}
			if found := a.choose(e, path, named, func(*Entry) bool { return true }); found != nil {
				return found, nil
			}
		}
	}
	hasDigest := func(c *Entry) bool { return e.Digest != "" && sameDigest(c.Digest, e.Digest) }
	if found := a.choose(e, path, entries, hasDigest); found != nil || e.Digest == "" && e.Status != http.StatusNotModified {
		return found, nil
	}
	if url != e.URL {
		if entries, err = a.Lookup(e.URL); err != nil {
			return nil, err
		}
	}
	if e.Status == http.StatusNotModified {
		return a.choose(e, path, entries, func(c *Entry) bool { return c.Status == http.StatusOK }), nil
	}
	return a.choose(e, path, entries, hasDigest), nil
}

// choose returns the best of the captures that fit, which are in the order of
// recording: not of path, with a body of the digest that e has, rather not a revisit,
// and the last one before e, or else the first after it.
func (a *Archive) choose(e *Entry, path []*Entry, entries []Entry, fits func(*Entry) bool) *Entry {
	var best *Entry
	bestRank := 0
	for i := range entries {
		c := &entries[i]
		if c.Type == Metadata || !fits(c) || slices.ContainsFunc(path, c.samePlace) {
			continue
		}
		rank := 1
		switch {
		case sameDigest(c.Digest, e.Digest):
			rank++
		case e.Status != http.StatusNotModified && differentDigest(c.Digest, e.Digest):
			continue
		}
		if c.Type != Revisit {
			rank += 2
		}
		if rank > bestRank || rank == bestRank && a.compare(c, e) < 0 {
			best, bestRank = c, rank
		}
	}
	return best
}

func (e *Entry) samePlace(f *Entry) bool {
	return e.File == f.File && e.Offset == f.Offset && e.InMember == f.InMember
}

// compare is of the order of recording.
func (a *Archive) compare(x, y *Entry) int {
	return cmp.Or(cmp.Compare(a.byFile[x.File].number, a.byFile[y.File].number), byPlace(*x, *y))
}

// sameMoment compares dates as exactly as both are given: to the second, or to the
// digits of a second that both have.
func sameMoment(x, y time.Time) bool {
	if x.IsZero() || y.IsZero() {
		return false
	}
	if x.Nanosecond() == 0 || y.Nanosecond() == 0 {
		x, y = x.Truncate(time.Second), y.Truncate(time.Second)
	}
	return x.Equal(y)
}

// sameDigest compares digests however they are written.
func sameDigest(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	if x == y {
		return true
	}
	dx, errX := ParseDigest(x)
	dy, errY := ParseDigest(y)
	return errX == nil && errY == nil && dx.Equal(dy)
}

// differentDigest is true of digests of one algorithm that differ.
func differentDigest(x, y string) bool {
	dx, errX := ParseDigest(x)
	dy, errY := ParseDigest(y)
	return errX == nil && errY == nil && dx.Algorithm == dy.Algorithm && !dx.Equal(dy)
}
