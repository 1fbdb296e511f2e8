package fetch

import (
	"net"
	"net/http"
)

// leftoverGuard is the layer that keeps bytes after the end of one answer from being taken for the next one: what a server sends
// beyond its Content-Length, or as the body of a 204. net/http notices them on an idle connection, but when another request takes
// the connection at once, it reads them as that request's answer: a page under the wrong URL, if whoever wrote the page wants so.
//
// The request that got them is sent again over another connection.
type leftoverGuard struct {
	next http.RoundTripper
}

// leftoverTries is how often a request may meet a connection of this kind: each time one is used up, so more than once is rare.
const leftoverTries = 3

func (g *leftoverGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	ex := exchangeOf(req.Context())
	if ex == nil { // a Network by itself
		return (&timeLimiter{next: g}).RoundTrip(req)
	}
	for range leftoverTries {
		ex.awaitConn()
		resp, err := g.next.RoundTrip(req)
		link := ex.takeLeftover()
		if link == nil {
			return resp, err
		}
		link.Close()
		if resp != nil {
			resp.Body.Close()
		}
		if req.Body != nil && req.Body != http.NoBody || req.Context().Err() != nil {
			break
		}
	}
	return nil, &Error{Kind: KindConnection, Phase: PhaseHeaders, Message: "the server sends more than its answers announce, and is not to be understood"}
}

// takeLeftover gives the connection whose first bytes had come too early, and forgets it; nil if they were in order.
func (ex *exchange) takeLeftover() net.Conn {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	if !ex.leftover {
		return nil
	}
	ex.leftover = false
	return ex.link
}

// isLeftover judges a reused connection by whose bytes an answer begins to be read. In HTTP/2 answers carry their request's number.
func isLeftover(link net.Conn) bool {
	c := wireConn(link)
	return c != nil && !c.isHTTP2.Load() && c.early()
}
