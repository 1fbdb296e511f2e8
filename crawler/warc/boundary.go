package warc

import (
	"bytes"
	"fmt"
	"io"
)

// place is what stands between records.
type place int

const (
	atRecord  place = iota
	atEnd           // of the gzip member, or of the file
	atMember        // a gzip member begins after plain text
	atFailure       // what is in the gzip member ends here with an error
	atJunk
)

func (r *Reader) look() place {
	b := r.in.peek(len(recordMagic))
	switch {
	case bytes.Equal(b, recordMagic):
		return atRecord
	case len(b) == 0 && r.in.err == io.EOF:
		return atEnd
	case len(b) < len(recordMagic) && r.in.err != io.EOF:
		return atFailure
	case r.gz == nil && plausibleMember(r.src):
		return atMember
	}
	return atJunk
}

// skipBlank passes over line ends. It returns how many there were.
func (r *Reader) skipBlank() (lines int) {
	for {
		b := r.in.peek(1)
		switch {
		case len(b) == 0:
			return lines
		case b[0] == '\n':
			lines++
		case b[0] != '\r':
			return lines
		}
		r.in.skip(1)
	}
}

// skipPadding passes over zero bytes between gzip members.
func (r *Reader) skipPadding() {
	if !r.packed {
		return
	}
	from := r.src.offset()
	for b := r.src.peek(1); len(b) == 1 && b[0] == 0; b = r.src.peek(1) {
		r.src.skip(1)
	}
	if n := r.src.offset() - from; n > 0 {
		p := r.problem(nil, ClassPadding, fmt.Sprintf("%s of zero after a gzip member", count(n)))
		p.Offset = from
		r.report(p)
	}
}

// plainFollows tells whether plain text with a record follows a gzip member.
func (r *Reader) plainFollows() bool {
	return bytes.HasPrefix(bytes.TrimLeft(r.src.peek(64), "\r\n"), recordMagic)
}
