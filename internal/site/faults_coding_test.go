package site

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// unpacker reads one format.
func unpacker(t *testing.T, format string, data io.Reader) io.Reader {
	t.Helper()
	r, err := newUnpacker(t, format, data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newUnpacker(t *testing.T, format string, data io.Reader) (io.Reader, error) {
	switch format {
	case "gzip":
		return gzip.NewReader(data)
	case "br":
		return brotli.NewReader(data), nil
	case "zlib":
		return zlib.NewReader(data)
	case "flate":
		return flate.NewReader(data), nil
	case "zstd":
		zr, err := zstd.NewReader(data, zstd.WithDecoderConcurrency(1))
		if err == nil {
			t.Cleanup(zr.Close)
		}
		return zr, err
	}
	t.Fatalf("no format %s", format)
	return nil, nil
}

// unpack is data in one format, as much of it as there is.
func unpack(t *testing.T, format string, data io.Reader) ([]byte, error) {
	t.Helper()
	r, err := newUnpacker(t, format, data)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestCodingsUnpack(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, test := range []struct {
			name, header string
			formats      []string // in the order in which they come off
		}{
			{"gzip", "gzip", []string{"gzip"}}, {"x-gzip", "x-gzip", []string{"gzip"}}, {"upper-case", "GZIP", []string{"gzip"}},
			{"br", "br", []string{"br"}}, {"zstd", "zstd", []string{"zstd"}}, {"deflate-zlib", "deflate", []string{"zlib"}},
			{"deflate-raw", "deflate", []string{"flate"}}, {"gzip-then-br", "gzip, br", []string{"br", "gzip"}},
			{"two-headers", "zstd|gzip", []string{"gzip", "zstd"}}, {"identity", "identity", nil}, {"empty-value", "", nil},
			{"members", "gzip", []string{"gzip"}},
			{"gzip-is-plain", "gzip", nil}, {"br-is-plain", "br", nil}, {"zstd-is-plain", "zstd", nil}, {"deflate-is-plain", "deflate", nil},
			{"charset-as-coding", "UTF-8", nil},
		} {
			resp, body := get(t, srv, "/fault/coding/"+test.name)
			if got := strings.Join(resp.Header.Values("Content-Encoding"), "|"); got != test.header {
				t.Errorf("%s: Content-Encoding %q, want %q", test.name, got, test.header)
			}
			data := []byte(body)
			for _, f := range test.formats {
				var err error
				if data, err = unpack(t, f, bytes.NewReader(data)); err != nil {
					t.Errorf("%s: %s: %v", test.name, f, err)
				}
			}
			if !bytes.Contains(data, []byte("<title>"+test.name+"</title>")) || !bytes.HasSuffix(data, []byte("</html>\n")) {
				t.Errorf("%s: %q", test.name, data)
			}
		}
	})
}

func TestCodingsThatAreWrong(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]error{"gzip-bad-crc": gzip.ErrChecksum, "gzip-bad-length": gzip.ErrChecksum, "gzip-trailing": gzip.ErrHeader} {
			_, body := get(t, srv, "/fault/coding/"+name)
			data, err := unpack(t, "gzip", strings.NewReader(body))
			if !errors.Is(err, want) || !bytes.HasSuffix(data, []byte("</html>\n")) {
				t.Errorf("%s: %v after %q, want %v after all of it", name, err, data, want)
			}
		}
		for coding, format := range map[string]string{"gzip": "gzip", "br": "br", "zstd": "zstd", "deflate": "zlib"} {
			resp, body := get(t, srv, "/fault/coding/"+coding+"-truncated")
			data, err := unpack(t, format, strings.NewReader(body))
			if err == nil || !bytes.Contains(data, []byte("So far everything is well.")) || bytes.Contains(data, []byte("<p>And 199,")) {
				t.Errorf("%s-truncated: %v after %.80q", coding, err, data)
			}
			if resp.ContentLength != int64(len(body)) {
				t.Errorf("%s-truncated: Content-Length %d, and %d bytes", coding, resp.ContentLength, len(body))
			}
		}
		resp, body := get(t, srv, "/fault/coding/gzip-is-br")
		data, err := unpack(t, "br", strings.NewReader(body))
		if resp.Header.Get("Content-Encoding") != "gzip" || err != nil || !bytes.Contains(data, []byte("<p>And 199, which is ")) {
			t.Errorf("gzip-is-br: %v after %.80q", err, data)
		}
		if resp, body := get(t, srv, "/fault/coding/gzip-empty"); body != "" || resp.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("gzip-empty: %q", body)
		}
		if resp, body := get(t, srv, "/fault/coding/unknown"); resp.Header.Get("Content-Encoding") != "seaweed" || !strings.Contains(body, "\x00") {
			t.Errorf("unknown: %q", body)
		}
		_, body = get(t, srv, "/fault/coding/zstd-window")
		if _, err := unpack(t, "zstd", strings.NewReader(body)); !errors.Is(err, zstd.ErrWindowSizeExceeded) {
			t.Errorf("zstd-window: %v", err)
		}
	})
}

func TestPackingIsDeterministic(t *testing.T) {
	for _, f := range []string{"gzip", "br", "zlib", "flate", "zstd"} {
		if !slices.Equal(packed("x", f), packed("x", f)) {
			t.Errorf("%s differs from one time to the next", f)
		}
	}
}
