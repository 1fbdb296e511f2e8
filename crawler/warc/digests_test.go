package warc

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

const wrongDigest = "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// A wrong digest is found by whoever reads to the end, and is what the body ends with if the record is to be left out.
func TestWrongDigests(t *testing.T) {
	block := sampleAnswer("body")
	for class, line := range map[Class]string{ClassBlockDigest: "WARC-Block-Digest: " + wrongDigest, ClassPayloadDigest: "WARC-Payload-Digest: " + wrongDigest} {
		data := sampleRecord(Response, "http://example.test/1", block, line) + samplePage(2)
		for action, want := range map[Action]string{Count: "1 2", Repair: "1 2", Skip: "2", Stop: ""} {
			got := readString(t, data, Policy{class: action})
			if got.uris() != want || fmt.Sprint(got.counts) != fmt.Sprintf("map[%s:1]", class) || (action == Stop) != errors.Is(got.err, class) {
				t.Errorf("%s, %v: %q, %v, %v", class, action, got.uris(), got.counts, got.err)
			}
			if first := got.records[0]; first.body != "body" || action >= Skip && !errors.Is(first.err, class) {
				t.Errorf("%s, %v: %q, %v", class, action, first.body, first.err)
			}
			if len(got.problems) != 1 && action != Count || len(got.problems) != 0 && action == Count {
				t.Errorf("%s, %v: told %v", class, action, got.problems)
			}
		}
		if got := readSource(t, strings.NewReader(data), ReaderOptions{NoDigests: true}); len(got.counts) != 0 {
			t.Errorf("%s: it is verified though it is not to be", class)
		}
	}
	got := readString(t, sampleRecord(Response, "http://example.test/1", block, "WARC-Payload-Digest: "+wrongDigest), nil)
	want := "sample.warc: offset 0: record of http://example.test/1: payload_digest: the payload is " + sampleDigest("body") + ", not " + wrongDigest + " (went on)"
	if got.problems[0].Error() != want {
		t.Errorf("%v\nwant %s", got.problems[0], want)
	}
}

// What a payload is depends on the record's type.
func TestPayloads(t *testing.T) {
	const chunked = "4\r\nbody\r\n0\r\n\r\n"
	wire := sampleAnswer(chunked, "Transfer-Encoding: chunked")
	for name, c := range map[string]struct {
		record string
		want   string
	}{
		"answer":                     {sampleRecord(Response, "http://example.test/", sampleAnswer("body"), "WARC-Payload-Digest: "+sampleDigest("body")), "map[]"},
		"answer without a body":      {sampleRecord(Response, "http://example.test/", sampleAnswer(""), "WARC-Payload-Digest: "+sampleDigest("")), "map[]"},
		"chunks, as the standard":    {sampleRecord(Response, "http://example.test/", wire, "WARC-Payload-Digest: "+sampleDigest("body")), "map[chunked_body:1]"},
		"chunks, as they stand":      {sampleRecord(Response, "http://example.test/", wire, "WARC-Payload-Digest: "+sampleDigest(chunked)), "map[chunked_body:1]"},
		"chunks, neither":            {sampleRecord(Response, "http://example.test/", wire, "WARC-Payload-Digest: "+wrongDigest), "map[chunked_body:1 payload_digest:1]"},
		"request":                    {sampleRecord(Request, "http://example.test/", "POST / HTTP/1.1\r\n\r\na=b", "WARC-Payload-Digest: "+sampleDigest("a=b")), "map[]"},
		"request, wrong":             {sampleRecord(Request, "http://example.test/", "POST / HTTP/1.1\r\n\r\na=b", "WARC-Payload-Digest: "+wrongDigest), "map[payload_digest:1]"},
		"resource":                   {sampleRecord(Resource, "http://example.test/", "text", "WARC-Payload-Digest: "+sampleDigest("text")), "map[]"},
		"resource, wrong":            {sampleRecord(Resource, "http://example.test/", "text", "WARC-Payload-Digest: "+wrongDigest), "map[payload_digest:1]"},
		"metadata":                   {sampleRecord(Metadata, "http://example.test/", "a: b\r\n", "WARC-Payload-Digest: "+wrongDigest), "map[payload_digest:1]"},
		"conversion":                 {sampleRecord(Conversion, "http://example.test/", "text", "WARC-Payload-Digest: "+sampleDigest("text")), "map[]"},
		"dns":                        {sampleRecord(Response, "dns:example.test", "1.2.3.4", "Content-Type: text/dns", "WARC-Payload-Digest: "+sampleDigest("1.2.3.4")), "map[]"},
		"revisit: of another's":      {sampleRecord(Revisit, "http://example.test/", sampleAnswer(""), "Content-Type: application/http", "WARC-Payload-Digest: "+wrongDigest), "map[]"},
		"revisit: not of its block":  {sampleRecord(Revisit, "ftp://example.test/", "text", "WARC-Payload-Digest: "+wrongDigest), "map[]"},
		"segment: of the whole":      {sampleRecord(Response, "http://example.test/", sampleAnswer("bo"), "WARC-Segment-Number: 1", "WARC-Payload-Digest: "+wrongDigest), "map[segmented:1]"},
		"missing in an answer":       {sampleRecord(Response, "http://example.test/", sampleAnswer("body"), "-WARC-Payload-Digest"), "map[no_payload_digest:1]"},
		"missing in a request":       {sampleRecord(Request, "http://example.test/", "GET / HTTP/1.1\r\n\r\n"), "map[]"},
		"unknown algorithm":          {sampleRecord(Response, "http://example.test/", sampleAnswer("body"), "WARC-Payload-Digest: crc32:00000000"), "map[digest_label:1]"},
		"no digest":                  {sampleRecord(Response, "http://example.test/", sampleAnswer("body"), "WARC-Block-Digest: 00000000"), "map[digest_label:1]"},
		"sha256 in base64":           {sampleRecord(Resource, "http://example.test/", "", "WARC-Payload-Digest: sha-256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), "map[]"},
		"a head of nothing":          {sampleRecord(Response, "http://example.test/", "HTTP/1.1 204 No Content\r\n", "WARC-Payload-Digest: "+wrongDigest), "map[]"},
		"a body longer than buffers": {sampleRecord(Response, "http://example.test/", sampleAnswer(strings.Repeat("long ", 50_000))), "map[]"},
	} {
		if got := readString(t, c.record, nil); fmt.Sprint(got.counts) != c.want && name != "request, wrong" { // whose block is read as it is
			t.Errorf("%s: %v, want %s; %v", name, got.counts, c.want, got.problems)
		}
		r := NewReader(strings.NewReader(c.record), ReaderOptions{}) // passed over
		for _, err := r.Next(); err != io.EOF; _, err = r.Next() {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(r.Problems()); got != c.want {
			t.Errorf("%s, passed over: %s, want %s", name, got, c.want)
		}
	}
}
