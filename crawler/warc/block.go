package warc

import (
	"bytes"
	"fmt"
	"hash"
	"io"
)

// recordBlock is the block of a record: what Record.Block is. It verifies what it can as it is read, and when it has
// been read it looks at what follows.
type recordBlock struct {
	r     *Reader
	rec   *Record
	start int64 // in r.in
	left  int64 // bytes yet to be read
	err   error // what Read returns from now on
	worst *Problem
	cut   bool // a problem is that the block doesn't end where it should

	block, payload   hash.Hash // of what has been read; nil if not to be verified
	dechunked        hash.Hash // of the payload without its chunks, if it has some
	wantBlock        Digest
	wantPayload      Digest
	hasWantedPayload bool
}

// begin makes a record's block the one that is read.
func (r *Reader) begin(rec *Record) {
	rec.block = &recordBlock{r: r, rec: rec, start: r.in.offset(), left: rec.ContentLength}
	rec.Block = rec.block
	r.cur = rec
}

// Read gives a *Problem in the place of io.EOF if the record is to be left out.
func (b *recordBlock) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	part := b.some(int64(len(p)))
	if len(part) == 0 {
		b.close()
		return 0, b.err
	}
	return copy(p, part), nil
}

// some returns at most n bytes of what is left.
func (b *recordBlock) some(n int64) []byte {
	if b.left == 0 {
		return nil
	}
	part := b.r.in.some(min(n, b.left))
	b.left -= int64(len(part))
	if b.block != nil {
		b.block.Write(part)
	}
	if b.payload != nil {
		b.payload.Write(part)
	}
	return part
}

// drain reads what is left.
func (b *recordBlock) drain() {
	for b.err == nil && len(b.some(b.left)) > 0 {
	}
	if b.err == nil {
		b.close()
	}
}

// finish reads what is left of the record in hand, so that the reader is behind it. If it has a payload digest that
// can be verified, its HTTP message is read for that.
func (r *Reader) finish() {
	rec := r.cur
	b := rec.block
	if b.err != nil {
		return
	}
	if rec.message == nil && b.hasWantedPayload && b.payload == nil && rec.ContentLength > 0 && b.left == rec.ContentLength {
		_, _ = rec.readMessage() // an error has been told of
	}
	if rec.message != nil && b.err == nil {
		_, _ = io.Copy(io.Discard, rec.message.Body) // an error is the block's, or of chunks that have been told of
	}
	b.drain()
}

// note keeps the worst of what was found about the record.
func (b *recordBlock) note(p *Problem) {
	if p == nil {
		return
	}
	switch p.Class {
	case ClassCutFile, ClassDamagedMember, ClassWrongLength:
		b.cut = true
	}
	if b.worst == nil || p.Action > b.worst.Action {
		b.worst = p
	}
}

// close is what happens when no more of the block can be read.
func (b *recordBlock) close() {
	b.err = io.EOF
	if b.left > 0 {
		b.endedEarly()
	} else {
		b.endedInTime()
	}
	switch {
	case b.r.err != nil && b.r.err != io.EOF:
		b.err = b.r.err
	case b.worst != nil && b.worst.Action >= Skip:
		b.err = b.worst
	}
	if b.cut && b.rec.message != nil && b.rec.message.Truncated == "" {
		b.rec.message.Truncated = "unspecified"
	}
}

// endedEarly is when what the record is in ended, or failed, before the block did.
func (b *recordBlock) endedEarly() {
	r := b.r
	got := b.rec.ContentLength - b.left
	where := fmt.Sprintf("%s into a block of %s", count(got), count(b.rec.ContentLength))
	if r.in.err != io.EOF {
		b.fails(where)
		return
	}
	blockEnd := r.in.offset()
	if b.searchFromStart(blockEnd) {
		b.note(r.tell(b.rec, ClassWrongLength, b.lengthSaid()))
		r.end = r.recordEnd()
		return
	}
	if r.gz == nil {
		b.note(r.tell(b.rec, ClassCutFile, "the file ends "+where))
		r.end = r.src.offset()
		return
	}
	b.note(r.tell(b.rec, ClassWrongLength, "the gzip member ends "+where))
	r.end = r.gz.end()
	r.leave()
}

// fails is when what the record is in can't be read on.
func (b *recordBlock) fails(where string) {
	b.note(b.r.broken(b.rec, where, b.r.in.err))
	b.r.end = b.r.position()
}

// searchFromStart goes back to the block's start, or as far as it can, and on to the next record. One that begins
// within the block must have an empty line before it, as records have.
func (b *recordBlock) searchFromStart(blockEnd int64) bool {
	in := b.r.in
	if !in.back(b.start) && in.base > b.start {
		in.back(in.base)
	}
	return in.search(recordMagic, func(l *lookback) bool {
		at := l.offset()
		return at > b.start && plausibleRecord(l) && (at >= blockEnd || bytes.HasSuffix(l.before(4), []byte("\r\n\r\n")))
	})
}

// endedInTime is when the block was as long as its record says: what follows must be two line ends and another
// record, or nothing (ISO 28500:2017 section 4).
func (b *recordBlock) endedInTime() {
	r := b.r
	blockEnd := r.in.offset()
	after := string(r.in.peek(4))
	lines := r.skipBlank()
	switch r.look() {
	case atFailure:
		b.fails("after its block")
		return
	case atJunk:
		if whole := b.proven() || b.block == nil && lines >= 2; !whole {
			found := b.searchFromStart(blockEnd)
			if r.look() == atFailure {
				b.fails("after its block")
				return
			}
			b.noteWrongLength(found, blockEnd)
			r.end = r.recordEnd()
			return
		}
		b.junkFollows()
	default:
		if lines != 2 || after != "\r\n\r\n" && after[:2] != "\n\n" {
			b.note(r.tell(b.rec, ClassSeparator, fmt.Sprintf("%d line ends after the block, beginning with %q, not two", lines, after)))
		}
		r.end = r.recordEnd()
	}
	b.checkBlockDigest()
	b.checkPayloadDigest()
}

// junkFollows is when the record is whole, but what follows is none.
func (b *recordBlock) junkFollows() {
	r := b.r
	if r.gz == nil {
		r.end = r.src.offset()
		r.junk()
		return
	}
	r.junk()
	if r.look() == atFailure { // such as a member cut off in its last bytes, where the inflater runs on into the next
		b.fails("after its block")
		return
	}
	r.end = r.recordEnd()
}

func (b *recordBlock) noteWrongLength(found bool, blockEnd int64) {
	in := b.r.in
	detail := fmt.Sprintf("Content-Length is %d, but %s follow that are no record", b.rec.ContentLength, count(in.offset()-blockEnd))
	if found {
		detail = b.lengthSaid()
	}
	b.note(b.r.tell(b.rec, ClassWrongLength, detail))
}

// lengthSaid is what is wrong with a length, now that the next record has been found.
func (b *recordBlock) lengthSaid() string {
	in := b.r.in
	detail := fmt.Sprintf("Content-Length is %d, but the next record begins %s after the block does", b.rec.ContentLength, count(in.offset()-b.start))
	if string(in.before(4)) == "\r\n\r\n" {
		detail += fmt.Sprintf(", so it should be %d", in.offset()-b.start-4)
	}
	return detail
}

// recordEnd is where the record ends that has just been read.
func (r *Reader) recordEnd() int64 {
	switch {
	case r.gz == nil:
		return r.src.offset()
	case r.look() == atEnd:
		end := r.gz.end()
		if r.gz.records > 1 {
			r.tell(r.cur, ClassSharedMember, "its gzip member has other records, too")
		}
		return end
	}
	r.tell(r.cur, ClassSharedMember, "its gzip member has other records, too")
	return r.cur.Offset
}
