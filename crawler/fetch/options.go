package fetch

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"
)

// Options are what a Transport can be told. Start from DefaultOptions: in the zero value nothing is limited,
// as 0 means "no limit" in every field that is one.
type Options struct {
	Timeouts Timeouts

	// MaxBody is how many bytes of decoded body are handed out (default 64 MiB: the largest pages that are still text,
	// and what 64 workers can hold in 4 GiB). More is KindTooLarge.
	MaxBody int64
	// MaxRatio is how many times larger than on the wire a decoded body may be (default 200: HTML rarely passes 20, a log 100,
	// a bomb has 1,000). It is looked at past 10 MiB decoded, where it begins to matter. More is KindTooLarge.
	MaxRatio int64
	// MaxWireBytes is how many bytes of body are read as they come, before decoding (default 64 MiB, as MaxBody). More is KindTooLarge.
	MaxWireBytes int64
	// MaxHeaderBytes bounds the headers of one answer, 1xx answers before it included (default 1 MiB: browsers stop at 256 KiB).
	// More is KindProtocol.
	MaxHeaderBytes int64

	// Wire replaces the network, and with it every option below: a recorder around a Network, a replayer, a fake in a test.
	// It sees requests as they are sent and answers as they came, content codings and all, and must end with the request's context.
	Wire http.RoundTripper

	// Concurrency is how many requests the caller has in flight at once (default 16): as many idle connections are kept to a host.
	// net/http's own 2 makes a new connection for nearly every request.
	Concurrency int
	// Proxy is the URL of an http, https, socks5 or socks5h proxy; "" for none.
	Proxy string
	// ProxyFromEnvironment obeys HTTP_PROXY, HTTPS_PROXY and NO_PROXY where Proxy is "".
	ProxyFromEnvironment bool
	// Insecure takes any TLS certificate.
	Insecure bool
	// RootCAs are the authorities to trust; nil for the system's.
	RootCAs *x509.CertPool
	// AllowPrivate turns the dial guard off: private, loopback and other special addresses are dialled.
	AllowPrivate bool
	// PrivateHosts reports whether a host (lower case, no port, no brackets) may have private addresses: the seeds' own. nil: none may.
	PrivateHosts func(host string) bool
	// Resolver looks names up; nil for the system's.
	Resolver *net.Resolver
}

// Timeouts are the limits of a fetch by phase. The one that passes ends the fetch with KindTimeout and is named in Error.Phase.
type Timeouts struct {
	// Connect is for getting a connection: DNS, TCP and a proxy's greeting together (default 10s: a SYN is sent four times in 7s).
	Connect time.Duration
	// TLS is for the handshake (default 10s, as net/http).
	TLS time.Duration
	// Header is for sending the request, and then again from its last byte to the end of the answer's headers
	// (default 30s: slow pages are made by databases, and 30s is where most servers give up themselves).
	Header time.Duration
	// Body is how long the body may be without a single byte arriving while someone waits for it (default 30s).
	Body time.Duration
	// Total is for all of it, to the body's end (default 120s). It is what ends a body that drips a byte a second.
	Total time.Duration
}

// DefaultOptions are the defaults named at each field.
func DefaultOptions() Options {
	return Options{
		Timeouts: Timeouts{
			Connect: 10 * time.Second,
			TLS:     10 * time.Second,
			Header:  30 * time.Second,
			Body:    30 * time.Second,
			Total:   120 * time.Second,
		},
		MaxBody:        64 << 20,
		MaxRatio:       200,
		MaxWireBytes:   64 << 20,
		MaxHeaderBytes: 1 << 20,
		Concurrency:    16,
	}
}

func (o *Options) check() error {
	t := o.Timeouts
	for _, d := range []time.Duration{t.Connect, t.TLS, t.Header, t.Body, t.Total} {
		if d < 0 {
			return errors.New("fetch: a timeout is negative; 0 means no limit")
		}
	}
	for _, n := range []int64{o.MaxBody, o.MaxRatio, o.MaxWireBytes, o.MaxHeaderBytes, int64(o.Concurrency)} {
		if n < 0 {
			return errors.New("fetch: a limit is negative; 0 means no limit")
		}
	}
	return nil
}
