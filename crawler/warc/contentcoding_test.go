package warc

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func codedWith(t *testing.T, coding, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		var err error
		if w, err = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1)); err != nil {
			t.Fatal(err)
		}
	case "gzip", "x-gzip", "GZIP":
		return packed(text)
	default:
		return []byte(text)
	}
	_, err := io.WriteString(w, text)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestContentCodings(t *testing.T) {
	text := strings.Repeat(longText, 1000)
	for _, coding := range []string{"gzip", "x-gzip", "GZIP", "br", "zstd", "compress", "identity", ""} {
		x := pageExchange("http://a.test/", 0)
		x.Body = codedWith(t, coding, text)
		coded := string(x.Body)
		x.Header = http1("Content-Encoding", coding)
		if coding == "" {
			x.Header = http.Header{}
		}
		r := recorded(t, x)
		for _, accepted := range []http.Header{nil, {"Accept-Encoding": {"gzip, br"}}, {"Accept-Encoding": {""}}} {
			resp, body, err := ask(t, t.Context(), r, x.URL, accepted)
			decoded := accepted == nil && coding != "compress" && coding != "identity" && coding != ""
			want, header, length := coded, coding, int64(len(coded))
			if decoded {
				want, header, length = text, "", -1
			}
			if err != nil || body != want || resp.Header.Get("Content-Encoding") != header || resp.ContentLength != length || resp.Uncompressed != decoded {
				t.Errorf("%q for %v: %d bytes, %v, length %d; %v", coding, accepted, len(body), resp.Header, resp.ContentLength, err)
			}
		}
	}
}

func TestContentCodingOfNothing(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		x := pageExchange("http://a.test/", 0)
		x.Status, x.Body, x.Header = "304 Not Modified", nil, http1("Content-Encoding", coding)
		resp, body, err := ask(t, t.Context(), recorded(t, x), x.URL, nil)
		if err != nil || body != "" || resp.Header.Get("Content-Encoding") != coding || resp.Uncompressed || resp.ContentLength != 0 {
			t.Errorf("%s: %q %+v, %v", coding, body, resp, err)
		}
	}
}

func TestContentCodingDamaged(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		whole := codedWith(t, coding, strings.Repeat(longText, 100))
		for name, body := range map[string][]byte{"another": []byte("\xff no such coding"), "cut": whole[:len(whole)/2]} {
			x := pageExchange("http://a.test/", 0)
			x.Body, x.Header = body, http1("Content-Encoding", coding)
			if _, _, err := ask(t, t.Context(), recorded(t, x), x.URL, nil); err == nil {
				t.Errorf("%s, %s: no error", coding, name)
			}
			x.Truncated, x.Failure = TruncatedDisconnect, &Failure{Kind: "connection", Message: "it ended"}
			if _, _, err := ask(t, t.Context(), recorded(t, x), x.URL, nil); err == nil || name == "cut" && err.Error() != "it ended" {
				t.Errorf("%s, %s, which is known: %v", coding, name, err)
			}
		}
	}
}
