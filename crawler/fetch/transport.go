package fetch

import "net/http"

// A Transport is an http.RoundTripper for fetching from servers that may be broken, slow or hostile. It follows no redirects and
// keeps no cookies. It is safe for concurrent use and starts no goroutine of its own.
type Transport struct {
	stack http.RoundTripper
	wire  http.RoundTripper
}

// New builds a Transport. It fails on options that make no sense, such as a proxy that is not a URL.
func New(o Options) (*Transport, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	wire := o.Wire
	if wire == nil {
		network, err := NewNetwork(o)
		if err != nil {
			return nil, err
		}
		wire = network
	}
	// The order of the layers, innermost first. An answer passes them from top to bottom:
	// time limits closest to the wire, so that they see bytes arrive rather than decoders emit them;
	// the wire's byte limit outside them and below decoding, as it counts what was sent;
	// the classifier last, so that no error of any layer escapes it.
	var rt = wire
	rt = &timeLimiter{next: rt, limits: o.Timeouts}
	rt = &wireLimiter{next: rt, limit: o.MaxWireBytes}
	rt = newDecoder(rt, o)
	rt = &classifier{next: rt}
	return &Transport{stack: rt, wire: wire}, nil
}

// RoundTrip sends the request and returns the answer with its body decoded. Every error, its own and the body's, is an *Error.
// A body may end with an error after good bytes; see ReadBody. As with any RoundTripper the body must be closed.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.stack.RoundTrip(req)
}

// CloseIdleConnections closes the connections that are kept for later and not in use.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.wire.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
