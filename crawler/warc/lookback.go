package warc

import (
	"bufio"
	"bytes"
	"io"
)

// How much of what has been read is kept to go back in. A deflate stream that is cut off and runs on into the next
// member is noticed within some kilobytes; a record whose length is a little too long swallows as much of the next.
const (
	lookbackStart = 32 << 10  // enough for most records, and cheap to make for one random access
	lookbackKept  = 128 << 10 // what is kept for certain
	lookbackMost  = 2 * lookbackKept
)

// Going back means to read again, and a hostile file could ask for it at every byte. So the bytes that are read
// again are at most rewindFactor times those read once, and rewindFree.
const (
	rewindFactor = 8
	rewindFree   = 4 << 20
)

// lookback reads a source through a buffer, tells at which offset it is, and can go back: as far as its buffer
// reaches, or anywhere if the source is an io.Seeker.
type lookback struct {
	source    io.Reader
	buf       []byte
	next, end int   // buf[next:end] is yet to be read, buf[:next] has been
	base      int64 // offset of buf[0]
	err       error // why the source gives no more
	highest   int64 // the offset up to which it has been read
	once      int64 // bytes read for the first time, of all sources
	again     int64 // bytes gone back over, of all sources
}

// reset begins another source at offset 0.
func (l *lookback) reset(source io.Reader) {
	*l = lookback{source: source, buf: l.buf, once: l.once, again: l.again}
}

func (l *lookback) offset() int64 { return l.base + int64(l.next) }

// fill reads more behind what is there. It tells whether it could.
func (l *lookback) fill() bool {
	if l.err != nil {
		return false
	}
	if l.end == len(l.buf) {
		l.makeRoom()
	}
	for range 100 { // as bufio has it
		n, err := l.source.Read(l.buf[l.end:])
		l.end += n
		if top := l.base + int64(l.end); top > l.highest {
			l.once += top - l.highest
			l.highest = top
		}
		l.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	l.err = io.ErrNoProgress
	return false
}

func (l *lookback) makeRoom() {
	if len(l.buf) < lookbackMost {
		grown := make([]byte, max(lookbackStart, 2*len(l.buf)))
		copy(grown, l.buf[:l.end])
		l.buf = grown
		return
	}
	gone := l.next - lookbackKept // more than none: nobody leaves more than some kilobytes unread and asks for more
	copy(l.buf, l.buf[gone:l.end])
	l.base += int64(gone)
	l.next -= gone
	l.end -= gone
}

// peek returns the next n bytes, or less if the source ends before.
func (l *lookback) peek(n int) []byte {
	for l.end-l.next < n && l.fill() {
	}
	return l.buf[l.next:min(l.next+n, l.end)]
}

// skip passes over n bytes that peek has returned.
func (l *lookback) skip(n int) { l.next += n }

// some returns what can be had at once, of at most n bytes, and passes over it; nothing at the source's end.
func (l *lookback) some(n int64) []byte {
	if l.next == l.end && !l.fill() {
		return nil
	}
	b := l.buf[l.next:l.end]
	if int64(len(b)) > n {
		b = b[:n]
	}
	l.next += len(b)
	return b
}

// Read is io.Reader's.
func (l *lookback) Read(p []byte) (int, error) {
	b := l.some(int64(len(p)))
	if len(b) == 0 && len(p) > 0 {
		return 0, l.err
	}
	return copy(p, b), nil
}

// ReadSlice is as bufio.Reader's: up to and with the delimiter; what there is with the source's error if it ends
// before; or a piece with bufio.ErrBufferFull.
func (l *lookback) ReadSlice(delim byte) ([]byte, error) {
	const piece = 4 << 10
	for seen := 0; ; {
		b := l.buf[l.next:l.end]
		if i := bytes.IndexByte(b[seen:], delim); i >= 0 {
			l.next += seen + i + 1
			return b[:seen+i+1], nil
		}
		if seen = len(b); seen >= piece {
			l.next = l.end
			return b, bufio.ErrBufferFull
		}
		if !l.fill() {
			l.next = l.end
			return b, l.err
		}
	}
}

// back goes back to an offset. It tells whether it could: what is there may have been given up, or too much gone back already.
func (l *lookback) back(to int64) bool {
	distance := l.offset() - to
	if distance <= 0 {
		return distance == 0
	}
	if l.again+distance > rewindFactor*l.once+rewindFree {
		return false
	}
	if to < l.base {
		s, ok := l.source.(io.Seeker)
		if !ok {
			return false
		}
		if _, err := s.Seek(to-l.base-int64(l.end), io.SeekCurrent); err != nil {
			return false
		}
		l.base, l.next, l.end, l.err = to, 0, 0, nil
	} else {
		l.next = int(to - l.base)
	}
	l.again += distance
	return true
}

// before returns the n bytes before the next, or less if there are no more.
func (l *lookback) before(n int) []byte { return l.buf[max(l.next-n, 0):l.next] }

// search goes to the next place where mark stands and is found plausible there. It tells whether there is one;
// if not, it is at the source's end.
func (l *lookback) search(mark []byte, plausible func(*lookback) bool) bool {
	for {
		b := l.buf[l.next:l.end]
		if i := bytes.Index(b, mark); i >= 0 {
			l.next += i
			if plausible(l) {
				return true
			}
			l.next++
			continue
		}
		l.next += max(len(b)-len(mark)+1, 0)
		if !l.fill() {
			l.next = l.end
			return false
		}
	}
}
