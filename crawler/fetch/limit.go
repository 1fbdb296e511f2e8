package fetch

import (
	"io"
	"net/http"
	"strconv"
)

// wireLimiter is the layer that bounds the body as it comes over the wire. (Headers are net/http's to bound, see NewNetwork.)
type wireLimiter struct {
	next  http.RoundTripper
	limit int64 // 0: none
}

func (l *wireLimiter) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.next.RoundTrip(req)
	if err == nil && l.limit > 0 && resp.Body != http.NoBody {
		resp.Body = &cappedBody{capped{r: resp.Body, limit: l.limit, where: "on the wire"}, resp.Body}
	}
	return resp, err
}

type cappedBody struct {
	capped
	io.Closer
}

// capped gives at most limit bytes of r, and then KindTooLarge if r has more.
type capped struct {
	r     io.Reader
	limit int64
	where string // for the message: "on the wire"
	n     int64
	fault error
}

func (c *capped) Read(p []byte) (int, error) {
	if c.fault != nil {
		return 0, c.fault
	}
	if c.n == c.limit {
		return 0, c.probe()
	}
	if int64(len(p)) > c.limit-c.n {
		p = p[:c.limit-c.n]
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// probe looks whether the body is just as long as it may be, or longer.
func (c *capped) probe() error {
	var one [1]byte
	n, err := c.r.Read(one[:])
	if n > 0 {
		err = &Error{Kind: KindTooLarge, Phase: PhaseBody, Message: "more than " + sizeOf(c.limit) + " " + c.where}
	}
	c.fault = err
	return err
}

// sizeOf is 64 MiB for 64<<20.
func sizeOf(n int64) string {
	unit := "bytes"
	for _, larger := range []string{"KiB", "MiB", "GiB"} {
		if n < 1<<10 || n%(1<<10) != 0 {
			break
		}
		n, unit = n>>10, larger
	}
	return strconv.FormatInt(n, 10) + " " + unit
}
