package site

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// codingFaults are content codings (RFC 9110, section 8.4.1), sent whether or not the client accepts them.
func codingFaults() []Fault {
	page := Want{Outcome: "page", Status: 200}
	partial := Want{Outcome: "partial", Status: 200}
	plainly := Want{Outcome: "page", Or: "failed:encoding", Status: 200}
	faults := []Fault{
		{"/fault/coding/gzip", "gzip.", page, coded("gzip", "gzip")},
		{"/fault/coding/x-gzip", "gzip under its old name.", page, coded("x-gzip", "gzip")},
		{"/fault/coding/upper-case", "GZIP.", page, coded("GZIP", "gzip")},
		{"/fault/coding/br", "Brotli.", page, coded("br", "br")},
		{"/fault/coding/zstd", "Zstandard.", page, coded("zstd", "zstd")},
		{"/fault/coding/deflate-zlib", "deflate, as it should be: in zlib's format.", page, coded("deflate", "zlib")},
		{"/fault/coding/deflate-raw", "deflate, as many send it: without zlib's header.", page, coded("deflate", "flate")},
		{"/fault/coding/gzip-then-br", "gzip, then Brotli.", page, coded("gzip, br", "gzip", "br")},
		{"/fault/coding/two-headers", "zstd, then gzip, in two header lines.",
			page, codingHeaders([]string{"zstd", "gzip"}, func() []byte { return packed("two-headers", "zstd", "gzip") })},
		{"/fault/coding/identity", "Content-Encoding: identity.", page, coded("identity")},
		{"/fault/coding/empty-value", "An empty Content-Encoding.", page, coded("")},
		{"/fault/coding/members", "Two gzip members in a row.", page, coding("gzip", func() []byte { return members("members") })},
		{"/fault/coding/gzip-is-plain", "Says gzip, and is plain HTML.", page, coded("gzip")},
		{"/fault/coding/br-is-plain", "Says br, and is plain HTML.", plainly, coded("br")},
		{"/fault/coding/zstd-is-plain", "Says zstd, and is plain HTML.", plainly, coded("zstd")},
		{"/fault/coding/deflate-is-plain", "Says deflate, and is plain HTML.", plainly, coded("deflate")},
		{"/fault/coding/gzip-is-br", "Says gzip, and is Brotli.", Want{Outcome: "failed:encoding", Or: "page"}, coding("gzip", func() []byte { whole, _ := prose("br"); return whole })},
		{"/fault/coding/charset-as-coding", "Content-Encoding: UTF-8, over plain HTML.", plainly, coded("UTF-8")},
		{"/fault/coding/unknown", "Content-Encoding: seaweed.",
			Want{Outcome: "failed:encoding"}, coding("seaweed", func() []byte { return []byte("\x01\x02\xff\x00brown\xfe\x80kelp") })},
		{"/fault/coding/gzip-empty", "Says gzip, and has no body.", page, coding("gzip", func() []byte { return nil })},
		{"/fault/coding/gzip-trailing", "Bytes behind the end of gzip.",
			page, coding("gzip", func() []byte { return append(packed("gzip-trailing", "gzip"), "and another thing"...) })},
		{"/fault/coding/gzip-bad-crc", "gzip with a wrong check sum.",
			partial, coding("gzip", func() []byte { return spoiled(packed("gzip-bad-crc", "gzip"), 8) })},
		{"/fault/coding/gzip-bad-length", "gzip with a wrong length at its end.",
			partial, coding("gzip", func() []byte { return spoiled(packed("gzip-bad-length", "gzip"), 4) })},
		{"/fault/coding/zstd-window", "zstd that asks for a window of 2 GB.",
			Want{Outcome: "failed:encoding", Or: "page"}, coding("zstd", func() []byte { return hugeWindow(faultPage("zstd-window")) })},
	}
	for _, c := range []string{"gzip", "br", "zstd", "deflate"} {
		faults = append(faults,
			Fault{"/fault/coding/" + c + "-truncated", c + " that ends in the middle, as Content-Length says it does.",
				partial, coding(c, func() []byte { whole, cut := prose(c); return whole[:cut] })})
	}
	return append(faults, bombFaults()...)
}

type flushWriter interface {
	io.WriteCloser
	Flush() error
}

// packer starts a coding. All give the same bytes for the same data.
func packer(format string, w io.Writer) flushWriter {
	switch format {
	case "gzip":
		return gzip.NewWriter(w)
	case "br":
		return brotli.NewWriterLevel(w, 2)
	case "zlib", "deflate":
		return zlib.NewWriter(w)
	case "flate":
		fw, _ := flate.NewWriter(w, flate.DefaultCompression) // fails for a bad level alone
		return fw
	case "zstd":
		// Fails for bad options alone. A check sum would hinder the bomb.
		zw, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
		return zw
	}
	panic("site: no format " + format) // a slip in the table above: the first test that builds it finds it
}

// packed is a page in the formats in which they were applied.
func packed(title string, formats ...string) []byte {
	data := []byte(faultPage(title, `<p><a href="/fault/leaf/`+title+`">A leaf</a></p>`))
	for _, f := range formats {
		var buf bytes.Buffer
		zw := packer(f, &buf)
		zw.Write(data)
		zw.Close()
		data = buf.Bytes()
	}
	return data
}

// coded serves a page titled as its path, in formats, under the header's name for them.
func coded(header string, formats ...string) serveFault {
	return func(s *Site, w http.ResponseWriter, r *http.Request) {
		title := strings.TrimPrefix(r.URL.Path, "/fault/coding/")
		coding(header, func() []byte { return packed(title, formats...) })(s, w, r)
	}
}

func coding(header string, pack func() []byte) serveFault {
	return codingHeaders([]string{header}, pack)
}

// codingHeaders packs when it is asked, since encoders are too dear to start for a table of faults.
func codingHeaders(headers []string, pack func() []byte) serveFault {
	return plain(func(w http.ResponseWriter, _ *http.Request) {
		body := pack()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header()["Content-Encoding"] = headers
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Write(body)
	})
}

func members(title string) []byte {
	page := faultPage(title)
	return append(gzipped([]byte(page[:50])), gzipped([]byte(page[50:]))...)
}

// spoiled is data with one byte changed, counted from the end.
func spoiled(data []byte, fromEnd int) []byte {
	data[len(data)-fromEnd] ^= 0x5a
	return data
}

// prose is a page long enough to look like nothing but format once it is packed. If it is cut at cut, its beginning can be decoded.
func prose(format string) (packed []byte, cut int) {
	var buf bytes.Buffer
	zw := packer(format, &buf)
	io.WriteString(zw, "<!DOCTYPE html>\n<title>"+format+"-truncated</title>\n<p>So far everything is well. ")
	zw.Flush()
	beginning := buf.Len()
	for n := range 200 {
		fmt.Fprintf(zw, "<p>And %d, which is %x", n, n*n*7919)
	}
	zw.Close()
	return buf.Bytes(), (beginning + buf.Len()) / 2
}

// hugeWindow is a zstd frame (RFC 8878, section 3.1.1) that wants 2 GB of memory for a window it doesn't use.
func hugeWindow(page string) []byte {
	const (
		noSizeNoSum   = 0x00
		window2GB     = (31 - 10) << 3
		lastRawBlock  = 1
		blockSizeFrom = 3 // bits
	)
	header := lastRawBlock | len(page)<<blockSizeFrom
	return append([]byte{0x28, 0xb5, 0x2f, 0xfd, noSizeNoSum, window2GB, byte(header), byte(header >> 8), byte(header >> 16)}, page...)
}
