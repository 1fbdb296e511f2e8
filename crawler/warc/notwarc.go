package warc

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// notWARC is when a file does not begin with a record.
func (r *Reader) notWARC() {
	head := bytes.Clone(r.in.peek(512))
	what := looksLike(head)
	if r.gz != nil {
		what = "gzip of " + what
	}
	r.tell(nil, ClassNotWARC, fmt.Sprintf("this is no WARC file: it looks like %s (it begins with %q)", what, head[:min(len(head), 32)]))
	r.started = true // said once; what comes now is junk
}

// looksLike names what a file is that might be taken for an archive.
func looksLike(head []byte) string {
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff"))))
	for _, kind := range []struct{ prefix, name string }{
		{"\x28\xb5\x2f\xfd", "Zstandard data; unpack it with zstd -d"},
		{"\x5d\x2a\x4d\x18", "Zstandard data with a dictionary, as .warc.zst files have it; unpack it with zstd -d"},
		{"pk\x03\x04", "a ZIP file; if it is a WACZ, its archives are in its folder archive/"},
		{"bzh", "bzip2 data; unpack it with bunzip2"},
		{"\xfd7zXZ", "xz data; unpack it with unxz"},
		{"filedesc:", "an ARC file, the format before WARC; warcio's recompress converts it"},
		{" cdx ", "an index (CDX) of an archive, not the archive"},
		{"cdx ", "an index (CDX) of an archive, not the archive"},
		{"<!doctype", "HTML"}, {"<html", "HTML"}, {"<?xml", "XML"},
		{"http/", "a bare HTTP message"},
		{"{", "JSON"}, {"[", "JSON"},
		{"warc/", "a record whose version can't be read"},
	} {
		if bytes.HasPrefix(head, []byte(kind.prefix)) || bytes.HasPrefix(text, []byte(kind.prefix)) {
			return kind.name
		}
	}
	if utf8.Valid(head[:max(len(head)-utf8.UTFMax, 0)]) && !bytes.Contains(head, []byte{0}) {
		return "text"
	}
	return "binary data"
}
