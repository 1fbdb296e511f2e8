package fetch

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// A Network is the part of a Transport that speaks to servers: HTTP/1.1 and HTTP/2 over connections that are kept, guarded, and
// made through a proxy if there is one. Its answers are as they came, content codings and all, and its errors are *Error.
// It has no time limits but those of dialling; it is what a recorder wraps, to be an Options.Wire.
type Network struct {
	layers    http.RoundTripper
	transport *http.Transport
}

const (
	// maxIdle is how many idle connections are kept in all: a quarter of the 1,024 files that most systems let a process open.
	maxIdle = 256
	// idleTime is how long one is kept. Servers close theirs after 5 to 75 seconds.
	idleTime = 90 * time.Second
	// tlsSessions is how many servers' sessions are kept for a shorter handshake.
	tlsSessions = 256
	// dialSlack is what a dial may take beyond its limit. The request's own watch ends at the limit and says what happened;
	// this ends what net/http goes on with for the sake of later requests.
	dialSlack = time.Second
	// pingAfter is how long a connection of HTTP/2 may be silent with requests in flight until it is asked for a sign of life.
	pingAfter = 15 * time.Second
	// stuckAfter is how long such a connection may take no byte of ours, which holds up all of its requests.
	stuckAfter = 30 * time.Second
)

// NewNetwork builds a Network. Of the options it takes those from Concurrency on, MaxHeaderBytes and Timeouts.
func NewNetwork(o Options) (*Network, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	proxy, err := newProxyChoice(o)
	if err != nil {
		return nil, err
	}
	private := privateRule{all: o.AllowPrivate, hosts: o.PrivateHosts, special: specialUse}
	guard := &dialGuard{
		dialer:  net.Dialer{Timeout: withSlack(o.Timeouts.Connect), Resolver: o.Resolver},
		private: private,
		proxies: proxy.dialed,
	}
	if o.Timeouts.Connect > 0 && o.Timeouts.TLS > 0 {
		guard.setup = withSlack(o.Timeouts.Connect + o.Timeouts.TLS)
	}
	concurrency := o.Concurrency
	if concurrency == 0 {
		concurrency = DefaultOptions().Concurrency
	}
	t := &http.Transport{
		DialContext: guard.DialContext,
		TLSClientConfig: &tls.Config{
			RootCAs:            o.RootCAs,
			InsecureSkipVerify: o.Insecure,
			ClientSessionCache: tls.NewLRUClientSessionCache(tlsSessions),
		},
		TLSHandshakeTimeout:    withSlack(o.Timeouts.TLS),
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, WriteByteTimeout: stuckAfter},
		MaxIdleConns:           max(maxIdle, concurrency),
		MaxIdleConnsPerHost:    concurrency,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: o.MaxHeaderBytes,
		OnProxyConnectResponse: proxyRefused,
	}
	n := networkOf(t)
	if proxy.choose != nil {
		t.Proxy = proxy.ofRequest
		n.layers = &proxiedGuard{next: n.layers, proxy: proxy, private: private}
	}
	return n, nil
}

// networkOf puts the layers on an http.Transport, innermost first as in New.
func networkOf(t *http.Transport) *Network {
	var rt http.RoundTripper = t
	rt = &leftoverGuard{next: rt}
	rt = &switchRefuser{next: rt}
	return &Network{layers: rt, transport: t}
}

// RoundTrip sends the request and returns the answer as it came. It ends with the request's context.
func (n *Network) RoundTrip(req *http.Request) (*http.Response, error) {
	return n.layers.RoundTrip(req)
}

// CloseIdleConnections closes the connections that are kept for later and not in use.
func (n *Network) CloseIdleConnections() { n.transport.CloseIdleConnections() }

func withSlack(limit time.Duration) time.Duration {
	if limit == 0 {
		return 0
	}
	return limit + dialSlack
}
