package site

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// wire is a connection taken from net/http, to say on it what that server is too correct to say.
// The handler that took it owns it; one goroutine beside it reads, and so learns that the client has gone.
type wire struct {
	site *Site
	conn net.Conn
	gone chan struct{} // closed when the client has gone, or the site is closed
	err  error         // of the first write that failed; all later ones are dropped
}

// onWire makes a handler of what is said on a wire. The connection is closed when say returns.
func onWire(say func(*wire, *http.Request)) serveFault {
	return func(s *Site, w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, fmt.Sprintf("This fault needs the connection, as an HTTP/1.1 server has it: %v", err), http.StatusHTTPVersionNotSupported)
			return
		}
		wr := &wire{site: s, conn: conn, gone: make(chan struct{})}
		s.adopt(wr)
		go func() {
			defer close(wr.gone)
			io.Copy(io.Discard, rw.Reader) // whatever else is asked on this connection has no answer
		}()
		say(wr, r)
		conn.Close()
		<-wr.gone
		s.release(wr)
	}
}

// raw is a fault that says text and closes.
func raw(text string) serveFault {
	return onWire(func(w *wire, _ *http.Request) { w.send(text) })
}

// send writes at once and reports whether the client still takes it.
func (w *wire) send(text string) bool {
	if w.err == nil {
		_, w.err = io.WriteString(w.conn, text)
	}
	return w.err == nil
}

// wait reports whether the client is still there after d.
func (w *wire) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return w.err == nil
	case <-w.gone:
		return false
	}
}

// hang says nothing more until the client goes away or the site is closed.
func (w *wire) hang() { <-w.gone }

// drip sends text a byte at a time and reports whether all of it was taken.
func (w *wire) drip(text string) bool {
	for i := range len(text) {
		if !w.send(text[i:i+1]) || !w.wait(w.site.opts.DripEvery) {
			return false
		}
	}
	return true
}

// reset makes the closing that follows a TCP reset instead of an orderly end. What was sent before gets a moment to arrive,
// since a reset may overtake it.
func (w *wire) reset() {
	w.wait(beforeReset)
	if tcp, ok := w.conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}

// beforeReset is ample on loopback, and free under testing/synctest.
const beforeReset = 20 * time.Millisecond

// adopt has Close end w.
func (s *Site) adopt(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wires[w] = struct{}{}
	select {
	case <-s.closed:
		w.conn.Close()
	default:
	}
}

func (s *Site) release(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wires, w)
}
