package fetch

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"sync"
)

// ratioFrom is the decoded size from which the compression ratio is looked at. Below it no ratio does harm, and short repetitive
// pages have high ones.
const ratioFrom = 10 << 20

// A stage undoes one coding of a body, if its bytes are of that coding at all. Some servers name a coding and send plain bytes:
// these pass as they are. Stages are pooled: a decoder is 40 KiB or more.
type stage struct {
	coding string
	undo   unpacker
	buf    *bufio.Reader

	in    *tally // what comes into this stage
	wire  *tally // what comes into the first
	ratio int64
	n     int64
	plain bool
	begun bool
	fault error
}

// An unpacker undoes one coding.
type unpacker interface {
	// sniff reports whether the stream that buf is at the start of is of this coding.
	sniff(buf *bufio.Reader) bool
	// Reset begins a stream.
	Reset(buf *bufio.Reader) error
	// Read gives io.EOF at the end of the coded data, whatever follows it in the stream.
	io.Reader
}

func newStagePools() map[string]*sync.Pool {
	pools := map[string]*sync.Pool{}
	for coding, newUnpacker := range map[string]func() unpacker{
		"gzip":    func() unpacker { return new(gzipUnpacker) },
		"deflate": func() unpacker { return new(deflateUnpacker) },
		"br":      func() unpacker { return new(brotliUnpacker) },
		"zstd":    func() unpacker { return new(zstdUnpacker) },
	} {
		pools[coding] = &sync.Pool{New: func() any {
			return &stage{coding: coding, undo: newUnpacker(), buf: bufio.NewReaderSize(nil, 8<<10)}
		}}
	}
	return pools
}

func (s *stage) open(in, wire *tally, ratio int64) {
	s.in, s.wire, s.ratio = in, wire, ratio
	s.n, s.plain, s.begun, s.fault = 0, false, false, nil
	s.buf.Reset(in)
}

func (s *stage) close() {
	s.in, s.wire = nil, nil
	s.buf.Reset(nil) // undo holds on to buf, and to nothing else
}

func (s *stage) Read(p []byte) (int, error) {
	if s.fault != nil || len(p) == 0 {
		return 0, s.fault
	}
	if !s.begun {
		if s.fault = s.begin(); s.fault != nil {
			return 0, s.fault
		}
	}
	n, err := s.read(p)
	s.n += int64(n)
	switch {
	case err != nil && err != io.EOF:
		s.fault = s.explain(err)
	case err == nil && s.ratio > 0 && s.n > ratioFrom && s.n/s.ratio > s.wire.n:
		s.fault = &Error{
			Kind: KindTooLarge, Phase: PhaseBody,
			Message: "decoded to more than " + strconv.FormatInt(s.ratio, 10) + " times its size on the wire",
		}
	default:
		s.fault = err
	}
	return n, s.fault
}

func (s *stage) read(p []byte) (int, error) {
	if s.plain {
		return s.buf.Read(p)
	}
	return s.undo.Read(p)
}

// begin looks at the first bytes. A body without any is of no coding, and as plain as can be.
func (s *stage) begin() error {
	s.begun = true
	if s.plain = !s.undo.sniff(s.buf); s.plain {
		return nil
	}
	if err := s.undo.Reset(s.buf); err != nil {
		return s.explain(err)
	}
	return nil
}

// explain tells an error of the coding from one of what feeds it.
func (s *stage) explain(err error) error {
	if s.in.fault != nil {
		return s.in.fault
	}
	message := s.coding + " data is corrupt"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		message = s.coding + " data is cut short"
	}
	return &Error{Kind: KindEncoding, Phase: PhaseBody, Message: message, Err: err}
}

// tally counts what passes and remembers how it ended, if not well.
type tally struct {
	r     io.Reader
	n     int64
	fault error
}

func (t *tally) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	if err != nil && err != io.EOF {
		t.fault = err
	}
	return n, err
}
