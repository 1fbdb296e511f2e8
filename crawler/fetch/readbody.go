package fetch

import (
	"io"
	"net/http"
)

const (
	firstRead  = 32 << 10 // most pages fit, and fewer reads are fewer calls down the stack
	trustedLen = 1 << 20  // a Content-Length is believed up to here; a server must send what it wants memory for
)

// ReadBody reads the body to its end into buf, from its beginning, and returns what came, even with an error: a body that went past
// a limit or was cut short is good up to there. buf may be nil; one that is used again and again grows to the largest page and
// saves the allocation of all others. The body is not closed.
func ReadBody(resp *http.Response, buf []byte) ([]byte, error) {
	body := buf[:0]
	want := int64(firstRead)
	if resp.ContentLength > 0 {
		want = min(resp.ContentLength, trustedLen) + 1 // one more, to meet the end without growing for it
	}
	if int64(cap(body)) < want {
		body = make([]byte, 0, want)
	}
	for {
		if len(body) == cap(body) {
			grown := make([]byte, len(body), 2*cap(body))
			copy(grown, body)
			body = grown
		}
		n, err := resp.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
}
