package warc

import (
	"bufio"
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipMagic begins a gzip member whose method is deflate, the only one there is (RFC 1952 section 2.3.1).
var gzipMagic = []byte{0x1f, 0x8b, 8}

// plausibleMember tells whether what stands at gzipMagic can be a member's header: the reserved flags are zero.
func plausibleMember(l *lookback) bool {
	b := l.peek(10)
	return len(b) == 10 && bytes.HasPrefix(b, gzipMagic) && b[3]&0xe0 == 0
}

// member is a gzip member being inflated.
type member struct {
	start   int64 // in the file
	records int   // begun in it so far
	src     *lookback
	ahead   *bufio.Reader // over src: the inflater is fast on this type, and reads no further than the member's end
	gz      *gzip.Reader
	out     *lookback // what is in it
}

func newMember(src *lookback) *member {
	return &member{src: src, ahead: bufio.NewReaderSize(nil, 16<<10), gz: new(gzip.Reader), out: new(lookback)}
}

// open begins the member at which the file is.
func (m *member) open() error {
	m.start, m.records = m.src.offset(), 0
	m.ahead.Reset(m.src)
	err := m.gz.Reset(m.ahead)
	m.gz.Multistream(false)
	if err == io.EOF { // in the header
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		m.out.reset(failing{err})
		return err
	}
	m.out.reset(m.gz)
	return nil
}

// failing is a source that has failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// end is where the inflater is in the file: after the member, once it has been read to its end.
func (m *member) end() int64 { return m.src.offset() - int64(m.ahead.Buffered()) }

// leave puts the file at end.
func (m *member) leave() {
	m.src.next -= m.ahead.Buffered() // always there: it is less than what a lookback keeps
	m.ahead.Reset(nil)
}
