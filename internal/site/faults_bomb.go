package site

import (
	"bytes"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"
	"slices"
)

// bombSize is about what a bomb unpacks to: 300 times its size as gzip, and far more than anyone wants of a page.
const (
	bombSize    = bombParts * bombPart
	bombParts   = 300
	bombPart    = 1 << 20
	bombOpening = "<!DOCTYPE html>\n<title>bomb</title>\n<p>"
)

// bombFaults unpack to 300 MB, but cost the server next to nothing.
func bombFaults() []Fault {
	cut := Want{Outcome: "partial", Status: 200}
	return []Fault{
		{"/fault/coding/gzip-bomb", "gzip: 300 MB from 300 KB.", cut, coding("gzip", func() []byte { return bomb("gzip") })},
		{"/fault/coding/deflate-bomb", "deflate: 300 MB from 300 KB.", cut, coding("deflate", func() []byte { return bomb("zlib") })},
		{"/fault/coding/br-bomb", "br: 300 MB from a few kilobytes.", cut, coding("br", func() []byte { return bomb("br") })},
		{"/fault/coding/zstd-bomb", "zstd: 300 MB from a few kilobytes.", cut, coding("zstd", func() []byte { return bomb("zstd") })},
		{"/fault/coding/nested-bomb", "gzip in gzip: 300 MB from 300 KB from a few.", cut,
			coding("gzip, gzip", func() []byte { return gzipped(bomb("gzip")) })},
	}
}

// bomb is an opening and bombSize times the same byte, in format. Only the first two parts are really compressed: what the second comes to
// says "as before" in any format, and is said again for all others.
func bomb(format string) []byte {
	part := bytes.Repeat([]byte{'a'}, bombPart)
	var buf bytes.Buffer
	zw := packer(format, &buf)
	io.WriteString(zw, bombOpening)
	zw.Write(part)
	zw.Flush()
	first := buf.Len()
	zw.Write(part)
	zw.Flush()
	again := slices.Clone(buf.Bytes()[first:])
	for range bombParts - 2 {
		buf.Write(again)
	}
	zw.Close()
	packed := buf.Bytes()
	switch format { // their check sums are of two parts alone
	case "gzip":
		end := packed[len(packed)-8:]
		binary.LittleEndian.PutUint32(end, bombSum(crc32.NewIEEE(), part))
		binary.LittleEndian.PutUint32(end[4:], uint32(len(bombOpening)+bombSize))
	case "zlib":
		binary.BigEndian.PutUint32(packed[len(packed)-4:], bombSum(adler32.New(), part))
	}
	return packed
}

func bombSum(sum hash.Hash32, part []byte) uint32 {
	io.WriteString(sum, bombOpening)
	for range bombParts {
		sum.Write(part)
	}
	return sum.Sum32()
}
