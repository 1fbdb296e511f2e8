package crawler

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// exchange is one request and all that came back: an answer, a failure, or a
// part of an answer and the failure that cut it off.
type exchange struct {
	url      string
	status   int // 0: there was no answer
	header   http.Header
	media    string // essence of the media type, sniffed where the header doesn't say
	charset  string // label in the Content-Type
	body     []byte // decoded from its content codings
	declined bool   // the body was not wanted, and not downloaded
	err      *fetch.Error
	start    time.Time
	duration time.Duration
}

// run makes the exchange: it sends the request and reads the answer whole, unless
// nobody wants it. What came before a failure is kept.
func (ex *exchange) run(transport http.RoundTripper, req *http.Request, job *fetchJob) (*http.Response, error) {
	ex.start = time.Now()
	defer func() { ex.duration = time.Since(ex.start) }()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		ex.fail(err, fetch.PhaseHeaders)
		return nil, err
	}
	defer resp.Body.Close()
	ex.header = resp.Header
	if resp.StatusCode < 100 {
		ex.err = &fetch.Error{Kind: fetch.KindProtocol, Phase: fetch.PhaseHeaders, URL: job.url,
			Message: fmt.Sprintf("answered with the status %03d, which does not exist", resp.StatusCode)}
		return resp, nil
	}
	ex.status = resp.StatusCode
	if job.limit > 0 {
		resp.Body = &limitedBody{ReadCloser: resp.Body, left: job.limit}
	}
	if err := ex.read(resp, job); err != nil {
		ex.fail(err, fetch.PhaseBody)
	}
	return resp, nil
}

// peekLen is how much of a body its type is told by, where the header doesn't.
const peekLen = 1445

// read reads the body if its type is wanted. The header decides, and where it
// may be HTML in disguise the first bytes do.
func (ex *exchange) read(resp *http.Response, job *fetchJob) error {
	ex.media, ex.charset, _ = fetch.MediaType(ex.header, nil)
	wanted := job.wants == nil || job.wants(ex.status, ex.media)
	if !wanted {
		if !mayBeHTML(ex.header, ex.media) {
			ex.declined = true
			return nil
		}
		first, err := readFirst(resp.Body, ex.body)
		ex.body = first
		if err != nil {
			return err
		}
		ex.media, ex.charset, _ = fetch.MediaType(ex.header, first)
		if len(first) > 0 && !job.wants(ex.status, ex.media) {
			ex.declined, ex.body = true, ex.body[:0]
			return nil
		}
		resp.Body = prefixed(string(first), resp.Body)
	}
	var err error
	ex.body, err = fetch.ReadBody(resp, ex.body)
	ex.media, ex.charset, _ = fetch.MediaType(ex.header, ex.body)
	if len(ex.body) == 0 && ex.header.Get("Content-Type") == "" {
		ex.media = "" // there is nothing to have a type
	}
	return err
}

// mayBeHTML reports whether a type that isn't wanted may turn out to be HTML.
func mayBeHTML(h http.Header, essence string) bool {
	switch essence {
	case "text/plain", "application/octet-stream", "binary/octet-stream", "text/xml", "application/xml":
		return true
	}
	return h.Get("Content-Type") == "" || strings.HasSuffix(essence, "+xml")
}

// readFirst reads the beginning of a body into buf.
func readFirst(body io.Reader, buf []byte) ([]byte, error) {
	if cap(buf) < peekLen {
		buf = make([]byte, 0, 32<<10)
	}
	n, err := io.ReadFull(body, buf[:peekLen])
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) && !isFetchError(err) {
		err = nil
	}
	return buf[:n], err
}

func isFetchError(err error) bool {
	var e *fetch.Error
	return errors.As(err, &e)
}

// prefixedBody is a body whose beginning was read already.
type prefixedBody struct {
	io.Reader
	io.Closer
}

func prefixed(first string, body io.ReadCloser) io.ReadCloser {
	return prefixedBody{io.MultiReader(strings.NewReader(first), body), body}
}

// limitedBody ends a body, without an error, where no more of it is wanted.
type limitedBody struct {
	io.ReadCloser
	left int64
}

func (l *limitedBody) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.EOF
	}
	n, err := l.ReadCloser.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// fail notes why the exchange ended early.
func (ex *exchange) fail(err error, phase fetch.Phase) {
	if ex.err = replayed(err, ex.url); ex.err == nil {
		ex.err = fetch.Classify(err, phase)
	}
}

// isBinary reports whether a body that is labelled as HTML is none, whatever its
// encoding: it has no text and no links.
func (ex *exchange) isBinary() bool {
	return !strings.HasPrefix(ex.charset, "utf-16") && fetch.LooksBinary(ex.body)
}

// what says in words how the exchange ended.
func (ex *exchange) what() string {
	if ex.err != nil {
		return ex.err.Message
	}
	return strings.TrimSpace(fmt.Sprintf("answered %d %s", ex.status, http.StatusText(ex.status)))
}
