package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// leaveOut passes over a record whose header says not where it ends: to the next that begins with a line of its own,
// or to its gzip member's end.
func (r *Reader) leaveOut(rec *Record, c Class, detail string) {
	p := r.problem(rec, c, "")
	p.Action = max(p.Action, Skip)
	from := r.in.offset()
	r.in.search(recordMagic, plausibleRecord)
	p.Detail = fmt.Sprintf("%s; %s passed over after its header", detail, count(r.in.offset()-from))
	r.report(p)
}

// junk passes over bytes that belong to no record.
func (r *Reader) junk() {
	p := r.problem(nil, ClassJunk, "")
	from := r.in.offset()
	head := bytes.Clone(r.in.peek(16))
	r.in.search(recordMagic, plausibleRecord)
	p.Detail = fmt.Sprintf("%s that belong to no record, beginning with %q, passed over", count(r.in.offset()-from), head)
	r.report(p)
}

// passJunk passes over junk between gzip members.
func (r *Reader) passJunk() {
	p := r.problem(nil, ClassJunk, "")
	head := bytes.Clone(r.src.peek(16))
	r.resume(p.Offset)
	p.Detail = fmt.Sprintf("%s that are no gzip member, beginning with %q, passed over", count(r.position()-p.Offset), head)
	r.report(p)
}

// broken goes on after the end, or a failure, of what a record is in. Its problem is nil if the source itself failed.
func (r *Reader) broken(rec *Record, where string, err error) *Problem {
	if r.src.err != nil && r.src.err != io.EOF {
		r.fail(r.src.err)
		return nil
	}
	if r.gz == nil {
		return r.tell(rec, ClassCutFile, "the file ends "+where)
	}
	if err == io.EOF {
		p := r.tell(rec, ClassHeader, "the gzip member ends "+where)
		r.leave()
		return p
	}
	p := r.problem(rec, ClassDamagedMember, "")
	p.Offset, p.Err = r.gz.start, err
	reached := r.gz.end()
	r.gz.leave()
	found := r.resume(p.Offset + 1)
	switch {
	case found:
		p.Detail = fmt.Sprintf("gzip member damaged %s, near offset %d; went on with the next member, %s after it began",
			where, reached, count(r.gz.start-p.Offset))
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Class = ClassCutFile
		p.Detail = fmt.Sprintf("the file ends %s, %s after its gzip member began", where, count(reached-p.Offset))
	default:
		p.Detail = fmt.Sprintf("gzip member damaged %s, near offset %d; no other is found in the %s after it",
			where, reached, count(r.src.offset()-reached))
	}
	p.Action = r.action(p.Class)
	r.report(p)
	return p
}

// resume goes into the next gzip member from an offset on that begins with a record. It tells whether there is one.
func (r *Reader) resume(from int64) bool {
	r.in, r.gz = nil, nil
	m := r.spare
	for {
		if !r.src.back(from) && r.src.base > from {
			r.src.back(r.src.base)
		}
		if !r.src.search(gzipMagic, plausibleMember) {
			return false
		}
		at := r.src.offset()
		if m.open() == nil {
			b := m.out.peek(64)
			m.out.skip(len(b) - len(bytes.TrimLeft(b, "\r\n")))
			if plausibleRecord(m.out) {
				r.gz, r.in, r.started = m, m.out, true
				return true
			}
		}
		m.leave()
		from = at + 1
	}
}

func count(n int64) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
