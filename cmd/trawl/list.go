package main

import (
	"bytes"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

const (
	listChunk = 32 << 10
	// maxListLine is as long as a piece of a line may get that waits for its end. The crawler refuses lines of this length.
	maxListLine = 1 << 16
)

// seedList is the list of URLs of --input. An interrupt ends it, after a whole line, also while a read waits for a terminal or a pipe.
//
// Its goroutine owns what it reads from and closes chunks; it ends at the list's end, or with the read during which stop was called.
type seedList struct {
	name    string
	source  io.ReadCloser
	chunks  chan listPart
	stopped chan struct{} // closed by stop
	once    sync.Once
	cut     atomic.Bool // the reader was told of an end that isn't the list's

	ready []byte // whole lines, unless err is set
	tail  []byte // the beginning of a line
	err   error
}

type listPart struct {
	data []byte
	err  error
}

// openList opens the file, or takes stdin for "-".
func openList(name string, stdin io.Reader) (*seedList, error) {
	if name == "-" {
		return newSeedList("standard input", io.NopCloser(stdin)), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, &usageError{reason: "--input: " + err.Error(), err: err}
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, usagef("--input %s is a directory; name a file with a URL on each line", name)
	}
	return newSeedList(name, file), nil
}

func newSeedList(name string, source io.ReadCloser) *seedList {
	l := &seedList{name: name, source: source, chunks: make(chan listPart), stopped: make(chan struct{})}
	go l.relay()
	return l
}

func (l *seedList) relay() {
	defer close(l.chunks)
	defer l.source.Close()
	var buffers [2][listChunk]byte // who takes a part is done with the one before it
	for i := 0; ; i = 1 - i {
		n, err := l.source.Read(buffers[i][:])
		select {
		case l.chunks <- listPart{data: buffers[i][:n], err: err}:
		case <-l.stopped:
			return
		}
		if err != nil {
			return
		}
	}
}

// Read implements io.Reader, for one goroutine.
func (l *seedList) Read(p []byte) (int, error) {
	for len(l.ready) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		l.next()
	}
	n := copy(p, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

// next gets more whole lines ready, or the list's end.
func (l *seedList) next() {
	select {
	case <-l.stopped: // also where a part is waiting
		l.end()
		return
	default:
	}
	select {
	case <-l.stopped:
		l.end()
	case part := <-l.chunks:
		l.tail = append(l.tail, part.data...)
		l.err = part.err
		whole := bytes.LastIndexByte(l.tail, '\n') + 1
		if l.err != nil || len(l.tail)-whole > maxListLine {
			whole = len(l.tail)
		}
		l.ready, l.tail = l.tail[:whole:whole], l.tail[whole:]
	}
}

func (l *seedList) end() {
	l.cut.Store(true)
	l.err = io.EOF
}

// stop makes the list end where it is. It may be called more than once, by any goroutine.
func (l *seedList) stop() { l.once.Do(func() { close(l.stopped) }) }

// wasCut reports whether the list ended before its end because of stop.
func (l *seedList) wasCut() bool { return l.cut.Load() }
