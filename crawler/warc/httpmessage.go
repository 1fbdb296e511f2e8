package warc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// ErrNotHTTP is the error of a record that holds no HTTP answer: a request, a dns: response, a revisit without a head.
var ErrNotHTTP = errors.New("the record holds no HTTP answer")

// HTTPMessage is an HTTP answer in a response, revisit or resource record.
type HTTPMessage struct {
	Proto      string // "HTTP/1.1"
	Status     string // "200 OK"
	StatusCode int    // 200
	// Header has canonical keys, and values byte for byte, with folded lines joined. Transfer-Encoding is gone if it has
	// been undone, or was never there in the body; Content-Length is as it came, and may be wrong.
	Header http.Header
	// Body is the body without its transfer coding, its content codings as received. It is good until the next record
	// is read. If the record is to be left out it ends with a *Problem in the place of io.EOF. That of a revisit is empty.
	Body          io.Reader
	ContentLength int64 // of Body, if it is known beforehand, else -1
	// Truncated is WARC-Truncated: "length", "time", "disconnect", "unspecified", or "" for a body that is whole. Once
	// Body has been read it is "unspecified", too, if it was found not to end where it should and the policy is to use it.
	Truncated string
}

// HTTP reads the head of the HTTP answer that the record holds, and leaves its body to be read. A resource is an
// answer of status 200 with the record's Content-Type. It must be called before anything of Block has been read.
//
// The error is ErrNotHTTP if the record is of another kind, a *Problem of ClassHTTPHead if it can't be read, or that
// of the block. In all three cases the reader can go on to the next record, unless the problem's action is Stop.
func (rec *Record) HTTP() (*HTTPMessage, error) {
	switch {
	case rec.message != nil:
		return rec.message, nil
	case rec.block == nil || rec.block.left != rec.ContentLength || rec.block.err == errStale:
		return nil, errors.New("warc: Record.HTTP after its block has been read")
	case rec.Type == Resource:
		return rec.resource(), nil
	case rec.Type != Response && rec.Type != Revisit || !rec.holdsHTTP() || rec.ContentLength == 0:
		return nil, ErrNotHTTP
	}
	return rec.readMessage()
}

// holdsHTTP tells whether the block is an HTTP message (ISO 28500:2017 sections 6.3 to 6.7).
func (rec *Record) holdsHTTP() bool {
	switch rec.Type {
	case Response, Request, Revisit:
	default:
		return false
	}
	contentType := rec.Fields.Get(FieldContentType)
	if contentType == "" {
		scheme, _, _ := strings.Cut(rec.TargetURI, ":")
		return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
	}
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/http")
}

func (rec *Record) resource() *HTTPMessage {
	m := &HTTPMessage{Proto: "HTTP/1.1", Status: "200 OK", StatusCode: http.StatusOK, Header: make(http.Header),
		Body: rec.block, ContentLength: rec.ContentLength, Truncated: rec.Fields.Get(FieldTruncated)}
	if t := rec.Fields.Get(FieldContentType); t != "" {
		m.Header.Set("Content-Type", t)
	}
	rec.message = m
	return m
}

// readMessage reads the head of an answer, or of a request, which it does for the sake of its payload.
func (rec *Record) readMessage() (*HTTPMessage, error) {
	b, r := rec.block, rec.block.r
	if r.ahead == nil {
		r.ahead = bufio.NewReaderSize(nil, 16<<10)
	}
	r.ahead.Reset(b)
	m := &HTTPMessage{Truncated: rec.Fields.Get(FieldTruncated)}
	odd, size, err := m.readHead(b, rec.Type == Request)
	switch {
	case b.err != nil && b.err != io.EOF: // whatever the head is
		return nil, b.err
	case err != nil:
		p := r.problem(rec, ClassHTTPHead, err.Error())
		p.Action = max(p.Action, Skip)
		r.report(p)
		b.note(p)
		return nil, p
	case odd != "":
		b.note(r.tell(rec, ClassHTTPField, "a line of the HTTP head is no field, and passed over: "+odd))
	}
	rec.message = m
	if rec.segmented() && m.Truncated == "" {
		m.Truncated = string(TruncatedLength)
	}
	m.ContentLength = rec.ContentLength - size
	if rec.Type == Revisit {
		m.Body, m.ContentLength = http.NoBody, 0
		return m, nil
	}
	b.expectPayload()
	m.Body = &messageBody{b, r.ahead}
	m.undoChunks(b, r.ahead)
	if n, wrong := m.promised(); wrong {
		b.note(r.tell(rec, ClassHTTPLength, fmt.Sprintf("the answer's Content-Length is %d, its body has %s", n, count(m.ContentLength))))
	}
	if b.worst != nil && b.worst.Action >= Skip {
		return nil, b.worst
	}
	return m, nil
}

// promised returns the Content-Length of the answer, and whether the body should have it, and has not.
func (m *HTTPMessage) promised() (n int64, wrong bool) {
	n, err := strconv.ParseInt(m.Header.Get("Content-Length"), 10, 64)
	if err != nil || m.ContentLength < 0 || m.Truncated != "" || m.StatusCode == http.StatusNotModified || m.StatusCode < 200 {
		return 0, false
	}
	return n, n != m.ContentLength
}

// messageBody is a body that lies in the reader's buffer, and so is no longer there when the next record is.
type messageBody struct {
	block *recordBlock
	from  io.Reader
}

func (m *messageBody) Read(p []byte) (int, error) {
	if m.block.err == errStale {
		return 0, errStale
	}
	return m.from.Read(p)
}
