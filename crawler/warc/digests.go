package warc

import (
	"bytes"
	"fmt"
)

// expect reads which digests the block and its payload are to have.
func (b *recordBlock) expect(note func(Class, string)) {
	f := b.rec.Fields
	payload := f.Get(FieldPayloadDigest)
	if payload == "" {
		switch b.rec.Type {
		case Response, Resource, Revisit:
			note(ClassNoPayloadDigest, "WARC-Payload-Digest is missing")
		}
	}
	if b.r.o.NoDigests {
		return
	}
	if s := f.Get(FieldBlockDigest); s != "" {
		d, err := parseDigest(s)
		if err != nil {
			note(ClassDigestLabel, FieldBlockDigest+": "+err.Error())
		} else {
			b.wantBlock, b.block = d, d.hash()
		}
	}
	// That of a revisit is the digest of what it refers to (section 6.7.2); that of a segment, of the whole (section 7.2).
	if payload == "" || b.rec.Type == Revisit || f.Get("WARC-Segment-Number") != "" {
		return
	}
	d, err := parseDigest(payload)
	if err != nil {
		note(ClassDigestLabel, FieldPayloadDigest+": "+err.Error())
		return
	}
	b.wantPayload, b.hasWantedPayload = d, true
	if !b.rec.holdsHTTP() {
		b.payload = d.hash() // the payload is the block
	}
}

// expectPayload has what is read from now on taken as the payload, with what is in the buffer already.
func (b *recordBlock) expectPayload() {
	if !b.hasWantedPayload || b.err != nil {
		return
	}
	b.payload = b.wantPayload.hash()
	ahead, _ := b.r.ahead.Peek(b.r.ahead.Buffered())
	b.payload.Write(ahead)
}

// proven tells whether the block is known to be what it should be.
func (b *recordBlock) proven() bool {
	return b.block != nil && bytes.Equal(b.block.Sum(nil), b.wantBlock.Sum)
}

func (b *recordBlock) checkBlockDigest() {
	if b.block == nil {
		return
	}
	if got := (Digest{b.wantBlock.Algorithm, b.block.Sum(nil)}); !got.Equal(b.wantBlock) {
		b.note(b.r.tell(b.rec, ClassBlockDigest, fmt.Sprintf("the block is %s, not %s", got, b.wantBlock)))
	}
}

// checkPayloadDigest compares the payload as it is in the block and, if it has chunks, as it is without them: the
// standard means the latter (section 5.9, RFC 9112 section 6), and not all tools do.
func (b *recordBlock) checkPayloadDigest() {
	if b.payload == nil {
		return
	}
	got := Digest{b.wantPayload.Algorithm, b.payload.Sum(nil)}
	if got.Equal(b.wantPayload) {
		return
	}
	if b.dechunked != nil {
		got.Sum = b.dechunked.Sum(nil)
		if got.Equal(b.wantPayload) {
			return
		}
	}
	b.note(b.r.tell(b.rec, ClassPayloadDigest, fmt.Sprintf("the payload is %s, not %s", got, b.wantPayload)))
}
