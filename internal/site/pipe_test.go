package site

import (
	"context"
	"errors"
	"net"
	"testing"
)

func TestPipeListener(t *testing.T) {
	l := newPipeListener()
	ctx, cancel := context.WithCancelCause(context.Background())
	tired := errors.New("tired of waiting")
	cancel(tired)
	if _, err := l.dial(ctx); !errors.Is(err, tired) {
		t.Errorf("dial with nobody accepting: %v, want %v", err, tired)
	}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Write([]byte("ahoy"))
		conn.Close()
	}()
	conn, err := l.dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4)
	if conn.Read(buf); string(buf) != "ahoy" {
		t.Errorf("read %q", buf)
	}
	conn.Close()
	l.Close()
	l.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after Close: %v", err)
	}
	if _, err := l.dial(context.Background()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("dial after Close: %v", err)
	}
	if l.Addr().Network() != "pipe" {
		t.Errorf("network %s", l.Addr().Network())
	}
}
