package fetch

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// gzipUnpacker reads RFC 1952: one member or several, and whatever follows them is left alone.
type gzipUnpacker struct {
	z   gzip.Reader
	buf *bufio.Reader
}

func (u *gzipUnpacker) sniff(buf *bufio.Reader) bool {
	return isGzip(buf)
}

func isGzip(buf *bufio.Reader) bool {
	magic, _ := buf.Peek(2)
	return string(magic) == "\x1f\x8b"
}

func (u *gzipUnpacker) Reset(buf *bufio.Reader) error {
	u.buf = buf
	return u.member()
}

func (u *gzipUnpacker) member() error {
	if err := u.z.Reset(u.buf); err != nil {
		return err
	}
	u.z.Multistream(false)
	return nil
}

func (u *gzipUnpacker) Read(p []byte) (int, error) {
	for {
		n, err := u.z.Read(p)
		if err != io.EOF || !isGzip(u.buf) || u.member() != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// deflateUnpacker reads RFC 1950 (zlib), which the coding's name means, and RFC 1951 (bare), which some servers take it for.
type deflateUnpacker struct {
	zlib io.ReadCloser
	bare io.ReadCloser
	on   io.Reader
}

func (u *deflateUnpacker) sniff(buf *bufio.Reader) bool {
	return isZlib(buf) || !isTextNot(buf, func(r io.Reader) io.Reader { return flate.NewReader(r) })
}

// isZlib looks for RFC 1950 §2.2: method 8, and a check value that makes both bytes a multiple of 31.
func isZlib(buf *bufio.Reader) bool {
	head, _ := buf.Peek(2)
	return len(head) == 2 && head[0]&0x0f == 8 && binary.BigEndian.Uint16(head)%31 == 0
}

func (u *deflateUnpacker) Reset(buf *bufio.Reader) (err error) {
	switch {
	case isZlib(buf) && u.zlib == nil:
		u.zlib, err = zlib.NewReader(buf)
		u.on = u.zlib
	case isZlib(buf):
		err = u.zlib.(zlib.Resetter).Reset(buf, nil)
		u.on = u.zlib
	case u.bare == nil:
		u.bare = flate.NewReader(buf)
		u.on = u.bare
	default:
		err = u.bare.(flate.Resetter).Reset(buf, nil)
		u.on = u.bare
	}
	return err
}

func (u *deflateUnpacker) Read(p []byte) (int, error) { return u.on.Read(p) }

// brotliUnpacker reads RFC 7932. Its window is 16 MiB at most, and grows with what is in it.
type brotliUnpacker struct {
	r brotli.Reader
}

func (u *brotliUnpacker) sniff(buf *bufio.Reader) bool {
	return !isTextNot(buf, func(r io.Reader) io.Reader { return brotli.NewReader(r) })
}

func (u *brotliUnpacker) Reset(buf *bufio.Reader) error { return u.r.Reset(buf) }

func (u *brotliUnpacker) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && err.Error() == "brotli: excessive input" { // bytes after the end; the package has no value to compare with
		err = io.EOF
	}
	return n, err
}

// zstdUnpacker reads RFC 8878 with the window that RFC 9659 allows in HTTP, 8 MiB, and without goroutines.
type zstdUnpacker struct {
	d *zstd.Decoder
}

const zstdWindow = 8 << 20

func (u *zstdUnpacker) sniff(buf *bufio.Reader) bool {
	magic, _ := buf.Peek(4)
	if len(magic) < 4 {
		return false
	}
	const frame, skippable = 0xFD2FB528, 0x184D2A50
	m := binary.LittleEndian.Uint32(magic)
	return m == frame || m&^0xf == skippable
}

func (u *zstdUnpacker) Reset(buf *bufio.Reader) (err error) {
	if u.d == nil {
		u.d, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return err
		}
	}
	return u.d.Reset(buf)
}

func (u *zstdUnpacker) Read(p []byte) (int, error) {
	n, err := u.d.Read(p)
	if errors.Is(err, zstd.ErrMagicMismatch) { // bytes after a whole frame: sniff has seen the first one's magic
		err = io.EOF
	}
	return n, err
}

// isTextNot reports whether a stream is plain text that a coding without a mark of its own can't be made to read. Text is rare enough
// among coded data that the trial costs nothing.
func isTextNot(buf *bufio.Reader, newReader func(io.Reader) io.Reader) bool {
	const enough = 512
	if first, _ := buf.Peek(1); hasBinary(first) {
		return false
	}
	first, end := buf.Peek(enough)
	if hasBinary(first) {
		return false
	}
	_, err := io.Copy(io.Discard, io.LimitReader(newReader(bytes.NewReader(first)), 1<<20))
	if end != io.EOF && errors.Is(err, io.ErrUnexpectedEOF) {
		return false // there is more of it
	}
	return err != nil
}
