package fetch

import (
	"errors"
	"strings"
)

// ofHTTP2 knows what a server does to a stream or to the whole connection of HTTP/2. The types of these errors can't be had
// from net/http, so they are known by their text.
func ofHTTP2(e *Error, err error) bool {
	text := err.Error()
	if _, stream, found := strings.Cut(text, "stream error: stream ID "); found {
		e.Kind, e.Message = streamFault(stream)
		return true
	}
	switch {
	case strings.Contains(text, "GOAWAY"):
		e.Kind, e.Message = KindConnection, "HTTP/2 connection closed by the server (GOAWAY"+goAwayCode(text)+")"
	case strings.Contains(text, "http2: client connection lost"), strings.Contains(text, "http2: client connection force closed"):
		e.Kind, e.Message = KindConnection, "HTTP/2 connection lost"
	case strings.Contains(text, "http2: "), strings.Contains(text, "connection error: "):
		e.Kind, e.Message = KindProtocol, "HTTP/2 broken by the server: "+plainly(err)
	default:
		return false
	}
	return true
}

// streamFault reads `3; REFUSED_STREAM; received from peer`. What the peer did not send is our own verdict on what it sent.
func streamFault(text string) (Kind, string) {
	_, text, _ = strings.Cut(text, "; ")
	code, cause, _ := strings.Cut(text, "; ")
	switch {
	case cause != "received from peer" && cause != "":
		return KindProtocol, "HTTP/2 broken by the server: " + plainly(errors.New(cause))
	case code == "PROTOCOL_ERROR":
		return KindProtocol, "HTTP/2 stream reset by the server (PROTOCOL_ERROR)"
	}
	return KindConnection, "HTTP/2 stream reset by the server (" + code + ")"
}

// goAwayCode finds the error code in net/http's text, ", ENHANCE_YOUR_CALM", or gives "".
func goAwayCode(text string) string {
	_, code, found := strings.Cut(text, "ErrCode")
	if !found || len(code) < 2 {
		return ""
	}
	code = code[1:] // = or :
	if end := strings.IndexAny(code, ", "); end >= 0 {
		code = code[:end]
	}
	return ", " + code
}

// httpFaults are net/http's errors that are only strings, by a part of their text. Where quoted is set the part of the answer
// that net/http quotes goes into the message.
var httpFaults = []struct {
	part    string
	message string
	quoted  bool
	phase   Phase // where it is not for the caller to say
}{
	{part: "readLoopPeekFailLocked: %!w(<nil>)", message: "the server speaks before it is asked, which is not HTTP", phase: PhaseHeaders},
	{part: "malformed HTTP response", message: "the answer is not HTTP/1.0 or later", quoted: true},
	{part: "malformed HTTP version", message: "the answer is not HTTP", quoted: true},
	{part: "malformed HTTP status code", message: "the answer has no proper status code", quoted: true},
	{part: "malformed MIME header", message: "a header line is malformed", quoted: true},
	{part: "server response headers exceeded", message: "the headers are too large"},
	{part: "read limit of", message: "the headers are too large"},
	{part: "header line too long", message: "a line of the chunked body is too long"},
	{part: "multiple Content-Length", message: "two Content-Length headers that differ"},
	{part: "Content-Length", message: "the Content-Length is not a number", quoted: true},
	{part: "too many transfer encodings", message: "more than one transfer coding"},
	{part: "unsupported transfer encoding", message: "unknown transfer coding", quoted: true},
	{part: "too many 1xx", message: "too many interim (1xx) answers"},
	{part: "suspiciously long trailer", message: "the trailer after the body is cut short or too long"},
	{part: "chunk", message: "the chunked body is malformed"},
	{part: "bad trailer key", message: "a trailer after the body is not allowed", quoted: true},
	{part: "unsupported protocol scheme", message: "the URL's scheme can't be fetched", quoted: true, phase: PhaseRequest},
	{part: "no Host in request URL", message: "the URL has no host", phase: PhaseRequest},
	{part: "invalid header", message: "the request has an invalid header", phase: PhaseRequest},
	{part: "invalid method", message: "the request's method is invalid", quoted: true, phase: PhaseRequest},
	{part: "control character in Request.URL", message: "the URL has a control character", phase: PhaseRequest},
}

func ofHTTP(e *Error, err error) bool {
	text := err.Error()
	for _, f := range httpFaults {
		if !strings.Contains(text, f.part) {
			continue
		}
		e.Kind, e.Message = KindProtocol, f.message
		if f.quoted {
			e.Message += quotedIn(text)
		}
		if f.phase != "" {
			e.Phase = f.phase
		}
		return true
	}
	return false
}

// quotedIn is the last thing in quotes in net/http's text, as `: "ICY 200 OK"`, short enough for a message; "" without one.
func quotedIn(text string) string {
	start := strings.IndexByte(text, '"')
	if start < 0 || start == len(text)-1 {
		return ""
	}
	const limit = 60
	quoted := strings.ToValidUTF8(text[start:], "?")
	if len(quoted) > limit {
		quoted = strings.ToValidUTF8(quoted[:limit], "") + `..."`
	}
	return ": " + quoted
}
