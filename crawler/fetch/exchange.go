package fetch

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"time"
)

// An exchange is what is known of one request and its answer while they are under way. net/http reports to it, from several
// goroutines and sometimes after the exchange is over, as a connection once begun is finished for the next request.
type exchange struct {
	watch  watchdog
	wrote  func(time.Time) // nil if nobody asked
	caller *Timing         // nil if nobody asked

	mu           sync.Mutex
	timing       Timing
	asked        int  // how often net/http wanted a connection for it
	fresh        int  // and how often it got a new one
	dialing      bool // between asking for a connection and having one: only then are reports of dialling ours
	connectStart time.Time
	stepStart    time.Time // of DNS or of TLS
	composed     bool      // net/http has put the request into the connection's buffer, if not on the wire
	told         bool      // wrote has been called for what went out on this connection
	link         net.Conn  // as net/http has it, TLS included
	leftover     bool      // the answer's first byte had come before the request was sent
}

type exchangeKey struct{}

// exchangeOf finds the exchange that a layer above has begun.
func exchangeOf(ctx context.Context) *exchange {
	ex, _ := ctx.Value(exchangeKey{}).(*exchange)
	return ex
}

func newExchange(ctx context.Context, limits Timeouts, cancel context.CancelCauseFunc) *exchange {
	ex := &exchange{timing: Timing{Start: time.Now()}}
	ex.wrote, _ = ctx.Value(wroteRequestKey{}).(func(time.Time))
	ex.caller, _ = ctx.Value(timingKey{}).(*Timing)
	ex.watch.begin(limits, cancel)
	return ex
}

// attach returns a context under which net/http and the layers below report to ex.
func (ex *exchange) attach(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, ex), &httptrace.ClientTrace{
		GetConn:              ex.askedForConn,
		TLSHandshakeStart:    ex.tlsBegin,
		TLSHandshakeDone:     ex.tlsDone,
		GotConn:              ex.gotConn,
		WroteRequest:         ex.wroteRequest,
		GotFirstResponseByte: ex.gotFirstByte,
	})
}

// attachDial adds the reports of the net package, which cost more and are of use only to who dials.
func (ex *exchange) attachDial(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:     ex.dnsStart,
		DNSDone:      ex.dnsDone,
		ConnectStart: ex.connectBegin,
		ConnectDone:  ex.connectDone,
	})
}

// net/http sends a request again when the connection is lost, and knows no end of it in HTTP/2: a server that resets each stream with
// PROTOCOL_ERROR, or takes each connection and says GOAWAY, is dialled some thousand times a second. Kept connections that turn out to
// be closed are a reason to try on, new ones are not.
const (
	maxAsked = 16
	maxFresh = 2
)

func (ex *exchange) askedForConn(string) {
	ex.mu.Lock()
	ex.asked++
	ex.dialing = true
	hopeless := ex.asked > maxAsked || ex.fresh >= maxFresh
	ex.mu.Unlock()
	if hopeless {
		ex.watch.end(&Error{
			Kind: KindConnection, Phase: PhaseHeaders, Message: "the server ends the connection or the stream whenever the request is sent",
		})
		return
	}
	ex.watch.enter(PhaseConnect)
}

// whileDialing runs step under the lock unless the report comes from a dial that the exchange no longer waits for.
func (ex *exchange) whileDialing(step func(now time.Time)) {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	if ex.dialing {
		step(time.Now())
	}
}

func (ex *exchange) dnsStart(httptrace.DNSStartInfo) {
	ex.whileDialing(func(now time.Time) {
		ex.stepStart = now
		ex.watch.rename(PhaseDNS)
	})
}

func (ex *exchange) dnsDone(httptrace.DNSDoneInfo) {
	ex.whileDialing(func(now time.Time) {
		ex.timing.DNS = now.Sub(ex.stepStart)
		ex.watch.rename(PhaseConnect)
	})
}

func (ex *exchange) connectBegin(network, addr string) {
	ex.whileDialing(func(now time.Time) { ex.connectStart = now })
}

func (ex *exchange) connectDone(network, addr string, err error) {
	ex.whileDialing(func(now time.Time) {
		if err == nil {
			ex.timing.Connect = now.Sub(ex.connectStart)
		}
	})
}

func (ex *exchange) tlsBegin() {
	ex.whileDialing(func(now time.Time) {
		ex.stepStart = now
		ex.watch.enter(PhaseTLS)
	})
}

func (ex *exchange) tlsDone(tls.ConnectionState, error) {
	ex.whileDialing(func(now time.Time) { ex.timing.TLS = now.Sub(ex.stepStart) })
}

func (ex *exchange) gotConn(info httptrace.GotConnInfo) {
	ex.mu.Lock()
	ex.dialing, ex.composed, ex.told = false, false, false
	ex.link = info.Conn
	ex.timing.FirstByte = time.Time{}
	if !info.Reused {
		ex.fresh++
	}
	ex.timing.Reused = info.Reused
	ex.timing.RemoteAddr = addrPort(info.Conn)
	if info.Reused {
		ex.timing.DNS, ex.timing.Connect, ex.timing.TLS = 0, 0, 0 // of a dial that came too late
	}
	ex.mu.Unlock()
	ex.watch.enter(PhaseRequest)
	if c := wireConn(info.Conn); c != nil {
		c.expect(info.Conn, ex)
	}
}

// wroteRequest is called in HTTP/2 when the request is on the wire, and in HTTP/1 just before it is: then the connection has the last word.
func (ex *exchange) wroteRequest(info httptrace.WroteRequestInfo) {
	if info.Err != nil {
		return
	}
	ex.mu.Lock()
	ex.composed = true
	c := wireConn(ex.link)
	ex.mu.Unlock()
	if c == nil || c.isHTTP2.Load() {
		ex.sent()
	}
}

// sent is called when bytes have gone out, and reports whether they were the request's last.
func (ex *exchange) sent() bool {
	ex.mu.Lock()
	last := ex.composed
	ex.mu.Unlock()
	if last {
		ex.watch.enterAfter(PhaseRequest, PhaseHeaders)
		ex.tellWritten()
	}
	return last
}

func (ex *exchange) tellWritten() {
	ex.mu.Lock()
	first, now := !ex.told, time.Now()
	if first {
		if !ex.timing.FirstByte.IsZero() {
			now = ex.timing.FirstByte // a fast server's answer is read before the write has returned
		}
		ex.told = true
		ex.timing.WroteRequest = now
	}
	ex.mu.Unlock()
	if first && ex.wrote != nil {
		ex.wrote(now)
	}
}

func (ex *exchange) gotFirstByte() {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.timing.FirstByte = time.Now()
	ex.leftover = ex.timing.Reused && isLeftover(ex.link)
}

// answered is called when the headers are in. A wire that is not a network has reported nothing before that.
func (ex *exchange) answered() {
	ex.watch.rest(PhaseBody)
	ex.tellWritten()
	ex.publish()
}

// over is called when the exchange has ended one way or another, by the goroutine that the caller reads with.
func (ex *exchange) over() {
	ex.watch.stop()
	ex.mu.Lock()
	if ex.timing.End.IsZero() {
		ex.timing.End = time.Now()
	}
	ex.mu.Unlock()
	ex.publish()
}

// publish copies the timing to whoever asked for it.
func (ex *exchange) publish() {
	if ex.caller == nil {
		return
	}
	ex.mu.Lock()
	defer ex.mu.Unlock()
	*ex.caller = ex.timing
}

func addrPort(c net.Conn) netip.AddrPort {
	if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}
