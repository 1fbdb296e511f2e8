package warc

import (
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decodeContent undoes the content coding of an answer that was asked for without
// one (RFC 9110 section 8.4), as http.Transport does for gzip: what was recorded by
// a client that knows more codings is read by one that knows none.
func decodeContent(resp *http.Response) {
	if resp.ContentLength == 0 {
		return
	}
	var decoded func(io.Reader) (io.Reader, error)
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		decoded = func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }
	case "br":
		decoded = func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }
	case "zstd":
		decoded = func(r io.Reader) (io.Reader, error) {
			return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxZstdWindow))
		}
	default:
		return
	}
	resp.Body = &decodedBody{Closer: resp.Body, coded: resp.Body, begin: decoded}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength = -1
	resp.Uncompressed = true
}

// maxZstdWindow is what RFC 9659 section 3 allows in HTTP.
const maxZstdWindow = 8 << 20

// decodedBody begins to decode when it is read.
type decodedBody struct {
	io.Closer
	coded   io.Reader
	begin   func(io.Reader) (io.Reader, error)
	decoded io.Reader
}

func (b *decodedBody) Read(p []byte) (int, error) {
	if b.decoded == nil {
		var err error
		if b.decoded, err = b.begin(b.coded); err != nil {
			return 0, err
		}
	}
	return b.decoded.Read(p)
}
