package warc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Replayer is an http.RoundTripper that answers from an archive and from nothing
// else: it opens no socket, asks no name server and doesn't wait.
//
// A URL that was recorded more than once, since it was tried again or led back to
// itself, gets its answers in the order in which they were recorded, and the last
// one from then on. Only GET requests are answered; headers are not looked at, but
// for Accept-Encoding: without it a body comes decoded, as with http.Transport.
type Replayer struct {
	archive *Archive

	mu   sync.Mutex
	next map[string]int // of URLs that were recorded more than once, and asked for without a number
}

// NewReplayer returns a Replayer of an archive, which stays the caller's to close.
func NewReplayer(a *Archive) *Replayer {
	return &Replayer{archive: a, next: make(map[string]int)}
}

// OpenReplayer opens an archive, of one or more files, to be replayed. Close closes
// it.
func OpenReplayer(files ...string) (*Replayer, error) {
	a, err := Open(files, OpenOptions{})
	if err != nil {
		return nil, err
	}
	return NewReplayer(a), nil
}

// Close closes the archive.
func (r *Replayer) Close() error { return r.archive.Close() }

// Archive is what is replayed.
func (r *Replayer) Archive() *Archive { return r.archive }

// Facts are what was recorded of an exchange besides the answer.
type Facts struct {
	Start    time.Time     // when the request began
	Duration time.Duration // to the end of the answer's body; 0 in archives that don't tell
}

type (
	factsKey  struct{}
	numberKey struct{}
)

// WithFacts asks for the facts of the exchange that a request made with the context
// is answered from. They are set when RoundTrip returns; Start is zero if there was none.
func WithFacts(ctx context.Context, facts *Facts) context.Context {
	return context.WithValue(ctx, factsKey{}, facts)
}

// WithNumber has a request answered from the exchange of that number among those of
// its URL, from 0 on, and not at all if there are fewer. The error then names no other
// URL, since who numbers requests makes many.
func WithNumber(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, numberKey{}, n)
}

// NotRecordedError says that a request is not in the archive.
type NotRecordedError struct {
	Method, URL string
	Number      int      // of times that the URL is in the archive; 0 if it isn't
	Nearest     []string // recorded URLs most like it
}

func (e *NotRecordedError) Error() string {
	var b strings.Builder
	switch {
	case e.Method != http.MethodGet:
		fmt.Fprintf(&b, "%s %s: only GET requests are replayed", e.Method, e.URL)
		return b.String()
	case e.Number > 0:
		fmt.Fprintf(&b, "%s %s is recorded %d times, and was asked for once more", e.Method, e.URL, e.Number)
		return b.String()
	}
	fmt.Fprintf(&b, "%s %s is not in the recording", e.Method, e.URL)
	for i, near := range e.Nearest {
		if i == 0 {
			b.WriteString("; nearest are")
		}
		b.WriteString(" " + near)
	}
	return b.String()
}

// CutError says that an answer was recorded in part, by a reader that wanted no
// more of it.
type CutError struct {
	URL       string
	Bytes     int64 // that there are
	Truncated Truncation
}

func (e *CutError) Error() string {
	return fmt.Sprintf("the recording has only the first %d bytes of this answer (WARC-Truncated: %s)", e.Bytes, e.Truncated)
}

// nearest is how many URLs a NotRecordedError names.
const nearest = 3

// RoundTrip implements http.RoundTripper. A request that failed when it was recorded
// fails with its *[Failure]; one that isn't recorded with a *[NotRecordedError];
// a record that is damaged is a *[Problem], and a file that can't be read a *[ReadError].
func (r *Replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close() // nothing reads it
	}
	if err := context.Cause(req.Context()); err != nil {
		return nil, err
	}
	url := absoluteURL(req)
	entry, err := r.find(req, url)
	if err != nil {
		return nil, err
	}
	if facts, ok := req.Context().Value(factsKey{}).(*Facts); ok {
		facts.Start, facts.Duration = entry.Date, entry.Duration
	}
	if entry.Type == Metadata && entry.Failure != nil {
		return nil, entry.Failure
	}
	found, err := r.archive.Read(entry)
	if err != nil {
		return nil, archiveFailure(err)
	}
	resp := &http.Response{
		Status: found.Status, StatusCode: found.StatusCode, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: found.Header, ContentLength: found.ContentLength, Request: req,
	}
	delete(resp.Header, "Transfer-Encoding") // it is undone
	resp.Body = &replayedBody{Reader: found.Body, capture: found, url: url}
	if req.Header["Accept-Encoding"] == nil {
		decodeContent(resp)
	}
	return resp, nil
}

// Has reports whether a URL is recorded.
func (r *Replayer) Has(url string) (bool, error) {
	entries, err := r.lookup(url)
	return len(entries) > 0, err
}

func (r *Replayer) find(req *http.Request, url string) (*Entry, error) {
	missing := &NotRecordedError{Method: req.Method, URL: url}
	if missing.Method == "" {
		missing.Method = http.MethodGet
	}
	if missing.Method != http.MethodGet {
		return nil, missing
	}
	entries, err := r.lookup(url)
	if err != nil {
		return nil, err
	}
	n, numbered := req.Context().Value(numberKey{}).(int)
	switch {
	case len(entries) == 0 && numbered:
		return nil, missing
	case len(entries) == 0:
		if missing.Nearest, err = r.archive.Nearest(url, nearest); err != nil {
			return nil, err
		}
		return nil, missing
	case numbered && n >= len(entries):
		missing.Number = len(entries)
		return nil, missing
	case !numbered && len(entries) > 1:
		n = r.turn(url, len(entries))
	}
	return &entries[n], nil
}

// lookup finds what is recorded of a URL. If it is there as it is written, what is
// only the same URL in another spelling is another one's.
func (r *Replayer) lookup(url string) ([]Entry, error) {
	entries, err := r.archive.Lookup(url)
	if err != nil {
		return nil, archiveFailure(err)
	}
	exact := func(e Entry) bool { return e.URL == url }
	if slices.ContainsFunc(entries, exact) {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return !exact(e) })
	}
	return entries, nil
}

// turn counts the requests for a URL with several answers.
func (r *Replayer) turn(url string, answers int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.next[url]
	if n < answers-1 {
		r.next[url] = n + 1
	}
	return n
}

// archiveFailure makes a *ReadError of what is wrong with reading the archive, rather
// than with what is in it.
func archiveFailure(err error) error {
	var failure *Failure
	var problem *Problem
	var read *ReadError
	if errors.As(err, &failure) || errors.As(err, &problem) || errors.As(err, &read) || errors.Is(err, http.ErrBodyReadAfterClose) {
		return err
	}
	return &ReadError{File: "the recording", Err: err}
}

// replayedBody ends as the recorded one did.
type replayedBody struct {
	io.Reader
	capture *Capture
	url     string
	n       int64
}

func (b *replayedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, archiveFailure(err)
	}
	if err == nil {
		return n, nil
	}
	switch {
	case b.capture.Failure != nil:
		return n, b.capture.Failure
	case b.capture.Truncated != "":
		return n, &CutError{URL: b.url, Bytes: b.n, Truncated: Truncation(b.capture.Truncated)}
	}
	return n, io.EOF
}

func (b *replayedBody) Close() error { return b.capture.Close() }
