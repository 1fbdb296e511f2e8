package crawler

import (
	"errors"
	"io"
	"os"
)

// stdinName is what standard input is called in messages.
const stdinName = "standard input"

// inputName is what an archive is called in messages.
func inputName(file string) string {
	if file == "-" {
		return stdinName
	}
	return file
}

// openInput opens an archive. What may be silent for long can be left: it ends when
// stop is closed. A regular file, which standard input may be too, is read directly.
func (c *ExtractConfig) openInput(file string, stop <-chan struct{}) (in io.ReadCloser, err error) {
	if file == "-" {
		if f, ok := c.Stdin.(*os.File); ok && isRegular(f.Stat()) {
			return io.NopCloser(f), nil
		}
		return newStream(stop, func() (io.ReadCloser, error) { return io.NopCloser(c.Stdin), nil }), nil
	}
	if isRegular(os.Stat(file)) {
		return os.Open(file)
	}
	return newStream(stop, func() (io.ReadCloser, error) { return os.Open(file) }), nil
}

func isRegular(info os.FileInfo, err error) bool { return err == nil && info.Mode().IsRegular() }

// sizes is how large archives are together; 0 if that isn't known of all.
func (c *ExtractConfig) sizes(files []string) (sum int64) {
	for _, file := range files {
		stat := func() (os.FileInfo, error) { return os.Stat(file) }
		if file == "-" {
			f, ok := c.Stdin.(*os.File)
			if !ok {
				return 0
			}
			stat = f.Stat
		}
		info, err := stat()
		if !isRegular(info, err) {
			return 0
		}
		sum += info.Size()
	}
	return sum
}

// errLeftStream is what a stream ends with when it is left.
var errLeftStream = errors.New("the stream was left")

// stream reads a pipe or a terminal in a goroutine of its own, because nothing can
// end a read of one: an extraction that is stopped leaves the goroutine behind, in
// its last read.
type stream struct {
	stop   <-chan struct{}
	chunks chan chunk
	free   chan []byte // the buffers, of which one is being read while one is filled
	closed chan struct{}
	rest   []byte
	buffer []byte // that rest is of
	err    error
}

type chunk struct {
	data []byte
	err  error
}

const (
	streamBuffers = 4
	streamBuffer  = 64 << 10 // what a pipe holds, on Linux
)

func newStream(stop <-chan struct{}, open func() (io.ReadCloser, error)) *stream {
	s := &stream{stop: stop, chunks: make(chan chunk), free: make(chan []byte, streamBuffers), closed: make(chan struct{})}
	for range streamBuffers {
		s.free <- make([]byte, streamBuffer)
	}
	go s.fill(open)
	return s
}

// fill is the goroutine. It owns the source.
func (s *stream) fill(open func() (io.ReadCloser, error)) {
	in, err := open()
	if err == nil {
		defer in.Close()
	}
	for {
		var buf []byte
		select {
		case buf = <-s.free:
		case <-s.closed:
			return
		}
		n := 0
		if err == nil {
			n, err = in.Read(buf)
		}
		select {
		case s.chunks <- chunk{buf[:n], err}:
		case <-s.closed:
			return
		}
		if err != nil {
			return
		}
	}
}

func (s *stream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.buffer != nil {
			s.free <- s.buffer // which has room for all there are
			s.buffer = nil
		}
		if s.err != nil {
			return 0, s.err
		}
		select {
		case c := <-s.chunks:
			s.rest, s.err, s.buffer = c.data, c.err, c.data[:cap(c.data)]
		case <-s.stop:
			return 0, errLeftStream
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Close lets the goroutine end, once its read has.
func (s *stream) Close() error {
	close(s.closed)
	return nil
}
