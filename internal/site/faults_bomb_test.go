package site

import (
	"bytes"
	"errors"
	"hash/adler32"
	"io"
	"testing"
)

func TestBombs(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		wire := make(map[string]string)
		for name, size := range map[string]struct{ least, most int }{
			"gzip": {250 << 10, 350 << 10}, "deflate": {250 << 10, 350 << 10}, "br": {1, 20 << 10}, "zstd": {1, 50 << 10}, "nested": {1, 10 << 10},
		} {
			resp, body := get(t, srv, "/fault/coding/"+name+"-bomb")
			if len(body) < size.least || len(body) > size.most || resp.ContentLength != int64(len(body)) {
				t.Errorf("%s: %d bytes, Content-Length %d, want %d to %d", name, len(body), resp.ContentLength, size.least, size.most)
			}
			wire[name] = body
		}
		for _, name := range []string{"gzip", "br", "zstd"} {
			unpacked := unpacker(t, name, bytes.NewReader([]byte(wire[name])))
			opening := make([]byte, len(bombOpening))
			if _, err := io.ReadFull(unpacked, opening); err != nil || string(opening) != bombOpening {
				t.Errorf("%s: begins with %q, %v", name, opening, err)
			}
			if n, err := io.Copy(onlyLetters{}, unpacked); err != nil || n != bombSize {
				t.Errorf("%s: unpacks to %d bytes, %v", name, n, err)
			}
		}
		// The other two would only unpack the same again.
		if gunzip(t, wire["nested"]) != wire["gzip"] {
			t.Error("nested: not the gzip bomb inside")
		}
		const gzipHead, gzipTail, zlibHead, zlibTail = 10, 8, 2, 4
		if inGzip, inZlib := wire["gzip"], wire["deflate"]; inGzip[gzipHead:len(inGzip)-gzipTail] != inZlib[zlibHead:len(inZlib)-zlibTail] {
			t.Error("deflate: not what is in gzip")
		}
	})
}

// The check sum of the deflate bomb, by RFC 1950's definition in closed form: a grows by one letter each time, and b by a.
func TestBombSum(t *testing.T) {
	const modulus, letter, n = 65521, 'a', bombSize
	opening := adler32.Checksum([]byte(bombOpening))
	a0, b0 := uint64(opening&0xffff), uint64(opening>>16)
	a := (a0 + letter*n) % modulus
	b := (b0 + n*a0 + letter*(n*(n+1)/2%modulus)) % modulus
	if got, want := bombSum(adler32.New(), bytes.Repeat([]byte{letter}, bombPart)), uint32(b<<16|a); got != want {
		t.Errorf("%x, want %x", got, want)
	}
}

// onlyLetters takes the letter a and nothing else.
type onlyLetters struct{}

func (onlyLetters) Write(p []byte) (int, error) {
	if bytes.Count(p, []byte{'a'}) != len(p) {
		return 0, errors.New("something else came")
	}
	return len(p), nil
}
