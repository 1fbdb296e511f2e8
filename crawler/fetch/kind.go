package fetch

import "errors"

// A Kind says in one word why a URL could not be fetched, or not to its end. It is what the dataset's error.kind holds.
// A Kind is itself an error, so that errors.Is(err, fetch.KindTimeout) asks for one.
//
// This is the one list: kinds that this package never gives are here for the packages that do.
type Kind string

const (
	// KindDNS: the name of the host has no address, or its name servers failed. A resolver that hangs is KindTimeout in PhaseDNS.
	KindDNS Kind = "dns"
	// KindConnection: no connection could be made (refused, unreachable, refused by the proxy), or it ended before it should:
	// reset or closed before the answer, in its headers, or before the body's announced end; GOAWAY and RST_STREAM in HTTP/2.
	KindConnection Kind = "connection"
	// KindTLS: the certificate does not hold (expired, self-signed, unknown authority, other host) or no TLS could be agreed on.
	KindTLS Kind = "tls"
	// KindTimeout: a phase's limit passed, or the total. Error.Phase says which.
	KindTimeout Kind = "timeout"
	// KindProtocol: what came is not HTTP, or not as HTTP allows: a garbled status line or header, headers without end,
	// conflicting lengths, an unknown transfer coding, broken chunks, an unasked 101. Also a request that can't be sent as HTTP.
	KindProtocol Kind = "protocol"
	// KindEncoding: the content coding is unknown, or its data is corrupt or cut short. What could be decoded has been handed out.
	KindEncoding Kind = "encoding"
	// KindRedirect: a chain of redirects too long or going in circles, or a Location that leads nowhere. Given by the crawler.
	KindRedirect Kind = "redirect"
	// KindTooLarge: the body went past a limit on its size or on its compression ratio. The bytes up to there are good.
	KindTooLarge Kind = "too_large"
	// KindBlockedAddress: the host's address is private, local or otherwise not of the public Internet, and that was not allowed.
	KindBlockedAddress Kind = "blocked_address"
	// KindRobots: robots.txt forbids the URL or could not be read. Given by the crawler.
	KindRobots Kind = "robots"
	// KindPanic: a bug in trawl or in a callback, recovered from. Given by the crawler.
	KindPanic Kind = "panic"
	// KindCanceled: the caller's context ended first.
	KindCanceled Kind = "canceled"
	// KindNotRecorded: a replay was asked for a URL that the recording does not hold. Given by the replayer.
	KindNotRecorded Kind = "not_recorded"
)

// Error makes a Kind an error to compare with; a real one is an *Error.
func (k Kind) Error() string { return string(k) }

// KindOf is the Kind of the *Error in err's chain, "" without one.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// A Phase is a stretch of a fetch. Each has its own limit in Timeouts.
type Phase string

// The phases, in the order of a fetch. On a connection that is reused the first three pass at once.
const (
	PhaseDNS     Phase = "dns"     // asking for the host's addresses; its time counts as PhaseConnect's
	PhaseConnect Phase = "connect" // TCP, and what a proxy wants first
	PhaseTLS     Phase = "tls"     // the handshake
	PhaseRequest Phase = "request" // sending the request
	PhaseHeaders Phase = "headers" // from the request's last byte to the end of the answer's headers
	PhaseBody    Phase = "body"    // reading the body
	PhaseTotal   Phase = "total"   // all of them together; Error.During says in which one it ended
)
