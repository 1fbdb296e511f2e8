package fetch

import (
	"context"
	"net/netip"
	"time"
)

// A Timing is when the steps of a fetch took place. Steps that did not happen are zero: a reused connection has no DNS, Connect or TLS.
type Timing struct {
	Start        time.Time     // RoundTrip was called
	DNS          time.Duration // looking up the host's addresses
	Connect      time.Duration // TCP, of the address that answered
	TLS          time.Duration // the handshake
	WroteRequest time.Time     // the request's last byte went out
	FirstByte    time.Time     // the first byte of the answer's headers came in
	End          time.Time     // the body ended, well or with an error, or was closed
	Reused       bool          // the connection was there from an earlier request
	RemoteAddr   netip.AddrPort
}

type timingKey struct{}

// WithTiming asks for the timing of the one fetch made with the context. The fields up to FirstByte are set when RoundTrip returns,
// End when the body has been read to its end or closed; they are written by the goroutine that calls RoundTrip, Read and Close, no other.
func WithTiming(ctx context.Context, t *Timing) context.Context {
	return context.WithValue(ctx, timingKey{}, t)
}

type wroteRequestKey struct{}

// WithWroteRequest asks for wrote to be called when a request made with the context has gone out, with the time of its last byte:
// the moment from which a server's rest between two requests counts. It is called before RoundTrip returns an answer, once,
// or once more for each time that net/http sends the request again because a kept connection turned out to be closed;
// not at all if nothing could be sent. wrote is called by a goroutine of net/http and must not block.
func WithWroteRequest(ctx context.Context, wrote func(time.Time)) context.Context {
	return context.WithValue(ctx, wroteRequestKey{}, wrote)
}
