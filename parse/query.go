package parse

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// A legacyQuery writes the query of a URL reference in the encoding of the page that it stands on. A nil one leaves it as it is.
type legacyQuery struct{ encoder *encoding.Encoder }

// queryEncoder returns what rewrites the references of a page in the named encoding, nil where nothing is to be done: a page in UTF-8
// or UTF-16 has its queries in UTF-8, and nobody writes them in ISO-2022-JP, whose shifts would need care.
func queryEncoder(name string) *legacyQuery {
	switch name {
	case "utf-8", "utf-16le", "utf-16be", "iso-2022-jp", "replacement":
		return nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return &legacyQuery{e.NewEncoder()}
}

// encode returns ref with the non-ASCII characters of its query percent-encoded as the page's encoding has them: "?q=é" on a page in
// windows-1252 asks for "?q=%E9". Browsers do so (URL standard §5.3 "percent-encode after encoding", HTML standard "encoding-parsing a
// URL"), and the servers of such pages expect it. A character that the encoding lacks is sent as its numeric character reference.
func (l *legacyQuery) encode(ref string) string {
	if l == nil {
		return ref
	}
	start := strings.IndexByte(ref, '?')
	if start < 0 {
		return ref
	}
	end := len(ref)
	if hash := strings.IndexByte(ref, '#'); hash >= 0 {
		end = hash
	}
	if start >= end || isASCII(ref[start:end]) {
		return ref
	}
	var b strings.Builder
	b.WriteString(ref[:start])
	for _, r := range ref[start:end] {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		encoded, err := l.encoder.String(string(r))
		if err != nil {
			fmt.Fprintf(&b, "%%26%%23%d%%3B", r)
			continue
		}
		for i := range len(encoded) {
			writeEscaped(&b, encoded[i])
		}
	}
	b.WriteString(ref[end:])
	return b.String()
}

// writeEscaped writes one byte of an encoded character. The second byte of many a Japanese or Chinese one is an ASCII
// letter, which is sent as it is.
func writeEscaped(b *strings.Builder, c byte) {
	const hex = "0123456789ABCDEF"
	if c < utf8.RuneSelf && c > ' ' && c != 0x7F && !strings.ContainsRune(`"#<>'`, rune(c)) {
		b.WriteByte(c)
		return
	}
	b.WriteByte('%')
	b.WriteByte(hex[c>>4])
	b.WriteByte(hex[c&0xF])
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
