package fetch

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/netip"
	"time"
)

// An exchange is what is known of one request and its answer while they are under way. net/http reports to it, from several
// goroutines and sometimes after the exchange is over, as a connection once begun is finished for the next request.
// The watchdog's lock guards all of it.
type exchange struct {
	watchdog
	wrote  func(time.Time) // nil if nobody asked
	report *Timing         // nil if nobody asked

	timing       Timing
	dials        int
	dialing      bool // it waits for a connection: only then are reports of dialling ours
	connectStart time.Time
	stepStart    time.Time // of DNS or of TLS
	composed     bool      // net/http has put the request into the connection's buffer, if not on the wire
	told         bool      // wrote has been called for what went out on this connection
	link         net.Conn  // as net/http has it, TLS included
	leftover     bool      // the answer's first byte had come before the request was sent

	// These are here to be allocated together.
	trace httptrace.ClientTrace
	body  timedBody
}

type exchangeKey struct{}

// exchangeOf finds the exchange that a layer above has begun.
func exchangeOf(ctx context.Context) *exchange {
	ex, _ := ctx.Value(exchangeKey{}).(*exchange)
	return ex
}

func newExchange(ctx context.Context, limits Timeouts, a *alarm, cancel context.CancelCauseFunc) *exchange {
	now := time.Now()
	ex := &exchange{timing: Timing{Start: now}}
	ex.wrote, _ = ctx.Value(wroteRequestKey{}).(func(time.Time))
	ex.report, _ = ctx.Value(timingKey{}).(*Timing)
	ex.begin(now, limits, a, cancel)
	return ex
}

// attach returns a context under which net/http and the layers below report to ex.
func (ex *exchange) attach(ctx context.Context) context.Context {
	ex.trace = httptrace.ClientTrace{
		TLSHandshakeStart:    ex.tlsBegin,
		TLSHandshakeDone:     ex.tlsDone,
		GotConn:              ex.gotConn,
		WroteRequest:         ex.wroteRequest,
		GotFirstResponseByte: ex.gotFirstByte,
	}
	return httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, ex), &ex.trace)
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

// awaitConn is called when a request is handed to net/http. (Its own report of that takes an allocation, and comes again when it sends
// the request again by itself, of which the limit of the phase that was on makes no difference.)
func (ex *exchange) awaitConn() {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.dialing = true
	ex.set(time.Now(), PhaseConnect)
}

// maxDials is how many connections are made for one request. net/http makes another when it finds the first one lost, and in HTTP/2 knows
// no end of it: a server that resets each stream with PROTOCOL_ERROR, or takes each connection and says GOAWAY, is dialled some
// thousand times a second.
const maxDials = 3

// mayDial counts the dials for an exchange.
func (ex *exchange) mayDial() error {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.dials++
	if ex.dials > maxDials {
		return &Error{
			Kind: KindConnection, Phase: PhaseHeaders, Message: "the server ends the connection or the stream whenever the request is sent",
		}
	}
	return nil
}

// whileDialing runs step unless the report comes from a dial that the exchange no longer waits for.
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
		ex.phase = PhaseDNS // and the limit goes on
	})
}

func (ex *exchange) dnsDone(httptrace.DNSDoneInfo) {
	ex.whileDialing(func(now time.Time) {
		ex.timing.DNS = now.Sub(ex.stepStart)
		ex.phase = PhaseConnect
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
		ex.set(now, PhaseTLS)
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
	ex.timing.Reused = info.Reused
	ex.timing.RemoteAddr = addrPort(info.Conn)
	if info.Reused {
		ex.timing.DNS, ex.timing.Connect, ex.timing.TLS = 0, 0, 0 // of a dial that came too late
	}
	ex.set(time.Now(), PhaseRequest)
	ex.mu.Unlock()
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
	if !ex.composed {
		ex.mu.Unlock()
		return false
	}
	now := time.Now()
	if ex.phase == PhaseRequest {
		ex.set(now, PhaseHeaders)
	}
	at, tell := ex.noteWritten(now)
	ex.mu.Unlock()
	if tell {
		ex.wrote(at)
	}
	return true
}

// noteWritten notes when the request went out, the first time, and whether somebody wants to be told. It needs the lock.
func (ex *exchange) noteWritten(now time.Time) (at time.Time, tell bool) {
	if ex.told {
		return now, false
	}
	if !ex.timing.FirstByte.IsZero() {
		now = ex.timing.FirstByte // a fast server's answer is read before the write has returned
	}
	ex.told = true
	ex.timing.WroteRequest = now
	return now, ex.wrote != nil
}

func (ex *exchange) gotFirstByte() {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	ex.timing.FirstByte = time.Now()
	ex.leftover = ex.timing.Reused && isLeftover(ex.link)
}

// answered is called when the headers are in. A wire that is not a network has reported nothing before that.
func (ex *exchange) answered() {
	ex.mu.Lock()
	ex.dialing = false
	ex.setRest()
	at, tell := ex.noteWritten(time.Now())
	ex.mu.Unlock()
	if tell {
		ex.wrote(at)
	}
	ex.publish()
}

// over is called when the exchange has ended one way or another, by the goroutine that the caller reads with.
func (ex *exchange) over() {
	ex.stop()
	if ex.report == nil {
		return
	}
	ex.mu.Lock()
	if ex.timing.End.IsZero() {
		ex.timing.End = time.Now()
	}
	ex.mu.Unlock()
	ex.publish()
}

// publish copies the timing to whoever asked for it.
func (ex *exchange) publish() {
	if ex.report == nil {
		return
	}
	ex.mu.Lock()
	defer ex.mu.Unlock()
	*ex.report = ex.timing
}

func addrPort(c net.Conn) netip.AddrPort {
	if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}
