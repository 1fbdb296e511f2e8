package warc

import (
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzRoundTrip wants what the Encoder writes to be read without a fault, and as it was, whatever a server may answer.
func FuzzRoundTrip(f *testing.F) {
	f.Add("http://a.test/", uint16(0), "OK", "Content-Type", "text/html", "", []byte("<p>one"), uint8(0), "")
	f.Add("https://a.test/<a b>?\x00", uint16(204), "Not Found", "X-Odd", "caf\xe9\r\nX: y\x00", " a\t", []byte{}, uint8(1), "gone\nWARC/1.1")
	f.Add("http://a.test/", uint16(799), "", "Content-Length", "7", "007", []byte("\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n"), uint8(2), "")
	f.Add("x", uint16(1), "HTTP/1.1 200", "Content-Encoding", "gzip", "br", []byte("\x1f\x8b\x08\x00"), uint8(7), "error-kind: x")
	f.Fuzz(func(t *testing.T, url string, status uint16, reason, name, one, two string, body []byte, how uint8, message string) {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if url == "" || !isToken(name) || name == "Transfer-Encoding" {
			t.Skip("no client gives that")
		}
		x := &Exchange{
			URL: url, Start: time.UnixMilli(1_700_000_000_123), Duration: time.Duration(status) * time.Millisecond,
			Sent: how&1 == 0, Request: []byte("GET / HTTP/1.1\r\n\r\n"),
			Status: strconv.Itoa(200+int(status%800)) + " " + reason, Header: http.Header{name: {one, two}, "Vary": {"*"}}, Body: body,
		}
		if how&2 != 0 {
			x.Truncated = TruncatedDisconnect
		}
		if message != "" {
			x.Failure = &Failure{Kind: "connection", Message: message}
		}
		digest := []string{DigestSHA1, DigestSHA256}[how>>2&1]
		for _, compressed := range []bool{false, true} {
			got := readString(t, wholeOf(newEncoder(compressed, digest).Encode(x)), nil)
			if got.err != nil || len(got.problems) > 0 || len(got.records) != 3 {
				t.Fatalf("%d records, %v, %v", len(got.records), got.problems, got.err)
			}
			wantSame(t, x, got.records)
		}
	})
}

func wantSame(t *testing.T, x *Exchange, records []seen) {
	t.Helper()
	for i, kind := range []Type{Request, Metadata, Response} {
		r := records[i]
		if r.Type != kind || r.TargetURI != strings.TrimSpace(uri(x.URL)) || !r.Date.Equal(x.Start) || r.InMember != 0 || r.err != nil {
			t.Fatalf("%+v, %v", r.Record, r.err)
		}
	}
	fields, err := ReadFields(strings.NewReader(records[1].body))
	if ms := strconv.FormatInt(x.Duration.Milliseconds(), 10); err != nil || fields.Get(metaFetchTime) != ms {
		t.Fatalf("%v, %v", fields, err)
	}
	if x.Failure != nil && fields.Get(metaErrorMessage) != strings.Trim(oneLine(x.Failure.Message), " \t") {
		t.Fatalf("%q instead of %q", fields.Get(metaErrorMessage), x.Failure.Message)
	}
	m := records[2].http
	want := http.Header{}
	for name, values := range x.Header {
		for _, v := range values {
			want.Add(name, strings.Trim(oneLine(v), " \t"))
		}
	}
	if diff := cmp.Diff(want, m.Header); diff != "" || records[2].body != string(x.Body) || m.Truncated != string(x.Truncated) {
		t.Fatalf("%s, body %q, truncated %q", diff, records[2].body, m.Truncated)
	}
	code, reason, _ := strings.Cut(strings.ReplaceAll(oneLine(x.Status), "\t", " "), " ")
	if status := strings.TrimSpace(code + " " + strings.TrimSpace(reason)); m.Status != status || strconv.Itoa(m.StatusCode) != code {
		t.Fatalf("status %q, %d; want %q", m.Status, m.StatusCode, status)
	}
}

func isToken(name string) bool {
	return name != "" && !slices.ContainsFunc([]byte(name), func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c))
	})
}
