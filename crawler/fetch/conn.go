package fetch

import (
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"
)

// A conn is a dialled connection that tells an exchange when its request has gone out, and knows whether anything has come in since.
// What came before answers no question of ours: see leftoverGuard.
//
// It also has a deadline until it is first used. net/http finishes a dial whose request has gone, and neither a SOCKS server nor
// a proxy's CONNECT that hangs would ever end it.
type conn struct {
	net.Conn
	asker     atomic.Pointer[exchange] // whose request it is sending; nil in HTTP/2, where it is many
	expecting atomic.Bool              // a request has the connection and has not begun to be sent
	heard     atomic.Bool
	ended     atomic.Bool // nothing more will come
	handed    atomic.Bool // the deadline is off
	isHTTP2   atomic.Bool
}

func newConn(c net.Conn, setup time.Duration) (*conn, error) {
	if setup > 0 {
		if err := c.SetDeadline(time.Now().Add(setup)); err != nil {
			c.Close()
			return nil, err
		}
	}
	return &conn{Conn: c}, nil
}

// expect is called when a request gets the connection, which net/http knows as link.
func (c *conn) expect(link net.Conn, asker *exchange) {
	if !c.handed.Load() { // in HTTP/2 several may come here at once, and all do the same
		_ = c.SetDeadline(time.Time{}) // a connection that is closed by now says so when it is used
		if secure, ok := link.(*tls.Conn); ok {
			c.isHTTP2.Store(secure.ConnectionState().NegotiatedProtocol == "h2")
		}
		c.handed.Store(true)
	}
	if !c.isHTTP2.Load() {
		c.expecting.Store(true)
		c.asker.Store(asker)
	}
}

// early reports whether the last bytes read had come before the request was sent.
func (c *conn) early() bool {
	return c.expecting.Load() || !c.heard.Load()
}

func (c *conn) Write(p []byte) (int, error) {
	if c.expecting.Load() {
		c.heard.Store(false)
		c.expecting.Store(false)
	}
	n, err := c.Conn.Write(p)
	if asker := c.asker.Load(); asker != nil && err == nil && asker.sent() {
		c.asker.Store(nil)
	}
	return n, err
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.heard.Load() {
		c.heard.Store(true)
	}
	if err != nil {
		c.ended.Store(true)
	}
	return n, err
}

// wireConn is the conn that was dialled for what net/http calls the connection, nil if we didn't dial it.
func wireConn(nc net.Conn) *conn {
	for {
		switch c := nc.(type) {
		case *conn:
			return c
		case *tls.Conn:
			nc = c.NetConn()
		default:
			return nil
		}
	}
}
