package fetch

import (
	"io"
	"net/http"
	"net/url"
)

// classifier is the outermost layer: whatever error comes from below leaves as an *Error with its URL.
type classifier struct {
	next http.RoundTripper
}

func (c *classifier) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, classifyAt(req.URL, err, PhaseHeaders)
	}
	if resp.Body != http.NoBody {
		resp.Body = &classifiedBody{body: resp.Body, url: req.URL}
	}
	return resp, nil
}

type classifiedBody struct {
	body io.ReadCloser
	url  *url.URL
}

func (b *classifiedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if err != nil && err != io.EOF {
		err = classifyAt(b.url, err, PhaseBody)
	}
	return n, err
}

func (b *classifiedBody) Close() error { return b.body.Close() }

func classifyAt(u *url.URL, err error, phase Phase) *Error {
	e := Classify(err, phase)
	if e.URL == "" && u != nil {
		e.URL = u.Redacted()
	}
	return e
}
