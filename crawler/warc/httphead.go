package warc

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// readHead reads the head of an answer (RFC 9112 sections 4 and 5), or of a request, of which only the header
// matters. Interim answers (RFC 9110 section 15.2), which some tools keep before the one that counts, are passed
// over. It returns a line that was no field, if there was one, and how long the head is.
func (m *HTTPMessage) readHead(b *recordBlock, request bool) (odd string, size int64, err error) {
	lines := fieldLines{in: b.r.ahead}
	for {
		line, err := lines.next()
		if len(line) == 0 && err == nil { // an empty line before the first, as RFC 9112 section 2.2 allows for
			continue
		}
		if err != nil && err != io.EOF {
			return "", 0, err
		}
		if !request {
			if err := m.parseStatus(string(line)); err != nil {
				return "", 0, err
			}
		}
		m.Header = make(http.Header)
		if err == nil {
			err = lines.fields(
				func(name, value string) {
					key := textproto.CanonicalMIMEHeaderKey(name)
					m.Header[key] = append(m.Header[key], value)
				},
				func(line string) { odd = strconv.Quote(line) })
		}
		if err != nil && err != io.EOF { // a head that nothing follows need not have its empty line
			return "", 0, err
		}
		if m.StatusCode/100 != 1 || m.StatusCode == http.StatusSwitchingProtocols || !b.anotherHead() {
			return odd, int64(lines.read), nil
		}
	}
}

// anotherHead tells whether an answer follows. It reads no further than the block's end, as a block is verified when
// that is met, and the payload is yet to be told apart.
func (b *recordBlock) anotherHead() bool {
	const begins = "HTTP/"
	if int64(b.r.ahead.Buffered())+b.left < int64(len(begins)) {
		return false
	}
	next, _ := b.r.ahead.Peek(len(begins))
	return string(next) == begins
}

// parseStatus reads a status line, which may lack its reason phrase, as that of HTTP/2 always does.
func (m *HTTPMessage) parseStatus(line string) error {
	proto, rest, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), " ")
	if len(proto) < 6 || !strings.EqualFold(proto[:5], "HTTP/") {
		if line == "" {
			return errors.New("the block begins with no status line")
		}
		return fmt.Errorf("the block begins with %s, not with an HTTP status line", clip(line))
	}
	rest = strings.TrimSpace(rest)
	code := rest[:min(len(rest), 3)]
	n, err := strconv.ParseUint(code, 10, 16)
	if err != nil || n < 100 || len(rest) > 3 && rest[3] >= '0' && rest[3] <= '9' {
		return fmt.Errorf("the status line %s has no status of three digits", clip(line))
	}
	m.Proto, m.StatusCode = strings.ToUpper(proto), int(n)
	m.Status = strings.TrimSpace(code + " " + strings.TrimSpace(rest[3:]))
	return nil
}
