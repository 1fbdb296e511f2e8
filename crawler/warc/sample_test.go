package warc

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// sampleRecord writes a record as the standard has it. A line "Name: value" replaces the field of that name, "-Name"
// leaves it out.
func sampleRecord(kind Type, uri, block string, lines ...string) string {
	id := sha1.Sum([]byte(uri + string(kind)))
	fields := []string{
		"WARC-Type: " + string(kind),
		"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-" + fmt.Sprintf("%012x", id[:6]) + ">",
		"WARC-Date: 2024-05-06T07:08:09Z",
		"Content-Length: " + fmt.Sprint(len(block)),
	}
	if uri != "" {
		fields = append(fields, "WARC-Target-URI: "+uri)
	}
	switch kind {
	case Response:
		_, payload, _ := strings.Cut(block, "\r\n\r\n")
		fields = append(fields, "Content-Type: application/http; msgtype=response", "WARC-Payload-Digest: "+sampleDigest(payload))
	case Request:
		fields = append(fields, "Content-Type: application/http; msgtype=request")
	case Resource:
		fields = append(fields, "Content-Type: text/plain", "WARC-Payload-Digest: "+sampleDigest(block))
	}
	version := "WARC/1.1"
	for _, line := range lines {
		if strings.HasPrefix(line, "WARC/") {
			version = line
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "-"), ":")
		kept := fields[:0]
		for _, f := range fields {
			if !strings.HasPrefix(f, name+":") {
				kept = append(kept, f)
			}
		}
		if fields = kept; !strings.HasPrefix(line, "-") {
			fields = append(fields, line)
		}
	}
	return version + "\r\n" + strings.Join(fields, "\r\n") + "\r\n\r\n" + block + "\r\n\r\n"
}

func sampleDigest(s string) string {
	sum := sha1.Sum([]byte(s))
	return Digest{"sha1", sum[:]}.String()
}

func sampleAnswer(body string, header ...string) string {
	return "HTTP/1.1 200 OK\r\n" + strings.Join(append(header, "Content-Type: text/html", ""), "\r\n") + "\r\n" + body
}

// samplePage is a response with a body of its own.
func samplePage(n int, lines ...string) string {
	uri := fmt.Sprintf("http://example.test/%d", n)
	block := sampleAnswer(fmt.Sprintf("<title>%d</title>%s", n, strings.Repeat(fmt.Sprintln("page", n, n*n*n), 20)))
	return sampleRecord(Response, uri, block, append([]string{"WARC-Block-Digest: " + sampleDigest(block)}, lines...)...)
}

func gzipMember(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

// seen is what a test gets to know of a record.
type seen struct {
	*Record
	end  int64
	body string // of the HTTP answer, or the block
	http *HTTPMessage
	err  error // of reading it
}

type reading struct {
	records  []seen
	problems []*Problem
	counts   map[Class]int64
	err      error // nil for io.EOF
}

func (r reading) classes() string {
	var s []string
	for _, p := range r.problems {
		s = append(s, string(p.Class))
	}
	return strings.Join(s, " ")
}

func (r reading) uris() string {
	var s []string
	for _, rec := range r.records {
		if rec.err == nil {
			s = append(s, strings.TrimPrefix(rec.TargetURI, "http://example.test/"))
		}
	}
	return strings.Join(s, " ")
}

// onlyReader hides that a source can seek.
type onlyReader struct{ io.Reader }

func readString(t *testing.T, data string, p Policy) reading {
	t.Helper()
	return readSource(t, strings.NewReader(data), ReaderOptions{Policy: p})
}

func readSource(t *testing.T, source io.Reader, o ReaderOptions) (got reading) {
	t.Helper()
	o.Name = "sample.warc"
	o.Report = func(p *Problem) { got.problems = append(got.problems, p) }
	r := NewReader(source, o)
	for {
		rec, err := r.Next()
		if err != nil {
			if err != io.EOF {
				got.err = err
			}
			got.counts = r.Problems()
			return got
		}
		s := seen{Record: rec}
		m, err := rec.HTTP()
		var body []byte
		switch {
		case err == nil:
			s.http = m
			body, s.err = io.ReadAll(m.Body)
		case errors.Is(err, ErrNotHTTP):
			body, s.err = io.ReadAll(rec.Block)
		default:
			s.err = err
		}
		s.body = string(body)
		end, err := r.End()
		if s.end = end; err != nil && s.err == nil {
			s.err = err
		}
		got.records = append(got.records, s)
	}
}
