package fetch

import (
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"
)

// A conn is a dialled connection that knows whether anything has come over it since the request under way began to be sent.
// What came before answers no question of ours: see leftoverGuard.
//
// It also has a deadline until it is first used. net/http finishes a dial whose request has gone, and neither a SOCKS server nor
// a proxy's CONNECT that hangs would ever end it.
type conn struct {
	net.Conn
	expecting atomic.Bool // a request has the connection and has not begun to be sent
	heard     atomic.Bool
	ended     atomic.Bool // nothing more will come
	handed    atomic.Bool // the setup's deadline is off
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

// expect is called when a request gets the connection.
func (c *conn) expect() {
	if !c.handed.Swap(true) {
		_ = c.SetDeadline(time.Time{}) // a connection that is closed by now says so when it is used
	}
	c.expecting.Store(true)
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
	return c.Conn.Write(p)
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
