package site

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// Server is a Site that listens. It owns the goroutine that accepts; net/http owns one for each connection.
type Server struct {
	*Site

	// URL is the base of every path, without a slash at its end: "http://127.0.0.1:41235".
	URL string

	dial   func(context.Context) (net.Conn, error)
	http   *http.Server
	served chan struct{}
	close  sync.Once
	stop   func() bool
}

// PipeURL is the URL of a server made by StartPipe.
const PipeURL = "http://tjeldhavn.example"

// Start serves a new Site on a free port of 127.0.0.1, until Close is called or ctx ends.
func Start(ctx context.Context, opts Options) (*Server, error) {
	s, err := New(opts)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	addr := listener.Addr().String()
	return s.start(ctx, listener, "http://"+addr, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}), nil
}

// StartPipe serves a new Site on pipes in memory at PipeURL: nothing touches the network, so that a crawl of it, timeouts and all,
// runs inside a testing/synctest bubble in no time. Clients reach it through DialContext alone.
func StartPipe(ctx context.Context, opts Options) (*Server, error) {
	s, err := New(opts)
	if err != nil {
		return nil, err
	}
	listener := newPipeListener()
	return s.start(ctx, listener, PipeURL, listener.dial), nil
}

func (s *Site) start(ctx context.Context, l net.Listener, url string, dial func(context.Context) (net.Conn, error)) *Server {
	srv := &Server{Site: s, URL: url, dial: dial, served: make(chan struct{})}
	srv.http = &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	if s.opts.CloseFirst > 0 {
		l = &closingListener{Listener: l, left: int64(s.opts.CloseFirst)}
	}
	go func() {
		defer close(srv.served)
		srv.http.Serve(l) // ends with ErrServerClosed, when Close closes the listener
	}()
	srv.stop = context.AfterFunc(ctx, srv.shut)
	return srv
}

// DialContext connects to the server whatever address is asked for. As an http.Transport's it lets one server be any number of hosts.
func (s *Server) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	return s.dial(ctx)
}

// Close ends all connections and answers and returns when they have ended. It may be called more than once.
func (s *Server) Close() {
	s.stop()
	s.shut()
}

func (s *Server) shut() {
	s.close.Do(func() {
		s.http.Close()
		s.Site.Close()
		<-s.served
	})
}

// closingListener closes the first connections as soon as it has accepted them.
type closingListener struct {
	net.Listener
	left int64
}

func (l *closingListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || atomic.AddInt64(&l.left, -1) < 0 {
			return conn, err
		}
		conn.Close()
	}
}
