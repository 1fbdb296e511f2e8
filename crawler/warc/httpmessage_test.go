package warc

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// What holds an HTTP answer is one; what doesn't says so, and its block can be read.
func TestRecordHTTP(t *testing.T) {
	answer := sampleAnswer("body")
	for name, c := range map[string]struct {
		record string
		want   string // status, content type and body; "" for none
	}{
		"response":                      {sampleRecord(Response, "http://example.test/", answer), "200 OK, text/html, body"},
		"response, another form":        {sampleRecord(Response, "http://example.test/", answer, "Content-Type: Application/HTTP;msgtype=response"), "200 OK, text/html, body"},
		"response of no content type":   {sampleRecord(Response, "HTTPS://example.test/", answer, "-Content-Type"), "200 OK, text/html, body"},
		"resource":                      {sampleRecord(Resource, "http://example.test/", "text"), "200 OK, text/plain, text"},
		"resource of no content type":   {sampleRecord(Resource, "http://example.test/", "text", "-Content-Type"), "200 OK, , text"},
		"empty resource":                {sampleRecord(Resource, "http://example.test/", ""), "200 OK, text/plain, "},
		"revisit":                       {sampleRecord(Revisit, "http://example.test/", sampleAnswer(""), "Content-Type: application/http; msgtype=response"), "200 OK, text/html, "},
		"revisit that kept its body":    {sampleRecord(Revisit, "http://example.test/", answer, "Content-Type: application/http; msgtype=response"), "200 OK, text/html, "},
		"revisit without a head":        {sampleRecord(Revisit, "http://example.test/", "", "Content-Type: application/http; msgtype=response"), ""},
		"empty response":                {sampleRecord(Response, "http://example.test/", ""), ""},
		"dns":                           {sampleRecord(Response, "dns:example.test", "1.2.3.4", "Content-Type: text/dns"), ""},
		"ftp without a content type":    {sampleRecord(Response, "ftp://example.test/", "file", "-Content-Type"), ""},
		"request":                       {sampleRecord(Request, "http://example.test/", "GET / HTTP/1.1\r\n\r\n"), ""},
		"warcinfo":                      {sampleInfo, ""},
		"metadata":                      {sampleRecord(Metadata, "http://example.test/", "a: b\r\n"), ""},
		"conversion":                    {sampleRecord(Conversion, "http://example.test/", "text"), ""},
		"a record of a type of its own": {sampleRecord("screenshot", "http://example.test/", "png"), ""},
	} {
		r := NewReader(strings.NewReader(c.record), ReaderOptions{})
		rec, err := r.Next()
		if err != nil {
			t.Fatal(name, err)
		}
		m, err := rec.HTTP()
		if c.want == "" {
			block, readErr := io.ReadAll(rec.Block)
			if !errors.Is(err, ErrNotHTTP) || readErr != nil || int64(len(block)) != rec.ContentLength {
				t.Errorf("%s: %v, %v, then %d bytes, %v", name, m, err, len(block), readErr)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, err := io.ReadAll(m.Body)
		if got := fmt.Sprintf("%s, %s, %s", m.Status, m.Header.Get("Content-Type"), body); got != c.want || err != nil || m.ContentLength != int64(len(body)) {
			t.Errorf("%s: %s of %d, %v; want %s", name, got, m.ContentLength, err, c.want)
		}
		if again, err := rec.HTTP(); again != m || err != nil {
			t.Errorf("%s: another message, %v", name, err)
		}
	}
}

func TestRecordHTTPAfterItsBlock(t *testing.T) {
	r := NewReader(strings.NewReader(samplePage(1)), ReaderOptions{})
	rec, _ := r.Next()
	_, _ = rec.Block.Read(make([]byte, 1))
	if m, err := rec.HTTP(); err == nil || errors.Is(err, ErrNotHTTP) {
		t.Errorf("%v, %v", m, err)
	}
}

func TestTruncatedIsSaid(t *testing.T) {
	got := readString(t, sampleRecord(Response, "http://example.test/", sampleAnswer("bo", "Content-Length: 4"), "WARC-Truncated: time"), nil)
	if got.records[0].http.Truncated != "time" || len(got.counts) != 0 {
		t.Errorf("%q, %v", got.records[0].http.Truncated, got.counts)
	}
}

// The answer's own length is a hint: the body is what the block has. A difference is counted where it means something.
func TestContentLengthOfAnswers(t *testing.T) {
	for answer, wrong := range map[string]int64{
		sampleAnswer("body", "Content-Length: 4"):                                                  0,
		sampleAnswer("body", "Content-Length: 5"):                                                  1,
		sampleAnswer("body", "Content-Length: 3"):                                                  1,
		sampleAnswer("body", "Content-Length: many"):                                               0,
		sampleAnswer("body"):                                                                       0,
		"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n":                                   0,
		sampleAnswer("4\r\nbody\r\n0\r\n\r\n", "Content-Length: 99", "Transfer-Encoding: chunked"): 0,
	} {
		got := readString(t, sampleRecord(Response, "http://example.test/", answer), nil)
		if got.counts[ClassHTTPLength] != wrong || got.records[0].err != nil || !strings.HasSuffix("body", got.records[0].body) {
			t.Errorf("%q: %q, %v, %v", answer, got.records[0].body, got.counts, got.records[0].err)
		}
	}
	got := readString(t, sampleRecord(Response, "http://example.test/", sampleAnswer("body", "Content-Length: 5")), Policy{ClassHTTPLength: Skip})
	if want := "http_length: the answer's Content-Length is 5, its body has 4 bytes (left out)"; !errors.Is(got.records[0].err, ClassHTTPLength) || !strings.Contains(got.problems[0].Error(), want) {
		t.Errorf("%v, want %s", got.problems, want)
	}
}

// TestSegmented: of a record in parts the first is read, and said to be one (section 7).
func TestSegmented(t *testing.T) {
	record := sampleRecord(Response, "http://a.test/", sampleAnswer("the first half", "Content-Length: 60"), "WARC-Segment-Number: 1")
	var told []string
	r := NewReader(strings.NewReader(record), ReaderOptions{Report: func(p *Problem) { told = append(told, string(p.Class)) }})
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	m, err := rec.HTTP()
	if err != nil || m.Truncated != "length" {
		t.Errorf("%+v, %v", m, err)
	}
	if len(told) != 1 || told[0] != string(ClassSegmented) || r.Problems()[ClassSegmented] != 1 {
		t.Errorf("told: %v", told)
	}
}
