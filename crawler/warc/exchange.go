package warc

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Exchange is one request and what came back, as a [Recorder] saw it: an answer, a
// part of one, or a failure.
type Exchange struct {
	URL string // that was asked for, absolute
	// Start and Duration are when the request began, and how long it took to the
	// end of the answer's body.
	Start    time.Time
	Duration time.Duration
	// Of these, looking up the host's address, connecting, the TLS handshake, each
	// 0 on a connection that was there, and until the answer's first byte came.
	DNS, Connect, TLS, FirstByte time.Duration
	// Address is the server's; invalid if there was no connection to it, or one to
	// a proxy.
	Address netip.Addr
	// Sent says that the request went out.
	Sent bool
	// Request is the head of the request, with its last empty line.
	Request []byte

	Status    string // of the answer's status line, "200 OK"; empty if there was no answer
	Protocol  string // "h2" for HTTP/2, "" for what application/http can say
	Header    http.Header
	Body      []byte // transfer coding undone, content codings as received
	Truncated Truncation
	// Failure is why there is no answer, or not all of it; nil if there is.
	Failure *Failure
}

// Truncation is why a block is not all that was sent (ISO 28500:2017 section 5.15).
type Truncation string

// The reasons that a block isn't whole.
const (
	TruncatedLength     Truncation = "length"     // longer than whoever recorded it wanted
	TruncatedTime       Truncation = "time"       // it took too long
	TruncatedDisconnect Truncation = "disconnect" // the connection ended
	TruncatedUnknown    Truncation = "unspecified"
)

// HasAnswer reports whether at least the head of an answer came.
func (e *Exchange) HasAnswer() bool { return e.Status != "" }

// noteRequest keeps the head of a request as HTTP/1.1 writes it (RFC 9112), which
// is also what there is of one that went out as HTTP/2.
func (e *Exchange) noteRequest(req *http.Request, o RecorderOptions) {
	if e.URL == "" {
		e.URL = absoluteURL(req)
	}
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	method := req.Method
	if method == "" {
		method = http.MethodGet
	}
	header := req.Header.Clone()
	if !o.Secrets {
		redactRequest(header, o.Private)
	}
	b := make([]byte, 0, 512)
	b = append(b, oneLine(method+" "+req.URL.RequestURI())+" HTTP/1.1\r\nHost: "+oneLine(host)+"\r\n"...)
	if agent := header.Get("User-Agent"); agent != "" { // second, as net/http sends it
		b = append(b, "User-Agent: "+oneLine(agent)+"\r\n"...)
	}
	header.Del("User-Agent")
	header.Del("Host")
	e.Request = append(appendHeader(b, header), "\r\n"...)
}

func absoluteURL(req *http.Request) string {
	u := *req.URL
	u.Fragment, u.RawFragment, u.User = "", "", nil
	return u.String()
}

func (e *Exchange) noteAnswer(resp *http.Response, secrets bool) {
	e.Status = resp.Status
	if e.Status == "" {
		e.Status = strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode))
	}
	if resp.ProtoMajor == 2 {
		e.Protocol = "h2"
	}
	e.Header = resp.Header.Clone()
	if resp.Uncompressed { // by net/http: what is left is what the header is to tell
		e.Header.Del("Content-Encoding")
		e.Header.Del("Content-Length")
	}
	if !secrets {
		redactAnswer(e.Header)
	}
}

// answerHead is the answer's head as HTTP/1.1 writes it.
func (e *Exchange) answerHead() []byte {
	b := append(make([]byte, 0, 512), "HTTP/1.1 "+oneLine(e.Status)+"\r\n"...)
	return append(appendHeader(b, e.Header), "\r\n"...)
}

// metadata is the block of the metadata record.
func (e *Exchange) metadata() []byte {
	b := make([]byte, 0, 128)
	took := func(name string, d time.Duration) {
		b = append(strconv.AppendInt(append(b, name+": "...), d.Milliseconds(), 10), "\r\n"...)
	}
	took(metaFetchTime, e.Duration)
	for _, step := range []struct {
		name string
		took time.Duration
	}{{metaDNSTime, e.DNS}, {metaConnectTime, e.Connect}, {metaTLSTime, e.TLS}, {metaFirstByteTime, e.FirstByte}} {
		if step.took > 0 {
			took(step.name, step.took)
		}
	}
	if f := e.Failure; f != nil {
		for _, field := range []Field{{metaErrorKind, f.Kind}, {metaErrorPhase, f.Phase}, {metaErrorMessage, f.Message}, {metaErrorAttempts, attemptsText(f.Attempts)}} {
			if field.Value != "" {
				b = appendField(b, field.Name, oneLine(field.Value))
			}
		}
	}
	return b
}

func attemptsText(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
