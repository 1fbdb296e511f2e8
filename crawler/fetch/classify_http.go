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
}{
	{"malformed HTTP response", "the answer is not HTTP/1.0 or later", true},
	{"malformed HTTP version", "the answer is not HTTP", true},
	{"malformed HTTP status code", "the answer has no proper status code", true},
	{"malformed MIME header", "a header line is malformed", true},
	{"server response headers exceeded", "the headers are too large", false},
	{"read limit of", "the headers are too large", false},
	{"header line too long", "a line of the chunked body is too long", false},
	{"multiple Content-Length", "two Content-Length headers that differ", false},
	{"Content-Length", "the Content-Length is not a number", true},
	{"too many transfer encodings", "more than one transfer coding", false},
	{"unsupported transfer encoding", "unknown transfer coding", true},
	{"too many 1xx", "too many interim (1xx) answers", false},
	{"suspiciously long trailer", "the trailer after the body is cut short or too long", false},
	{"chunk", "the chunked body is malformed", false},
	{"bad trailer key", "a trailer after the body is not allowed", true},
	{"unsupported protocol scheme", "the URL's scheme can't be fetched", true},
	{"no Host in request URL", "the URL has no host", false},
	{"invalid header", "the request has an invalid header", false},
	{"invalid method", "the request's method is invalid", true},
	{"control character in Request.URL", "the URL has a control character", false},
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
