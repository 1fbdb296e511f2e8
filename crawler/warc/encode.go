package warc

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// dateLayout is WARC-Date with milliseconds (ISO 28500:2017 section 5.4): as many
// digits as a line of the dataset has.
const dateLayout = "2006-01-02T15:04:05.000Z"

// gzipLevel is the library's best before it gets dear. 4,000 pages of openjdk-17-doc,
// 142 MB, a member each, on one core: level 1 takes 107 µs a page and leaves 25.5 MB;
// level 2, 123 and 24.9; 3, 124 and 24.4; 4, 141 and 23.5; 5, 158 and 21.7; 6, 181
// and 21.2; 7, 287 and 21.4. The standard library takes 473 for 20.4. A page costs a
// crawl some 800 µs besides.
const gzipLevel = 5

// Encoder makes records of exchanges. It may be used by several goroutines.
type Encoder struct {
	gzip   bool
	sha1   bool
	idle   sync.Pool // of *gzip.Writer
	random func([]byte)
}

// Encoded are the records of one exchange, ready to be written.
type Encoded struct {
	before []byte // request and metadata
	answer []byte // the response; nil if there was none
	// What a revisit record in the answer's place needs.
	payload string // digest; empty if the answer can't be a revisit, or be one's original
	fields  Fields // of the response
	head    []byte
	origin  Original
}

// Len is how many bytes the records are.
func (e *Encoded) Len() int { return len(e.before) + len(e.answer) }

func newEncoder(compressed bool, digest string) *Encoder {
	return &Encoder{gzip: compressed, sha1: digest == DigestSHA1, random: func(b []byte) { _, _ = rand.Read(b) }} // which never fails
}

// Encode makes the records of an exchange: request, metadata, and the answer if
// there is one. Nothing of the exchange is kept.
func (e *Encoder) Encode(ex *Exchange) *Encoded {
	out := new(Encoded)
	date := ex.Start.UTC().Format(dateLayout)
	about := func(kind Type, id string) Fields {
		f := Fields{{FieldType, string(kind)}, {FieldTargetURI, uri(ex.URL)}, {FieldDate, date}, {FieldRecordID, "<" + id + ">"}}
		if ex.Address.IsValid() && kind != Metadata {
			f = append(f, Field{FieldIPAddress, ex.Address.WithZone("").String()})
		}
		return f
	}
	requestID, metadataID, answerID := "", e.newID(), ""
	if ex.HasAnswer() {
		answerID = e.newID()
	}
	concurrent := func(f Fields, ids ...string) Fields {
		for _, id := range ids {
			if id != "" {
				f = append(f, Field{FieldConcurrentTo, "<" + id + ">"})
			}
		}
		return f
	}
	if ex.Sent || ex.HasAnswer() {
		requestID = e.newID()
		f := concurrent(about(Request, requestID), answerID)
		f = append(f, Field{FieldBlockDigest, e.digest(ex.Request)}, Field{FieldContentType, contentTypeRequest})
		out.before = e.appendRecord(out.before, f, ex.Request)
	}
	meta := ex.metadata()
	f := concurrent(about(Metadata, metadataID), answerID, requestID)
	f = append(f, Field{FieldBlockDigest, e.digest(meta)}, Field{FieldContentType, contentTypeFields})
	out.before = e.appendRecord(out.before, f, meta)
	if ex.HasAnswer() {
		e.encodeAnswer(out, ex, about(Response, answerID), requestID)
		out.origin = Original{ID: answerID, URL: ex.URL, Date: date}
	}
	return out
}

func (e *Encoder) encodeAnswer(out *Encoded, ex *Exchange, fields Fields, requestID string) {
	out.head = ex.answerHead()
	payload := e.digest(ex.Body)
	if requestID != "" {
		fields = append(fields, Field{FieldConcurrentTo, "<" + requestID + ">"})
	}
	if ex.Protocol != "" {
		fields = append(fields, Field{FieldProtocol, ex.Protocol})
	}
	fields = append(fields, Field{FieldPayloadDigest, payload})
	if ex.Truncated != "" {
		fields = append(fields, Field{FieldTruncated, string(ex.Truncated)})
	} else if len(ex.Body) > 0 {
		out.payload = payload
	}
	fields = append(fields, Field{FieldContentType, contentTypeResponse})
	out.fields = fields
	whole := append(fields[:len(fields):len(fields)], Field{FieldBlockDigest, e.digest(out.head, ex.Body)})
	out.answer = e.appendRecord(nil, whole, out.head, ex.Body)
}

// revisit is the record that stands for an answer whose payload was recorded
// before (ISO 28500:2017 section 6.7.2): the head, and where the payload is.
func (e *Encoder) revisit(of *Encoded, original Original) []byte {
	fields := make(Fields, 0, len(of.fields)+5)
	for _, f := range of.fields {
		if f.Name == FieldType {
			f.Value = string(Revisit)
		}
		fields = append(fields, f)
	}
	fields = append(fields,
		Field{FieldProfile, profileSamePayload},
		Field{FieldRefersTo, "<" + original.ID + ">"},
		Field{FieldRefersToURI, uri(original.URL)},
		Field{FieldRefersToDate, original.Date},
		Field{FieldTruncated, string(TruncatedLength)}, // as 6.7.2 wants it
		Field{FieldBlockDigest, e.digest(of.head)})
	return e.appendRecord(nil, fields, of.head)
}

// info is the warcinfo record that a file begins with (section 6.2).
func (e *Encoder) info(filename string, about Fields, now time.Time) []byte {
	var block []byte
	for _, f := range about {
		block = appendField(block, oneLine(f.Name), oneLine(f.Value))
	}
	return e.appendRecord(nil, Fields{
		{FieldType, string(Warcinfo)},
		{FieldDate, now.UTC().Format(dateLayout)},
		{FieldRecordID, "<" + e.newID() + ">"},
		{FieldFilename, oneLine(filename)},
		{FieldBlockDigest, e.digest(block)},
		{FieldContentType, contentTypeFields},
	}, block)
}

// appendRecord appends a record, as a gzip member of its own if the archive is
// compressed (annex D). What block is made of is given in parts.
func (e *Encoder) appendRecord(dst []byte, fields Fields, block ...[]byte) []byte {
	size := 0
	for _, part := range block {
		size += len(part)
	}
	head := append(make([]byte, 0, 1024), "WARC/1.1\r\n"...)
	for _, f := range fields {
		head = appendField(head, f.Name, f.Value)
	}
	head = append(head, FieldContentLength+": "...)
	head = append(strconv.AppendInt(head, int64(size), 10), "\r\n\r\n"...)
	const end = "\r\n\r\n"
	if !e.gzip {
		dst = append(dst, head...)
		for _, part := range block {
			dst = append(dst, part...)
		}
		return append(dst, end...)
	}
	if dst == nil {
		dst = make([]byte, 0, 1024+size/4)
	}
	buf := bytes.NewBuffer(dst)
	w, ok := e.idle.Get().(*gzip.Writer)
	if ok {
		w.Reset(buf)
	} else {
		w, _ = gzip.NewWriterLevel(buf, gzipLevel) // fails for an unknown level only
	}
	// A bytes.Buffer takes everything, so none of these can fail.
	_, _ = w.Write(head)
	for _, part := range block {
		_, _ = w.Write(part)
	}
	_, _ = w.Write([]byte(end))
	_ = w.Close()
	e.idle.Put(w)
	return buf.Bytes()
}

// The digests that an archive may be written with.
const (
	// DigestSHA256 is written in hexadecimal digits. It is the default: what can be
	// told to be the same by it is the same, and of a page without a content
	// coding it is the sha256 of its line.
	DigestSHA256 = "sha256"
	// DigestSHA1 is written in base 32, as in the standard's examples. Older tools
	// know no other.
	DigestSHA1 = "sha1"
)

func (e *Encoder) digest(parts ...[]byte) string {
	var h hash.Hash
	if e.sha1 {
		h = sha1.New()
	} else {
		h = sha256.New()
	}
	for _, part := range parts {
		h.Write(part)
	}
	var sum [sha256.Size]byte
	if e.sha1 {
		return DigestSHA1 + ":" + base32.StdEncoding.EncodeToString(h.Sum(sum[:0]))
	}
	return DigestSHA256 + ":" + hex.EncodeToString(h.Sum(sum[:0]))
}

// newID is a random UUID (RFC 9562 section 5.4) as a URI.
func (e *Encoder) newID() string {
	var b [16]byte
	e.random(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	id := append(make([]byte, 0, len("urn:uuid:")+36), "urn:uuid:"...)
	for i, group := range [...][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			id = append(id, '-')
		}
		id = hex.AppendEncode(id, group)
	}
	return string(id)
}

// uri keeps what is no character of a URI from breaking a field.
func uri(s string) string {
	clean := true
	for i := range len(s) {
		clean = clean && s[i] > ' ' && s[i] != 0x7f && s[i] != '<' && s[i] != '>'
	}
	if clean {
		return s
	}
	var b []byte
	for i := range len(s) {
		if c := s[i]; c > ' ' && c != 0x7f && c != '<' && c != '>' {
			b = append(b, c)
		} else {
			b = fmt.Appendf(b, "%%%02X", c)
		}
	}
	return string(b)
}
