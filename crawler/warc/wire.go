package warc

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"time"
)

// wire is what net/http tells of an exchange, from goroutines of its own and maybe
// after its end.
type wire struct {
	start        time.Time
	throughProxy bool

	mu                sync.Mutex
	connected, sent   bool
	address           netip.Addr
	dns, connect, tls step
	firstByte         time.Duration
}

// step is one on the way to a connection. Several addresses may be tried at once.
type step struct {
	began time.Time
	took  time.Duration
}

func (s *step) begin() {
	if s.began.IsZero() {
		s.began = time.Now()
	}
}

func (s *step) end(err error) {
	if err == nil && !s.began.IsZero() {
		s.took = time.Since(s.began)
	}
}

func (w *wire) trace() *httptrace.ClientTrace {
	locked := func(note func()) {
		w.mu.Lock()
		defer w.mu.Unlock()
		note()
	}
	onTheWay := func(note func()) { // not of a connection that is for another exchange then
		locked(func() {
			if !w.connected {
				note()
			}
		})
	}
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { onTheWay(w.dns.begin) },
		DNSDone:           func(info httptrace.DNSDoneInfo) { onTheWay(func() { w.dns.end(info.Err) }) },
		ConnectStart:      func(string, string) { onTheWay(w.connect.begin) },
		ConnectDone:       func(_, _ string, err error) { onTheWay(func() { w.connect.end(err) }) },
		TLSHandshakeStart: func() { onTheWay(w.tls.begin) },
		TLSHandshakeDone:  func(_ tls.ConnectionState, err error) { onTheWay(func() { w.tls.end(err) }) },
		GotConn: func(info httptrace.GotConnInfo) {
			locked(func() {
				w.connected = true
				if info.Reused {
					w.dns, w.connect, w.tls = step{}, step{}, step{}
				}
				if tcp, ok := info.Conn.RemoteAddr().(*net.TCPAddr); ok && !w.throughProxy {
					w.address = tcp.AddrPort().Addr().Unmap()
				}
			})
		},
		WroteRequest:         func(info httptrace.WroteRequestInfo) { locked(func() { w.sent = w.sent || info.Err == nil }) },
		GotFirstResponseByte: func() { locked(func() { w.firstByte = time.Since(w.start) }) },
	}
}

func (w *wire) tell(ex *Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ex.Address, ex.Sent = w.address, w.sent
	ex.DNS, ex.Connect, ex.TLS, ex.FirstByte = w.dns.took, w.connect.took, w.tls.took, w.firstByte
}

// throughProxy reports whether the connection is one to a proxy.
func throughProxy(next http.RoundTripper, req *http.Request) bool {
	t, ok := next.(*http.Transport)
	if !ok || t.Proxy == nil {
		return false
	}
	proxy, err := t.Proxy(req)
	return proxy != nil && err == nil
}
