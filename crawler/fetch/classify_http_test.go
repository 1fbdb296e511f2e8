package fetch

import (
	"errors"
	"strings"
	"testing"
)

func TestMessagesAreShort(t *testing.T) {
	e := Classify(errors.New("malformed HTTP response \""+strings.Repeat("é\xff", 5000)+"\""), PhaseHeaders)
	if len(e.Message) > 200 || strings.ToValidUTF8(e.Message, "") != e.Message {
		t.Errorf("message: %q", e.Message)
	}
	e = Classify(errors.New(strings.Repeat("é\xff\n", 5000)), PhaseHeaders)
	if len(e.Message) > 210 || strings.ToValidUTF8(e.Message, "") != e.Message {
		t.Errorf("message: %q", e.Message)
	}
}

// What servers do is in TestConnectionFaults and TestHTTP2Faults; these are errors that take luck to provoke.
func TestClassifyHTTPText(t *testing.T) {
	for _, c := range []struct {
		text    string
		kind    Kind
		message string
	}{
		{
			"http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=\"\"",
			KindConnection, "HTTP/2 connection closed by the server (GOAWAY, NO_ERROR)",
		},
		{
			"http2: Transport received GOAWAY from server ErrCode:INTERNAL_ERROR",
			KindConnection, "HTTP/2 connection closed by the server (GOAWAY, INTERNAL_ERROR)",
		},
		{
			"http2: Transport received Server's graceful shutdown GOAWAY",
			KindConnection, "HTTP/2 connection closed by the server (GOAWAY)",
		},
		{
			"http2: client connection lost",
			KindConnection, "HTTP/2 connection lost",
		},
		{
			"stream error: stream ID 3; REFUSED_STREAM; received from peer",
			KindConnection, "HTTP/2 stream reset by the server (REFUSED_STREAM)",
		},
		{
			"stream error: stream ID 3; REFUSED_STREAM",
			KindConnection, "HTTP/2 stream reset by the server (REFUSED_STREAM)",
		},
		{
			"stream error: stream ID 3; PROTOCOL_ERROR; malformed response from server",
			KindProtocol, "HTTP/2 broken by the server: malformed response from server",
		},
		{
			"connection error: FRAME_SIZE_ERROR",
			KindProtocol, "HTTP/2 broken by the server: connection error: FRAME_SIZE_ERROR",
		},
		{
			"http: message cannot contain multiple Content-Length headers; got [\"1\" \"2\"]",
			KindProtocol, "two Content-Length headers that differ",
		},
		{
			"http: server closed idle connection",
			KindConnection, "connection closed before the answer was complete",
		},
		{
			"net/http: HTTP/1.x transport connection broken: too many transfer encodings: [\"a\" \"b\"]",
			KindProtocol, "more than one transfer coding",
		},
		{
			"http: suspiciously long trailer after chunked body",
			KindProtocol, "the trailer after the body is cut short or too long",
		},
		{
			"net/http: something new",
			KindProtocol, "something new",
		},
	} {
		if e := Classify(errors.New(c.text), PhaseHeaders); e.Kind != c.kind || e.Message != c.message {
			t.Errorf("%s:\n got %s, %q\nwant %s, %q", c.text, e.Kind, e.Message, c.kind, c.message)
		}
	}
}

func TestQuotedIn(t *testing.T) {
	for text, want := range map[string]string{
		`malformed HTTP response "ICY 200 OK"`:         `: "ICY 200 OK"`,
		`no quotes`:                                    "",
		`ends in one"`:                                 "",
		`long "` + strings.Repeat("x", 100) + `"`:      `: "` + strings.Repeat("x", 59) + `..."`,
		"cut in a letter \"" + strings.Repeat("é", 50): `: "` + strings.Repeat("é", 29) + `..."`,
	} {
		if got := quotedIn(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Whatever a server makes net/http say, the message is one short line of UTF-8.
func FuzzClassify(f *testing.F) {
	f.Add("malformed HTTP response \"x\"", "headers")
	f.Add("stream error: stream ID ", "body")
	f.Add("GOAWAY ErrCode", "body")
	f.Add("GOAWAYErrCode7\xba", "body")
	f.Add("tls: ", "tls")
	f.Add("net/http: http2: \"", "")
	f.Fuzz(func(t *testing.T, text, phase string) {
		e := Classify(errors.New(text), Phase(phase))
		if e.Kind == "" || strings.ContainsAny(e.Message, "\r\n") || len(e.Message) > 400 || strings.ToValidUTF8(e.Message, "") != e.Message {
			t.Errorf("%s: %q", e.Kind, e.Message)
		}
	})
}
