package fetch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestConnectionFaults provokes each fault with a server that does it.
func TestConnectionFaults(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, c := range []struct {
		name   string
		server func(net.Conn)
		kind   Kind
		phase  Phase
		part   string
		body   string // what came before the error
	}{
		{"closes at once", func(net.Conn) {}, KindConnection, "", "", ""},
		{"closes after the request", closing(""), KindConnection, PhaseHeaders, "connection closed before the answer was complete", ""},
		{"resets after the request", resetting(""), KindConnection, PhaseHeaders, "connection reset", ""},
		{"closes in the headers", closing("HTTP/1.1 200 OK\r\nContent-"), KindConnection, PhaseHeaders, "connection closed", ""},
		{"resets in the body", resetting(head + "12345"), KindConnection, PhaseBody, "connection reset", "12345"},
		{"closes in the body", closing(head + "12345"), KindConnection, PhaseBody, "connection closed before the body was complete", "12345"},
		{"cuts chunks", closing(chunked + "5\r\n12345\r\n5\r\n12"), KindConnection, PhaseBody, "connection closed", "1234512"},
		{"cuts between chunks", closing(chunked + "5\r\n12345\r\n"), KindConnection, PhaseBody, "connection closed", "12345"},
		{"cuts the trailer", closing(chunked + "5\r\n12345\r\n0\r\nA: b"), KindProtocol, PhaseBody, "trailer", "12345"},
		{"bad chunk size", closing(chunked + "5\r\n12345\r\nxyz\r\n"), KindProtocol, PhaseBody, "chunked body is malformed", "12345"},
		{"empty chunk size", closing(chunked + "\r\n"), KindProtocol, PhaseBody, "chunked body is malformed", ""},
		{"chunk of 2^63", closing(chunked + "8000000000000000\r\n1"), KindConnection, PhaseBody, "", "1"},
		{"chunk of 2^64", closing(chunked + "10000000000000000\r\n1"), KindProtocol, PhaseBody, "chunked body is malformed", ""},
		{"chunk longer than said", closing(chunked + "3\r\n12345\r\n0\r\n\r\n"), KindProtocol, PhaseBody, "chunked body is malformed", "123"},
		{
			"unknown transfer coding", closing("HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nbody"),
			KindProtocol, PhaseHeaders, `unknown transfer coding: "foo"`, "",
		},
		{"negative length", closing("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody"), KindProtocol, PhaseHeaders, `not a number: "-1"`, ""},
		{"two lengths", closing("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody"), KindProtocol, PhaseHeaders, "two Content-Length", ""},
		{"HTTP/0.9", closing("<html>hello</html>\n"), KindProtocol, PhaseHeaders, "not HTTP", ""},
		{"ICY", closing("ICY 200 OK\r\nicy-name: radio\r\n\r\nnoise"), KindProtocol, PhaseHeaders, `not HTTP: "ICY`, ""},
		{"SSH", closing("SSH-2.0-OpenSSH_9.6\r\n"), KindProtocol, PhaseHeaders, "not HTTP", ""},
		{"status is a word", closing("HTTP/1.1 OK fine\r\n\r\n"), KindProtocol, PhaseHeaders, "status code", ""},
		{"garbage", closing("\x00\xff\xfe\x80garbage\r\n\r\n"), KindProtocol, PhaseHeaders, "not HTTP", ""},
		{"header without colon", closing("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"), KindProtocol, PhaseHeaders, `malformed: "no colon here"`, ""},
		{"control byte in a name", closing("HTTP/1.1 200 OK\r\nA\x01b: c\r\n\r\n"), KindProtocol, PhaseHeaders, "malformed", ""},
		{"NUL in a value", closing("HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n"), KindProtocol, PhaseHeaders, "malformed", ""},
		{"no name", closing("HTTP/1.1 200 OK\r\n: value\r\n\r\n"), KindProtocol, PhaseHeaders, "malformed", ""},
		{"101 unasked", hanging("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n"), KindProtocol, PhaseHeaders, "101", ""},
		{"speaks first", func(c net.Conn) {
			_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n")
			_, _ = io.Copy(io.Discard, c)
		}, KindProtocol, "", "not HTTP", ""},
		{"103 without end", func(c net.Conn) {
			readRequest(bufio.NewReader(c))
			for _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n"); err == nil; {
				_, err = io.WriteString(c, "\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n")
			}
		}, KindProtocol, PhaseHeaders, "headers are too large", ""},
		{"headers without end", func(c net.Conn) {
			readRequest(bufio.NewReader(c))
			for _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n"); err == nil; {
				_, err = io.WriteString(c, "X-Flood: water\r\n")
			}
		}, KindProtocol, PhaseHeaders, "headers are too large", ""},
		{"a header line without end", func(c net.Conn) {
			readRequest(bufio.NewReader(c))
			for _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nX: "); err == nil; {
				_, err = io.WriteString(c, strings.Repeat("x", 1<<10))
			}
		}, KindProtocol, PhaseHeaders, "headers are too large", ""},
		{"a header of 2 MB", closing("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n"), KindProtocol, PhaseHeaders, "too large", ""},
		{"200,000 headers", closing("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 200_000) + "\r\n"), KindProtocol, PhaseHeaders, "too large", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := "http://" + serveRaw(t, c.server) + "/"
			got := get(t, newTransport(t, unlimited()), url)
			e, ok := got.err.(*Error)
			if !ok {
				t.Fatalf("got %v, want an *Error", got.err)
			}
			if c.phase == "" { // when it is noticed depends on who is faster
				c.phase = e.Phase
			}
			wantError(t, e, c.kind, c.phase, c.part)
			if e.URL != url {
				t.Errorf("URL %q, want %q", e.URL, url)
			}
			if got.body != c.body {
				t.Errorf("body %q, want %q", got.body, c.body)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	got := get(t, newTransport(t, unlimited()), "http://"+addr)
	wantError(t, got.err, KindConnection, PhaseConnect, "connection refused by "+addr)
}

// TestTolerated are answers that are odd, or worse, and still pages.
func TestTolerated(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer string
		status int
		body   string
	}{
		{
			"103 a few times",
			"HTTP/1.1 100 Continue\r\n\r\n" + strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1000) +
				"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
			200, "ok",
		},
		{"no reason phrase", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
		{"999", "HTTP/1.1 999 Go Away\r\nContent-Length: 2\r\n\r\nno", 999, "no"},
		{"000", "HTTP/1.1 000 Nothing\r\nContent-Length: 2\r\n\r\nno", 0, "no"},
		{"206 unasked", "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nok", 206, "ok"},
		{"300 without Location", "HTTP/1.1 300 Multiple Choices\r\nContent-Length: 2\r\n\r\nok", 300, "ok"},
		{"length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok"},
		{"folded header", "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
		{"latin-1 header", "HTTP/1.1 200 OK\r\nA: caf\xe9\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
		{"LF only", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok"},
		{"100,000 headers", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 100_000) + "Content-Length: 2\r\n\r\nok", 200, "ok"},
		{"until it closes", "HTTP/1.0 200 OK\r\n\r\nok", 200, "ok"},
		{"204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", 204, ""},
		{"304 with a body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok", 304, ""},
		{"more than its length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", 200, "ok"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := "http://" + serveRaw(t, closing(c.answer))
			got := get(t, newTransport(t, unlimited()), url)
			if got.err != nil {
				t.Fatal(got.err)
			}
			if got.resp.StatusCode != c.status || got.body != c.body {
				t.Errorf("%d %q, want %d %q", got.resp.StatusCode, got.body, c.status, c.body)
			}
		})
	}
}

func TestClassifyKeepsAnError(t *testing.T) {
	inner := &Error{Kind: KindBlockedAddress, Message: "no"}
	e := Classify(&net.OpError{Op: "dial", Err: fmt.Errorf("wrapped: %w", inner)}, PhaseConnect)
	if e.Kind != KindBlockedAddress || e.Phase != PhaseConnect || e.Message != "no" {
		t.Errorf("got %+v", e)
	}
	if e == inner || inner.Phase != "" {
		t.Error("the error given was changed, and others may hold it")
	}
}

// TestClassifyByPhase is what becomes of errors that no rule knows.
func TestClassifyByPhase(t *testing.T) {
	for phase, kind := range map[Phase]Kind{
		PhaseDNS: KindDNS, PhaseConnect: KindConnection, PhaseTLS: KindTLS,
		PhaseRequest: KindConnection, PhaseHeaders: KindProtocol, PhaseBody: KindProtocol,
	} {
		if e := Classify(errors.New("strange\r\nthing"), phase); e.Kind != kind || e.Message != "strange thing" {
			t.Errorf("%s: %s %q, want %s", phase, e.Kind, e.Message, kind)
		}
	}
}

// A system's own error numbers are a connection's fault as well.
func TestClassifyOtherSystems(t *testing.T) {
	err := &net.OpError{Op: "read", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 81}, Err: errors.New("wsarecv: forcibly closed")}
	e := Classify(err, PhaseBody)
	if e.Kind != KindConnection || e.Message != "connection broken (wsarecv: forcibly closed) by 127.0.0.1:81 before the body was complete" {
		t.Errorf("%s %q", e.Kind, e.Message)
	}
}

func TestClassifyCaller(t *testing.T) {
	for _, err := range []error{context.Canceled, fmt.Errorf("x: %w", context.Canceled), http.ErrBodyReadAfterClose} {
		if e := Classify(err, PhaseBody); e.Kind != KindCanceled {
			t.Errorf("%v: %s", err, e.Kind)
		}
	}
}
