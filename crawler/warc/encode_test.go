package warc

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// countingEncoder has IDs that can be known: the n-th is of the digit n alone, but for version and variant.
func countingEncoder(compressed bool, digest string) *Encoder {
	e := newEncoder(compressed, digest)
	n := byte(0)
	e.random = func(b []byte) {
		n++
		for i := range b {
			b[i] = n * 0x11
		}
	}
	return e
}

const (
	firstID  = "<urn:uuid:11111111-1111-4111-9111-111111111111>"
	secondID = "<urn:uuid:22222222-2222-4222-a222-222222222222>"
	thirdID  = "<urn:uuid:33333333-3333-4333-b333-333333333333>"
)

func knownExchange() *Exchange {
	return &Exchange{
		URL:      "https://example.com/a?b=c",
		Start:    time.Date(2026, 11, 22, 11, 20, 30, 456_789_000, time.FixedZone("", 3600)),
		Duration: 321*time.Millisecond + 900*time.Microsecond,
		Connect:  12 * time.Millisecond, FirstByte: 300 * time.Millisecond,
		Address: netip.MustParseAddr("192.0.2.7"),
		Sent:    true,
		Request: []byte("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n"),
		Status:  "200 OK",
		Header:  http.Header{"Vary": {"Cookie", "Accept"}, "Content-Type": {"text/plain"}},
		Body:    []byte("to be read\n"),
	}
}

func crlf(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

func hexDigest(block string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(block))) }

func base32Digest(block string) string {
	sum := sha1.Sum([]byte(block))
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// wholeOf are the records of an exchange, as they are if it is no revisit.
func wholeOf(e *Encoded) string { return string(e.before) + string(e.answer) }

func TestEncodeExactly(t *testing.T) {
	const (
		request  = "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n"
		metadata = "fetchTimeMs: 321\r\nconnectTimeMs: 12\r\nfirstByteTimeMs: 300\r\n"
		response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nVary: Cookie\r\nVary: Accept\r\n\r\nto be read\n"
	)
	for name, digest := range map[string]func(string) string{DigestSHA256: hexDigest, DigestSHA1: base32Digest} {
		want := crlf("WARC/1.1",
			"WARC-Type: request",
			"WARC-Target-URI: https://example.com/a?b=c",
			"WARC-Date: 2026-11-22T10:20:30.456Z",
			"WARC-Record-ID: "+thirdID,
			"WARC-IP-Address: 192.0.2.7",
			"WARC-Concurrent-To: "+secondID,
			"WARC-Block-Digest: "+digest(request),
			"Content-Type: application/http; msgtype=request",
			"Content-Length: 42", "", request, "",
		) + crlf("WARC/1.1",
			"WARC-Type: metadata",
			"WARC-Target-URI: https://example.com/a?b=c",
			"WARC-Date: 2026-11-22T10:20:30.456Z",
			"WARC-Record-ID: "+firstID,
			"WARC-Concurrent-To: "+secondID,
			"WARC-Concurrent-To: "+thirdID,
			"WARC-Block-Digest: "+digest(metadata),
			"Content-Type: application/warc-fields",
			"Content-Length: 59", "", metadata, "",
		) + crlf("WARC/1.1",
			"WARC-Type: response",
			"WARC-Target-URI: https://example.com/a?b=c",
			"WARC-Date: 2026-11-22T10:20:30.456Z",
			"WARC-Record-ID: "+secondID,
			"WARC-IP-Address: 192.0.2.7",
			"WARC-Concurrent-To: "+thirdID,
			"WARC-Payload-Digest: "+digest("to be read\n"),
			"Content-Type: application/http; msgtype=response",
			"WARC-Block-Digest: "+digest(response),
			"Content-Length: 84", "", response, "",
		)
		got := countingEncoder(false, name).Encode(knownExchange())
		if wholeOf(got) != want {
			t.Errorf("%s: got\n%q\nwant\n%q", name, wholeOf(got), want)
		}
		if got.Len() != len(want) {
			t.Errorf("%s: Len = %d, want %d", name, got.Len(), len(want))
		}
	}
}

// TestEncodeGzip wants what plain records are, each in a member of its own.
func TestEncodeGzip(t *testing.T) {
	plain := wholeOf(countingEncoder(false, "").Encode(knownExchange()))
	packed := countingEncoder(true, "").Encode(knownExchange())
	var members []string
	for rest := bytes.NewReader([]byte(wholeOf(packed))); rest.Len() > 0; {
		z, err := gzip.NewReader(rest)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false)
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, string(text))
	}
	if got := strings.Join(members, ""); got != plain {
		t.Errorf("got\n%q\nwant\n%q", got, plain)
	}
	if len(members) != 3 {
		t.Fatalf("%d members, want 3", len(members))
	}
	for _, m := range members {
		if strings.Count(m, "WARC/1.1\r\n") != 1 || !strings.HasPrefix(m, "WARC/1.1\r\n") || !strings.HasSuffix(m, "\r\n\r\n") {
			t.Errorf("no whole record is %q", m)
		}
	}
}

// fieldsOf reads the records of an exchange, which have to be without a fault.
func fieldsOf(t *testing.T, records string) (got []seen) {
	t.Helper()
	read := readString(t, records, nil)
	if read.err != nil || len(read.problems) > 0 || len(read.counts) > 0 {
		t.Fatalf("%v %v %v in\n%q", read.err, read.problems, read.counts, records)
	}
	return read.records
}

func TestEncodeWhatHappened(t *testing.T) {
	for _, test := range []struct {
		name string
		made func(*Exchange)
		want string // types, and their fields that matter
	}{
		{"failed before anything was sent", func(x *Exchange) {
			*x = Exchange{URL: x.URL, Start: x.Start, Request: x.Request, Failure: &Failure{Kind: "dns", Phase: "dns", Message: "no such host"}}
		}, "metadata;"},
		{"failed when it had been sent", func(x *Exchange) {
			x.Status, x.Header, x.Body, x.Failure = "", nil, nil, &Failure{Kind: "timeout", Message: "late"}
		}, "request WARC-IP-Address: 192.0.2.7; metadata WARC-Concurrent-To: 2;"},
		{"answered before it had been sent", func(x *Exchange) { x.Sent = false },
			"request WARC-Concurrent-To: 2 WARC-IP-Address: 192.0.2.7; metadata WARC-Concurrent-To: 2 WARC-Concurrent-To: 3; " +
				"response WARC-Concurrent-To: 3 WARC-IP-Address: 192.0.2.7;"},
		{"cut", func(x *Exchange) {
			x.Address, x.Truncated, x.Failure = netip.Addr{}, TruncatedDisconnect, &Failure{Message: "unexpected EOF"}
		}, "request WARC-Concurrent-To: 2; metadata WARC-Concurrent-To: 2 WARC-Concurrent-To: 3; response WARC-Concurrent-To: 3 WARC-Truncated: disconnect;"},
		{"HTTP/2", func(x *Exchange) { x.Address, x.Protocol = netip.Addr{}, "h2" },
			"request WARC-Concurrent-To: 2; metadata WARC-Concurrent-To: 2 WARC-Concurrent-To: 3; response WARC-Concurrent-To: 3 WARC-Protocol: h2;"},
		{"IPv6 with a zone", func(x *Exchange) { x.Address, x.Status = netip.MustParseAddr("fe80::1%eth0"), "" },
			"request WARC-IP-Address: fe80::1; metadata WARC-Concurrent-To: 2;"},
	} {
		x := knownExchange()
		test.made(x)
		var got strings.Builder
		for _, r := range fieldsOf(t, wholeOf(countingEncoder(false, "").Encode(x))) {
			got.WriteString(string(r.Type))
			for _, name := range []string{FieldConcurrentTo, FieldIPAddress, FieldProtocol, FieldTruncated} {
				for _, value := range r.Fields.Values(name) {
					if name == FieldConcurrentTo {
						value = value[len("<urn:uuid:"):][:1]
					}
					fmt.Fprintf(&got, " %s: %s", name, value)
				}
			}
			got.WriteString("; ")
		}
		if strings.TrimSpace(got.String()) != test.want {
			t.Errorf("%s: got %q, want %q", test.name, strings.TrimSpace(got.String()), test.want)
		}
	}
}

func TestEncodeURL(t *testing.T) {
	for raw, want := range map[string]string{
		"http://a.test/":                             "http://a.test/",
		"http://a.test/a b\tc":                       "http://a.test/a%20b%09c",
		"http://a.test/<x>?\r\nWARC-Type: x\x00\x7f": "http://a.test/%3Cx%3E?%0D%0AWARC-Type:%20x%00%7F",
		"http://a.test/%20ü":                         "http://a.test/%20ü",
	} {
		x := knownExchange()
		x.URL = raw
		for _, r := range fieldsOf(t, wholeOf(countingEncoder(false, "").Encode(x))) {
			if r.TargetURI != want {
				t.Errorf("%q became %q, want %q", raw, r.TargetURI, want)
			}
		}
	}
}

func TestNewID(t *testing.T) {
	e := newEncoder(false, "")
	pattern := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	known := map[string]bool{}
	for range 1000 {
		id := e.newID()
		if !pattern.MatchString(id) || known[id] {
			t.Fatalf("%q is no UUID, or was there before", id)
		}
		known[id] = true
	}
}

// TestEncodeKeepsNothing changes an exchange once it has been encoded, as those do who use it again.
func TestEncodeKeepsNothing(t *testing.T) {
	x := knownExchange()
	got := countingEncoder(false, "").Encode(x)
	before := wholeOf(got) + string(got.head)
	clear(x.Body)
	clear(x.Request)
	x.Header.Set("Vary", "changed")
	*x = Exchange{Body: x.Body[:0]}
	if after := wholeOf(got) + string(got.head); after != before {
		t.Errorf("it became\n%q\nfrom\n%q", after, before)
	}
}

func TestEncodeByMany(t *testing.T) {
	e := newEncoder(true, "")
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			x := knownExchange()
			x.Body = bytes.Repeat([]byte{byte('a' + i)}, 10_000*i)
			for range 10 {
				read := readString(t, wholeOf(e.Encode(x)), nil)
				if len(read.records) != 3 || len(read.problems) > 0 || read.records[2].body != string(x.Body) {
					t.Errorf("%d: %d records, %v", i, len(read.records), read.problems)
				}
			}
		})
	}
	all.Wait()
}

// pageLike is a page of 26 kB: what crawls mostly record.
func pageLike(b *testing.B) []byte {
	b.Helper()
	source, err := os.ReadFile("encode_test.go")
	if err != nil {
		b.Fatal(err)
	}
	return slices.Concat(source, source, source)[:26<<10]
}

func BenchmarkEncode(b *testing.B) {
	for name, compressed := range map[string]bool{"gzip": true, "plain": false} {
		b.Run(name, func(b *testing.B) {
			e := newEncoder(compressed, "")
			x := knownExchange()
			x.Body = pageLike(b)
			b.SetBytes(int64(len(x.Body)))
			b.ReportAllocs()
			spare := 0
			for b.Loop() {
				out := e.Encode(x)
				spare = cap(out.answer) - len(out.answer) + cap(out.before) - len(out.before)
			}
			b.ReportMetric(float64(spare), "spare-B")
		})
	}
}
