package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// Classify makes an *Error of any error of net/http, net, crypto/tls, crypto/x509 or the HTTP/2 in net/http.
// The phase says where it happened, for errors that don't know it themselves; for those that no rule names it decides the kind as well.
// An *Error anywhere in err's chain comes back as a copy, its phase kept. err must not be nil.
func Classify(err error, phase Phase) *Error {
	var known *Error
	if errors.As(err, &known) {
		e := *known
		if e.Phase == "" {
			e.Phase = phase
		}
		return &e
	}
	e := &Error{Phase: phase, Err: err}
	for _, rule := range []func(*Error, error) bool{
		ofCaller, ofDNS, ofTLS, ofTimeout, ofHTTP2, ofConnection, ofHTTP,
	} {
		if rule(e, err) {
			e.Message = oneLine(e.Message) // parts of it may be a server's words
			return e
		}
	}
	e.Kind, e.Message = kindOfPhase(phase), plainly(err)
	return e
}

func ofCaller(e *Error, err error) bool {
	switch {
	case errors.Is(err, context.Canceled):
		e.Kind, e.Message = KindCanceled, "stopped by the caller"
	case errors.Is(err, http.ErrBodyReadAfterClose), strings.Contains(err.Error(), "read on closed response body"):
		e.Kind, e.Message = KindCanceled, "the body was closed before its end"
	default:
		return false
	}
	return true
}

func ofDNS(e *Error, err error) bool {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return false
	}
	e.Kind, e.Phase = KindDNS, PhaseDNS
	switch {
	case dns.IsTimeout:
		e.Kind, e.Message = KindTimeout, "the name servers did not answer for "+dns.Name
	case dns.IsNotFound:
		e.Message = "no such host " + dns.Name
	default:
		e.Message = "no address for " + dns.Name + ": " + dns.Err
	}
	return true
}

func ofTimeout(e *Error, err error) bool {
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		return false
	}
	e.Kind, e.Message = KindTimeout, "no answer in time"
	if peer := peerOf(err); peer != "" {
		e.Message = "no answer in time from " + peer
	}
	return true
}

// ofConnection knows the ways in which TCP and its end show: errors of the operating system, and EOF where an answer should be.
func ofConnection(e *Error, err error) bool {
	what, found := connectionFault(err)
	if !found {
		return false
	}
	e.Kind = KindConnection
	e.Message = what
	if peer := peerOf(err); peer != "" {
		e.Message += " by " + peer
	}
	switch e.Phase {
	case PhaseTLS:
		e.Message += " in the TLS handshake"
	case PhaseRequest, PhaseHeaders:
		e.Message += " before the answer was complete"
	case PhaseBody:
		e.Message += " before the body was complete"
	}
	return true
}

func connectionFault(err error) (what string, found bool) {
	for _, f := range []struct {
		cause error
		what  string
	}{
		{syscall.ECONNREFUSED, "connection refused"},
		{syscall.ECONNRESET, "connection reset"},
		{syscall.ECONNABORTED, "connection aborted"},
		{syscall.EPIPE, "connection closed"},
		{syscall.EHOSTUNREACH, "host not reachable"},
		{syscall.ENETUNREACH, "network not reachable"},
		{syscall.EADDRNOTAVAIL, "no local port left"},
		{syscall.EMFILE, "too many open files (raise ulimit -n or lower the concurrency)"},
		{io.EOF, "connection closed"},
		{io.ErrUnexpectedEOF, "connection closed"},
		{io.ErrClosedPipe, "connection closed"},
		{net.ErrClosed, "connection closed"},
	} {
		if errors.Is(err, f.cause) {
			return f.what, true
		}
	}
	// net/http has these as plain strings.
	for _, s := range []string{"server closed idle connection", "unexpected EOF reading trailer"} {
		if strings.Contains(err.Error(), s) {
			return "connection closed", true
		}
	}
	var op *net.OpError
	switch {
	case !errors.As(err, &op):
		return "", false
	case strings.HasPrefix(op.Op, "socks"):
		return "the SOCKS proxy refused: " + plainly(op.Err), true
	}
	return "connection broken (" + plainly(op.Err) + ")", true // in the words of a system that has its own error numbers, as Windows
}

// peerOf is the address at the other end, if the error tells one.
func peerOf(err error) string {
	through := ""
	var op *net.OpError
	for ; errors.As(err, &op); err = op.Err {
		switch {
		case strings.HasPrefix(op.Op, "socks"):
			return ""
		case op.Op == "proxyconnect":
			through = " (the proxy)"
		case op.Addr != nil:
			return op.Addr.String() + through
		}
	}
	return ""
}

// kindOfPhase is the kind of an error that nothing is known about but where it happened.
func kindOfPhase(phase Phase) Kind {
	switch phase {
	case PhaseDNS:
		return KindDNS
	case PhaseConnect, PhaseRequest:
		return KindConnection
	case PhaseTLS:
		return KindTLS
	}
	return KindProtocol
}

// plainly is the text of a Go error on one line without the names of Go's packages.
func plainly(err error) string {
	text := err.Error()
	for cut := true; cut; {
		cut = false
		for _, name := range []string{"net/http: ", "http2: ", "http: ", "tls: ", "x509: ", "HTTP/1.x transport connection broken: ", "remote error: "} {
			if rest, ok := strings.CutPrefix(text, name); ok {
				text, cut = rest, true
			}
		}
	}
	return oneLine(text)
}

// oneLine makes any text fit for a message: valid, on one line, and not long, as a server may have chosen much of it.
func oneLine(text string) string {
	const limit = 200
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	return text
}
