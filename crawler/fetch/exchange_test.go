package fetch

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
)

// A server that resets every stream as our protocol error is not asked again and again, as net/http by itself would.
func TestDialsForARequestAreFew(t *testing.T) {
	var asked atomic.Int32
	tr, url := serveHTTP2(t, nil, func(s *h2, stream uint32, _ string) {
		asked.Add(1)
		_ = s.WriteRSTStream(stream, http2.ErrCodeProtocol)
	})
	wantError(t, get(t, tr, url).err, KindConnection, PhaseHeaders, "whenever the request is sent")
	if n := asked.Load(); n < 2 || n > maxDials+1 {
		t.Errorf("asked %d times", n)
	}
}

// A caller's own httptrace goes on to work.
func TestCallersTrace(t *testing.T) {
	url := serveHTTP(t, func(http.ResponseWriter, *http.Request) {})
	var got, dialed atomic.Int32
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { got.Add(1) },
		ConnectStart: func(string, string) { dialed.Add(1) },
	})
	if r := getIn(t, ctx, newTransport(t, unlimited()), url); r.err != nil {
		t.Fatal(r.err)
	}
	if got.Load() != 1 || dialed.Load() != 1 {
		t.Errorf("GotConn %d, ConnectStart %d", got.Load(), dialed.Load())
	}
}

// What a dial reports for a request that has found another connection is not the request's.
func TestLateReportsOfADial(t *testing.T) {
	ex := newExchange(context.Background(), DefaultOptions().Timeouts, new(alarm), func(error) {})
	defer ex.over()
	ex.awaitConn()
	ex.dnsStart(httptrace.DNSStartInfo{})
	if phase, _ := ex.verdict(); phase != PhaseDNS {
		t.Errorf("phase %s", phase)
	}
	ex.gotConn(httptrace.GotConnInfo{Conn: &conn{Conn: noAddress{}}, Reused: true})
	ex.dnsDone(httptrace.DNSDoneInfo{})
	ex.connectBegin("tcp", "x")
	ex.connectDone("tcp", "x", nil)
	ex.tlsBegin()
	if phase, _ := ex.verdict(); phase != PhaseRequest || ex.timing.DNS != 0 || ex.timing.Connect != 0 {
		t.Errorf("phase %s, %+v", phase, ex.timing)
	}
}

// A server's answer can be read before the write that asked for it has returned; and what a lost connection gave is forgotten.
func TestWrittenBeforeAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var timing Timing
		ex := newExchange(WithTiming(t.Context(), &timing), Timeouts{}, new(alarm), nil)
		link := &conn{Conn: noAddress{}}
		ex.gotConn(httptrace.GotConnInfo{Conn: link})
		ex.gotFirstByte()
		time.Sleep(time.Second)
		ex.gotConn(httptrace.GotConnInfo{Conn: link})
		if !ex.timing.FirstByte.IsZero() {
			t.Error("the first byte of an answer that was lost")
		}
		ex.wroteRequest(httptrace.WroteRequestInfo{})
		ex.gotFirstByte()
		answered := time.Now()
		time.Sleep(time.Second)
		ex.sent()
		ex.answered()
		if timing.WroteRequest != answered || timing.FirstByte != answered {
			t.Errorf("%+v", timing)
		}
	})
}
