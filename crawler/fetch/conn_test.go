package fetch

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnKnowsWhatCameEarly(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	c, err := newConn(here, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	hear := func() {
		go func() { _, _ = there.Write([]byte("x")) }()
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	say := func() {
		go func() { _, _ = there.Read(make([]byte, 1)) }()
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	ex := &exchange{}
	for _, step := range []struct {
		do    func()
		early bool
	}{
		{func() { c.expect(c, ex) }, true},  // nothing is sent yet
		{say, true},                         // sent, and nothing heard
		{hear, false},                       // an answer
		{hear, false},                       // more of it
		{func() { c.expect(c, ex) }, true},  // the next request
		{hear, true},                        // what comes now was not asked for
		{say, true},                         // neither does sending make it an answer
		{say, true},                         // a request in two parts
		{hear, false},                       // and its answer
		{func() { c.expect(c, nil) }, true}, // and so on
	} {
		step.do()
		if c.early() != step.early {
			t.Fatalf("early: %v", !step.early)
		}
	}
}

// A connection that is dialled and not used ends by itself; one that is used has no deadline.
func TestConnSetupDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		c, _ := newConn(here, time.Minute)
		start := time.Now()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Minute || !c.ended.Load() {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		used, _ := newConn(here, time.Minute)
		used.expect(used, nil)
		time.AfterFunc(time.Hour, func() { there.Close() })
		if _, err := used.Read(make([]byte, 1)); err != io.EOF {
			t.Error(err)
		}
	})
}

func TestWireConn(t *testing.T) {
	c := &conn{}
	if wireConn(c) != c || wireConn(tls.Client(c, nil)) != c || wireConn(tls.Client(tls.Client(c, nil), nil)) != c {
		t.Error("not found")
	}
	if wireConn(nil) != nil || wireConn(&net.TCPConn{}) != nil {
		t.Error("found what is not there")
	}
}

// WithWroteRequest means the whole request, however many packets it takes.
func TestLongRequestIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := DefaultOptions()
		wire := pipes(func(c net.Conn) {
			time.Sleep(time.Second)
			_, _ = io.ReadFull(c, make([]byte, 4096)) // the first buffer's worth
			time.Sleep(time.Second)
			r := bufio.NewReader(c)
			for { // and the rest
				if line, err := r.ReadString('\n'); err != nil || line == "\r\n" {
					break
				}
			}
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		})
		defer wire.CloseIdleConnections()
		o.Wire = wire
		start := time.Now()
		var told []time.Duration
		ctx := WithWroteRequest(t.Context(), func(at time.Time) { told = append(told, at.Sub(start)) })
		if got := getIn(t, ctx, newTransport(t, o), "http://a.test/"+strings.Repeat("x", 10_000)); got.err != nil {
			t.Fatal(got.err)
		}
		if len(told) != 1 || told[0] != 2*time.Second {
			t.Errorf("told at %v", told)
		}
	})
}

// noAddress is a connection to nowhere.
type noAddress struct{ net.Conn }

func (noAddress) RemoteAddr() net.Addr        { return nil }
func (noAddress) SetDeadline(time.Time) error { return nil }
