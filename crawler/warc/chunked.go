package warc

import (
	"bufio"
	"bytes"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// undoChunks has the body read without its chunks, if it has some (RFC 9112 section 7.1). The standard wants an
// answer kept as it was received, with its chunks; but many tools take them away and leave the header's word for them.
func (m *HTTPMessage) undoChunks(b *recordBlock, in *bufio.Reader) {
	codings := transferCodings(m.Header)
	if len(codings) == 0 {
		return
	}
	last := len(codings) - 1
	if codings[last] == "identity" {
		setCodings(m.Header, codings[:last])
		return
	}
	if codings[last] != "chunked" || m.ContentLength <= 0 {
		return
	}
	setCodings(m.Header, codings[:last])
	if !beginsWithChunk(in, m.ContentLength) {
		b.note(b.r.tell(b.rec, ClassChunkedLabel, "Transfer-Encoding is chunked, but the body has no chunks; it is taken as it is"))
		return
	}
	b.note(b.r.tell(b.rec, ClassChunkedBody, "the body was kept with its chunks, which are undone"))
	if b.payload != nil {
		b.dechunked = b.wantPayload.hash()
	}
	m.ContentLength = -1
	m.Body = &messageBody{b, &chunkReader{block: b, in: in, sum: b.dechunked, truncated: m.Truncated != ""}}
}

func transferCodings(h http.Header) (codings []string) {
	for _, line := range h["Transfer-Encoding"] {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "" {
				codings = append(codings, coding)
			}
		}
	}
	return codings
}

func setCodings(h http.Header, codings []string) {
	if len(codings) == 0 {
		h.Del("Transfer-Encoding")
		return
	}
	h.Set("Transfer-Encoding", strings.Join(codings, ", "))
}

// maxChunkLine is the longest line before a chunk: its size and its extensions, which nobody uses.
const maxChunkLine = 4 << 10

// beginsWithChunk tells whether a body of the given length begins with a chunk. If the buffer reaches to the chunk's
// end, that must be right, too. It reads no further than the body's end.
func beginsWithChunk(in *bufio.Reader, length int64) bool {
	b, _ := in.Peek(int(min(length, maxChunkLine)))
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return false
	}
	size, ok := chunkSize(b[:i])
	if !ok {
		return false
	}
	end := int64(i+1) + size
	if size == 0 || end+2 > int64(in.Size()) {
		return true
	}
	b, _ = in.Peek(int(min(end+2, length)))
	return int64(len(b)) <= end || b[end] == '\n' || bytes.HasPrefix(b[end:], []byte("\r\n"))
}

// chunkSize reads the line before a chunk.
func chunkSize(line []byte) (int64, bool) {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 62) // takes no sign and no prefix
	return int64(n), err == nil
}

// chunkReader reads a body without its chunks, to its block's end.
type chunkReader struct {
	block     *recordBlock
	in        *bufio.Reader
	sum       hash.Hash // of what it returns; nil if nobody asks
	left      int64     // of the chunk in hand
	begun     bool      // there was a chunk, whose line end is yet to be read
	rest      io.Reader // what is left, if the chunks are broken and it is to be used as it is
	truncated bool      // the record says that the body isn't whole
	err       error
}

func (c *chunkReader) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, c.err
	}
	for n == 0 && c.err == nil {
		switch {
		case c.rest != nil:
			n, c.err = c.rest.Read(p)
		case c.left == 0:
			c.nextChunk()
		default:
			n, err = c.in.Read(p[:min(int64(len(p)), c.left)])
			c.left -= int64(n)
			c.ended(err)
		}
	}
	if c.sum != nil {
		c.sum.Write(p[:n])
	}
	if n > 0 {
		return n, nil
	}
	return 0, c.err
}

// nextChunk reads up to the next chunk's data, or to the body's end.
func (c *chunkReader) nextChunk() {
	if c.begun {
		line, err := c.in.ReadSlice('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			c.broken("a chunk is longer than it says", line)
			return
		}
		if c.ended(err); c.err != nil {
			return
		}
	}
	line, err := c.in.ReadSlice('\n')
	if len(line) == 0 {
		c.ended(err)
		return
	}
	size, ok := chunkSize(line)
	if !ok || len(line) > maxChunkLine {
		c.broken("a chunk's size can't be read", line)
		return
	}
	c.left, c.begun = size, true
	if size == 0 { // the last; what follows are trailers, which nobody needs
		if _, c.err = io.Copy(io.Discard, c.in); c.err == nil {
			c.err = io.EOF
		}
	}
}

// broken has the rest taken as it is, from a line on.
func (c *chunkReader) broken(what string, line []byte) {
	line = bytes.Clone(line)
	p := c.block.r.tell(c.block.rec, ClassBadChunking, what+": "+clip(string(line)))
	c.block.note(p)
	if p.Action >= Skip {
		c.err = p
		return
	}
	c.rest = io.MultiReader(bytes.NewReader(line), c.in)
}

// ended takes note of the block's end, which should not come before that of the last chunk.
func (c *chunkReader) ended(err error) {
	c.err = err
	if err != io.EOF || c.truncated || c.block.cut {
		return
	}
	p := c.block.r.tell(c.block.rec, ClassBadChunking, "the last chunk is missing, so the body isn't whole")
	c.block.note(p)
	if p.Action >= Skip {
		c.err = p
	} else {
		c.block.rec.message.Truncated = "unspecified"
	}
}
