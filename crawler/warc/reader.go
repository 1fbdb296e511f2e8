package warc

import (
	"bufio"
	"errors"
	"io"
	"maps"
	"strings"
)

// ReaderOptions are how an archive is to be read.
type ReaderOptions struct {
	Name   string         // of the file, for messages
	Offset int64          // in the file of the first byte that is read: all offsets are of the file
	Policy Policy         // nil: DefaultPolicy
	Report func(*Problem) // is told of each problem as it is met, unless its action is Count; nil: nobody
	// NoDigests leaves digests unverified. Otherwise that of each block is verified once it has been read, by whomever,
	// and that of each payload unless Record.Block was read without Record.HTTP. To verify both takes about a second a GiB.
	NoDigests bool
}

// Reader reads an archive record by record: WARC 1.0, 1.1 and the drafts 0.17 and 0.18, plain or gzip, and files of
// both kinds one after the other. It needs constant memory, some 600 KiB at most, whatever is in the file, and time
// in proportion to its length. It never closes what it reads. It is not for several goroutines at once.
//
// If the source is an io.Seeker, the reader may go back in it to find what a damaged or mislabelled record has
// swallowed; otherwise it can go back 128 KiB.
type Reader struct {
	o       ReaderOptions
	src     *lookback // the file
	in      *lookback // what the records are in: src, what is in gz, or nil between members
	gz      *member   // the member that in is of; nil in plain text
	spare   *member   // for the next
	cur     *Record   // the last that was begun
	end     int64     // of cur, once its block has been closed
	started bool      // a record, or a gzip member with one, has been found
	packed  bool      // a gzip member has been found
	counts  map[Class]int64
	ahead   *bufio.Reader // over the block of cur, if its HTTP message is read
	err     error         // why there is no more
}

// NewReader returns a reader of an archive. It reads nothing yet.
func NewReader(source io.Reader, o ReaderOptions) *Reader {
	r := &Reader{src: new(lookback)}
	r.Reset(source, o)
	return r
}

// Reset makes a new reader of r with the buffers it has, some 150 KiB: for those who read many records at random.
func (r *Reader) Reset(source io.Reader, o ReaderOptions) {
	if r.cur != nil {
		r.cur.block.err = errStale
	}
	*r = Reader{o: o, src: r.src, spare: r.spare, ahead: r.ahead, counts: make(map[Class]int64)}
	*r.src = lookback{source: source, buf: r.src.buf, base: o.Offset, highest: o.Offset}
}

// Next returns the next record, after reading what is left of the last. At the end the error is io.EOF; otherwise it
// is a *Problem whose action is Stop, or a *ReadError. An error stays.
func (r *Reader) Next() (*Record, error) {
	for {
		if r.cur != nil {
			r.finish()
			r.cur.block.err = errStale
			r.cur = nil
		}
		if r.err != nil || !r.advance() {
			return nil, r.err
		}
		rec := r.readHeader()
		if rec != nil && r.err == nil {
			return rec, nil
		}
	}
}

// errStale is what a block gives after its time.
var errStale = errors.New("the block of a record can't be read any more once the next record has been")

// End reads what is left of the record that Next has returned last, and says where in the file it ends, which is
// where the next begins unless there is junk or padding between them. So the bytes from Record.Offset to there hold
// the record: a whole gzip member, or the record with the line ends after it.
//
// If the member has more records after this one (ClassSharedMember), where it ends is not known, and End returns
// Record.Offset: such a record is read again by reading from there to the one whose InMember it is.
//
// A *Problem with the action Skip says that the record is to be left out; the offset is good, and Next goes on.
// Any other error ends the reading, as Next's does.
func (r *Reader) End() (int64, error) {
	if r.cur == nil {
		return 0, errors.New("warc: Reader.End without a record")
	}
	r.finish()
	if r.err != nil && r.err != io.EOF {
		return 0, r.err
	}
	if p := r.cur.block.worst; p != nil && p.Action >= Skip {
		return r.end, p
	}
	return r.end, nil
}

// Problems returns how many problems of each class there were so far.
func (r *Reader) Problems() map[Class]int64 { return maps.Clone(r.counts) }

// advance goes to the next record's first byte. It tells whether there is one.
func (r *Reader) advance() bool {
	for r.err == nil {
		if r.in == nil && !r.enter() {
			continue
		}
		r.skipBlank()
		switch r.look() {
		case atRecord:
			r.started = true
			return true
		case atEnd:
			r.leave()
		case atMember:
			r.in = nil
		case atFailure:
			r.broken(nil, "between records", r.in.err)
		case atJunk:
			if r.started {
				r.junk()
			} else {
				r.notWARC()
			}
		}
	}
	return false
}

// enter goes into the next gzip member, or into plain text. It tells whether it could.
func (r *Reader) enter() bool {
	r.skipPadding()
	b := r.src.peek(len(gzipMagic))
	switch {
	case len(b) == 0:
		r.fail(r.src.err)
		return false
	case plausibleMember(r.src), string(b) == string(gzipMagic[:len(b)]):
		if r.spare == nil {
			r.spare = newMember(r.src)
		}
		r.gz, r.packed = r.spare, true
		err := r.gz.open()
		r.in = r.gz.out
		if err != nil {
			r.broken(nil, "in a gzip header", err)
			return false
		}
	case r.packed && strings.TrimLeft(string(r.src.peek(64)), "\r\n") != "" && !r.plainFollows():
		r.passJunk()
		return false
	default:
		r.gz, r.in = nil, r.src
	}
	return true
}

// leave ends a member that has been read to its end, or the file.
func (r *Reader) leave() {
	if r.gz == nil {
		r.fail(r.src.err)
		return
	}
	r.gz.leave()
	r.gz, r.in = nil, nil
}

// fail ends the reading with what the source has ended with.
func (r *Reader) fail(err error) {
	if err != io.EOF {
		err = &ReadError{File: r.o.Name, Offset: r.src.offset(), Err: err}
	}
	r.err = err
}

// position is where a record that begins here begins in the file.
func (r *Reader) position() int64 {
	if r.gz != nil {
		return r.gz.start
	}
	return r.src.offset()
}

// problem makes a problem of a record or, if rec is nil, of what is at the reader's position.
func (r *Reader) problem(rec *Record, c Class, detail string) *Problem {
	p := &Problem{Class: c, Action: r.action(c), File: r.o.Name, Detail: detail}
	if rec != nil {
		p.Offset, p.RecordID, p.TargetURI = rec.Offset, rec.ID, rec.TargetURI
	} else {
		p.Offset = r.position()
	}
	return p
}

// tell makes a problem and reports it.
func (r *Reader) tell(rec *Record, c Class, detail string) *Problem {
	p := r.problem(rec, c, detail)
	r.report(p)
	return p
}

// report counts a problem, and says it to whom it concerns.
func (r *Reader) report(p *Problem) {
	r.counts[p.Class]++
	if r.o.Report != nil && p.Action != Count && (p.Action != Repair || r.counts[p.Class] == 1 || !onceAFile(p.Class)) {
		r.o.Report(p)
	}
	if p.Action == Stop && r.err == nil {
		r.err = p
	}
}

func (r *Reader) action(c Class) Action {
	if a, ok := r.o.Policy[c]; ok {
		return a
	}
	return defaultPolicy[c]
}
