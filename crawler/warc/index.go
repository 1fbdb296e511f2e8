package warc

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"
)

// index is a sorted file of lines that is searched where it lies.
type index struct {
	archive    string // the file that it is of
	number     int    // of it among the archive's files
	path       string
	temporary  bool // it goes with the Archive
	handles    *handles
	meta       indexMeta
	start, end int64 // of the lines of captures in the file
	pivots     pivots
	tables     tables
}

// searchBlock is how much of an index is read line by line when the place has been
// narrowed down: about a hundred lines.
const searchBlock = 32 << 10

// pivots are lines in even distances, so that a search begins close to its end.
type pivots struct {
	at    []int64
	lines [][]byte
	bytes int
	step  int64
	next  int64
}

// maxPivots bounds what pivots take, in bytes. Keys of 100 bytes are enough for an
// index of 2 GB to be searched with one read.
const maxPivots = 8 << 20

// offer takes a line if it is time for one. A timestamp and more are of no use.
func (p *pivots) offer(at int64, line []byte) {
	if at < p.next {
		return
	}
	if i := bytes.IndexByte(line, ' '); i >= 0 {
		line = line[:i+1]
	}
	p.step = max(p.step, searchBlock)
	p.next = at + p.step
	p.at, p.lines = append(p.at, at), append(p.lines, bytes.Clone(line))
	if p.bytes += len(line) + 32; p.bytes > maxPivots {
		p.thin()
	}
}

// thin drops every other line.
func (p *pivots) thin() {
	kept := 0
	p.bytes = 0
	for i := 0; i < len(p.at); i += 2 {
		p.at[kept], p.lines[kept] = p.at[i], p.lines[i]
		p.bytes += len(p.lines[i]) + 32
		kept++
	}
	clear(p.lines[kept:])
	p.at, p.lines = p.at[:kept], p.lines[:kept]
	p.step *= 2
}

// around narrows down where the first line is that is not before target.
func (p *pivots) around(target []byte, start, end int64) (lo, hi int64) {
	i := sort.Search(len(p.lines), func(i int) bool { return bytes.Compare(p.lines[i], target) >= 0 })
	lo, hi = start, end
	if i > 0 {
		lo = p.at[i-1]
	}
	if i < len(p.at) {
		hi = p.at[i]
	}
	return lo, hi
}

// seek returns a cursor at the first line that is not before target: a key, with
// the space that ends it or without.
func (x *index) seek(r io.ReaderAt, target []byte) (*lineCursor, error) {
	lo, hi := x.pivots.around(target, x.start, x.end)
	for hi-lo > searchBlock {
		c := newLineCursor(r, lo+(hi-lo)/2)
		err := c.skipLine()
		at := c.offset()
		var line []byte
		if err == nil && at < hi {
			line, err = c.next()
		}
		before := bytes.Compare(line, target) < 0
		c.close()
		switch {
		case err != nil:
			return nil, x.damaged(at, err)
		case at >= hi: // what is left is a few long lines
			hi = lo
		case before:
			lo = at
		default:
			hi = at
		}
	}
	c := newLineCursor(r, lo)
	for {
		at := c.offset()
		if at >= x.end {
			return c, nil
		}
		line, err := c.next()
		if err != nil {
			c.close()
			return nil, x.damaged(at, err)
		}
		if bytes.Compare(line, target) >= 0 {
			c.back()
			return c, nil
		}
	}
}

// manyLines is how many lines of one key are looked through for each lookup. If
// there are more, a table is made of them once: an archive whose URLs differ in
// nothing that a key keeps must not make a replay quadratic.
const manyLines = 256

// lookup returns the captures of a URL in the order in which they were recorded.
func (x *index) lookup(url string) ([]Entry, error) {
	want, ok := sameForm(url)
	key, _ := surtKey(url)
	if !ok {
		return nil, nil
	}
	f, err := x.handles.acquire(x.path)
	if err != nil {
		return nil, err
	}
	defer x.handles.release(f)
	prefix := append([]byte(key), ' ')
	c, err := x.seek(f, prefix)
	if err != nil {
		return nil, err
	}
	defer c.close()
	from := c.offset()
	var found []Entry
	for n := 0; ; n++ {
		at := c.offset()
		if at >= x.end {
			break
		}
		line, err := c.next()
		if err != nil {
			return nil, x.damaged(at, err)
		}
		if !bytes.HasPrefix(line, prefix) {
			break
		}
		if n == manyLines {
			found, err = x.lookupFolded(f, key, from, want)
			if err != nil {
				return nil, err
			}
			break
		}
		if !lineIsOf(line, want) {
			continue
		}
		e, err := parseLine(line, x.archive)
		if err != nil {
			return nil, x.damaged(at, err)
		}
		found = append(found, *e)
	}
	slices.SortFunc(found, byPlace)
	return found, nil
}

func lineIsOf(line []byte, want string) bool {
	url, ok := lineURL(line)
	if !ok {
		return false
	}
	form, ok := sameForm(url)
	return ok && form == want
}

// each calls f with the place and text of the lines from an offset on that begin
// with a prefix.
func (x *index) each(r io.ReaderAt, from int64, prefix []byte, f func(at int64, line []byte) error) error {
	c := newLineCursor(r, from)
	defer c.close()
	for {
		at := c.offset()
		if at >= x.end {
			return nil
		}
		line, err := c.next()
		if err != nil {
			return x.damaged(at, err)
		}
		if !bytes.HasPrefix(line, prefix) {
			return nil
		}
		if err := f(at, line); err != nil {
			return err
		}
	}
}

// entryAt reads one line.
func (x *index) entryAt(r io.ReaderAt, at int64) (*Entry, error) {
	c := newLineCursor(r, at)
	defer c.close()
	line, err := c.next()
	if err != nil {
		return nil, x.damaged(at, err)
	}
	e, err := parseLine(line, x.archive)
	if err != nil {
		return nil, x.damaged(at, err)
	}
	return e, nil
}

func (x *index) damaged(at int64, err error) error {
	return fmt.Errorf("%s: offset %d: the index is damaged: %w; delete it, and it is made anew", x.path, at, err)
}

// lineCursor reads lines from an offset on. It belongs to one goroutine.
type lineCursor struct {
	r    io.ReaderAt
	at   int64 // of buf[pos]
	buf  []byte
	pos  int
	last int // length of the line that was read last, with its end
}

var cursorBuffers = sync.Pool{New: func() any { b := make([]byte, 0, searchBlock); return &b }}

func newLineCursor(r io.ReaderAt, at int64) *lineCursor {
	return &lineCursor{r: r, at: at, buf: *cursorBuffers.Get().(*[]byte)}
}

// close gives back what the cursor reads into. Lines that it returned are no good
// any more.
func (c *lineCursor) close() {
	if cap(c.buf) == searchBlock {
		b := c.buf[:0]
		cursorBuffers.Put(&b)
	}
	c.buf = nil
}

// offset is where the next line begins.
func (c *lineCursor) offset() int64 { return c.at }

// back makes the line that was read last the next one.
func (c *lineCursor) back() {
	c.pos -= c.last
	c.at -= int64(c.last)
	c.last = 0
}

// next returns a line without its end; it is good until the next call. io.EOF says
// that there is none. A last line without an end is an error.
func (c *lineCursor) next() ([]byte, error) {
	seen := c.pos
	for {
		if i := bytes.IndexByte(c.buf[seen:], '\n'); i >= 0 {
			line := c.buf[c.pos : seen+i]
			c.last = len(line) + 1
			c.pos += c.last
			c.at += int64(c.last)
			return line, nil
		}
		if len(c.buf)-c.pos > maxLine {
			return nil, fmt.Errorf("a line is longer than %d bytes", maxLine)
		}
		known := len(c.buf) - c.pos
		if err := c.fill(); err != nil {
			if err == io.EOF && known > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		seen = c.pos + known
	}
}

// skipLine goes to where the next line begins.
func (c *lineCursor) skipLine() error {
	_, err := c.next()
	return err
}

// fill reads on, and keeps what was not used yet.
func (c *lineCursor) fill() error {
	c.buf = c.buf[:copy(c.buf, c.buf[c.pos:])]
	c.pos, c.last = 0, 0
	if len(c.buf) == cap(c.buf) {
		c.buf = slices.Grow(c.buf, cap(c.buf))
	}
	n, err := c.r.ReadAt(c.buf[len(c.buf):cap(c.buf)], c.at+int64(len(c.buf)))
	c.buf = c.buf[:len(c.buf)+n]
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}
