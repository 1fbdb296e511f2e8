package fetch

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
)

// AcceptEncoding is what requests ask for that have no Accept-Encoding of their own. Who sets it saves the copy of the request that
// adding it takes. deflate is understood too and not asked for: half of the servers that say so mean zlib,
// the other half bare DEFLATE (RFC 9110 §8.4.1.2), and it is never better than gzip.
const AcceptEncoding = "gzip, br, zstd"

// maxCodings is how many codings one on top of another are undone. Two are seen in the wild, of a server and a proxy before it.
const maxCodings = 4

// decoder is the layer that undoes content codings (RFC 9110 §8.4) and bounds what comes out of them.
// An answer that it decodes has lost its Content-Encoding and Content-Length and says Uncompressed.
type decoder struct {
	next  http.RoundTripper
	max   int64 // decoded bytes; 0: no limit
	plain int64 // bytes that need no decoding, unless the layer below has a limit as low; 0: no limit
	ratio int64 // decoded to wire; 0: no limit
	pools map[string]*sync.Pool

	accept []string // the value of Accept-Encoding, made once
}

func newDecoder(next http.RoundTripper, o Options) *decoder {
	d := &decoder{
		next: next, max: o.MaxBody, plain: o.MaxBody, ratio: o.MaxRatio, pools: newStagePools(), accept: []string{AcceptEncoding},
	}
	if o.MaxWireBytes > 0 && o.MaxWireBytes <= o.MaxBody {
		d.plain = 0
	}
	return d
}

func (d *decoder) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header["Accept-Encoding"] == nil {
		sent := *req
		sent.Header = make(http.Header, len(req.Header)+1)
		maps.Copy(sent.Header, req.Header)
		sent.Header["Accept-Encoding"] = d.accept
		req = &sent
	}
	resp, err := d.next.RoundTrip(req)
	if err != nil || resp.Body == http.NoBody {
		return resp, err
	}
	codings, err := codingsOf(resp.Header)
	if err != nil {
		resp.Body.Close()
		return nil, err
	}
	switch {
	case len(codings) > 0:
		resp.Body = d.decode(resp.Body, codings)
		delete(resp.Header, "Content-Encoding")
		delete(resp.Header, "Content-Length")
		resp.ContentLength = -1
		resp.Uncompressed = true
	case d.plain > 0:
		resp.Body = &cappedBody{capped{r: resp.Body, limit: d.plain, where: "in the body"}, resp.Body}
	}
	return resp, nil
}

// codingsOf lists the codings of an answer in the order they were applied, those that change nothing left out.
func codingsOf(h http.Header) ([]string, error) {
	var codings []string
	for _, line := range h["Content-Encoding"] {
		for token := range strings.SplitSeq(line, ",") {
			switch token = strings.ToLower(strings.Trim(token, " \t")); token {
			case "gzip", "br", "zstd", "deflate":
				codings = append(codings, token)
			case "x-gzip": // RFC 9110 §8.4.1.3
				codings = append(codings, "gzip")
			case "", "identity":
			case "none", "binary", "utf-8", "utf8": // not codings, yet sent as such over plain bytes
			default:
				return nil, &Error{Kind: KindEncoding, Phase: PhaseHeaders, Message: "unknown content coding: " + oneLine(token)}
			}
		}
	}
	if len(codings) > maxCodings {
		return nil, &Error{Kind: KindEncoding, Phase: PhaseHeaders, Message: "too many content codings one on top of another"}
	}
	return codings, nil
}

// decodedBody is what comes out of the last of a row of stages.
type decodedBody struct {
	d    *decoder
	wire io.Closer
	out  io.Reader

	mu     sync.Mutex // held by a Read; Close may come in the middle of one
	stages []*stage
}

func (d *decoder) decode(body io.ReadCloser, codings []string) io.ReadCloser {
	b := &decodedBody{d: d, wire: body}
	wire := &tally{r: body}
	in := wire
	for i := len(codings) - 1; i >= 0; i-- {
		s := d.pools[codings[i]].Get().(*stage)
		s.open(in, wire, d.ratio)
		b.stages = append(b.stages, s)
		b.out = s
		if d.max > 0 {
			b.out = &capped{r: s, limit: d.max, where: "decoded"}
		}
		in = &tally{r: b.out}
	}
	return b
}

func (b *decodedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stages == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.out.Read(p)
}

// Close closes the wire first, which ends a Read that hangs. Stages that such a Read still uses are left to the garbage collector.
func (b *decodedBody) Close() error {
	err := b.wire.Close()
	if !b.mu.TryLock() {
		return err
	}
	defer b.mu.Unlock()
	for _, s := range b.stages {
		s.close()
		b.d.pools[s.coding].Put(s)
	}
	b.stages = nil
	return err
}
