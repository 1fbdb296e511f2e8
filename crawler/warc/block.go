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
	if p != nil && (b.worst == nil || p.Action > b.worst.Action) {
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
	if b.worst != nil && b.worst.cutsOff() && b.rec.message != nil && b.rec.message.Truncated == "" {
		b.rec.message.Truncated = "unspecified"
	}
}

// endedEarly is when what the record is in ended, or failed, before the block did.
func (b *recordBlock) endedEarly() {
	r := b.r
	got := b.rec.ContentLength - b.left
	where := fmt.Sprintf("%s into a block of %s", count(got), count(b.rec.ContentLength))
	if r.in.err != io.EOF {
		b.note(r.broken(b.rec, where, r.in.err))
		r.end = r.position()
		return
	}
	blockEnd := r.in.offset()
	if b.searchFromStart(blockEnd) {
		b.note(r.tell(b.rec, ClassWrongLength, fmt.Sprintf("Content-Length is %d, but the next record begins within the block, after %s",
			b.rec.ContentLength, count(r.in.offset()-b.start))))
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
	lines := r.skipBlank()
	switch r.look() {
	case atFailure:
		b.note(r.broken(b.rec, "after its block", r.in.err))
		r.end = r.position()
		return
	case atJunk:
		if lines < 2 && !b.proven() {
			b.noteWrongLength(b.searchFromStart(blockEnd), blockEnd)
			r.end = r.recordEnd()
			return
		}
		if r.gz == nil {
			r.end = r.src.offset()
			r.junk()
		} else {
			r.junk()
			r.end = r.recordEnd()
		}
	default:
		if lines != 2 {
			b.note(r.tell(b.rec, ClassSeparator, fmt.Sprintf("%d line ends after the block, not 2", lines)))
		}
		r.end = r.recordEnd()
	}
	b.checkBlockDigest()
	b.checkPayloadDigest()
}

func (b *recordBlock) noteWrongLength(found bool, blockEnd int64) {
	r := b.r
	var detail string
	switch at := r.in.offset(); {
	case found && at < blockEnd:
		detail = fmt.Sprintf("Content-Length is %d, but the next record begins within the block, after %s", b.rec.ContentLength, count(at-b.start))
	case found:
		detail = fmt.Sprintf("Content-Length is %d, but the next record begins only %s after the block", b.rec.ContentLength, count(at-blockEnd))
	default:
		detail = fmt.Sprintf("Content-Length is %d, but %s follow that are no record", b.rec.ContentLength, count(at-blockEnd))
	}
	b.note(r.tell(b.rec, ClassWrongLength, detail))
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
