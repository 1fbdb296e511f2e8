package parse

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding says how the bytes of a page were read, and why so.
type Encoding struct {
	// Name is the encoding's name in the WHATWG Encoding standard, in lower case: "utf-8", "windows-1252", "shift_jis".
	Name string
	// From is what decided.
	From Source
	// Overruled is the encoding that the header or the page declared where the bytes prove it wrong; else "".
	Overruled string
}

// Source is what decided a page's encoding.
type Source string

// The sources, in the order in which they are asked.
const (
	FromBOM      Source = "bom"      // a byte order mark: UTF-8, UTF-16LE or UTF-16BE
	FromHeader   Source = "header"   // the charset parameter of Content-Type
	FromMeta     Source = "meta"     // the page's own <meta charset>, http-equiv Content-Type or XML declaration
	FromUTF8     Source = "utf-8"    // nothing (or a wrong Latin-1) declared, and the whole body is UTF-8 beyond ASCII
	FromDetector Source = "detector" // a guess by letter frequencies
	FromDefault  Source = "default"  // windows-1252, as the HTML standard has it
)

const defaultEncoding = "windows-1252"

// Decode returns body as UTF-8, without its byte order mark, and says by which encoding it was read and what decided that:
// byte order mark, contentTypeCharset (the charset parameter of Content-Type, "" when there is none), the page's own
// declaration, being valid UTF-8, a detector, and at last windows-1252 (HTML standard §13.2.3.2, determining the character encoding).
//
// Labels are those of the WHATWG Encoding standard (§4.2); one that it doesn't know, or maps to its "replacement", is passed over
// and the next source decides. Two declarations are tried against the bytes, because servers make them without looking:
//   - Latin-1, ASCII or windows-1252, where the whole body is valid UTF-8 and not all ASCII, gives UTF-8 (a browser would show "CafÃ©");
//   - UTF-16 without a byte order mark, where the body has no zero byte and so no markup, is passed over.
//
// The encoding set aside is then in Encoding.Overruled. Pure ASCII without a declaration is windows-1252 by default, as in browsers.
//
// text is always valid UTF-8: what the encoding doesn't define becomes U+FFFD. It shares body's memory where body is already
// valid UTF-8, so whoever reuses body must be done with text.
func Decode(body []byte, contentTypeCharset string) (text []byte, enc Encoding) {
	body, enc = determine(body, contentTypeCharset)
	return decodeAs(body, enc.Name), enc
}

// determine returns body without its byte order mark, and its encoding.
func determine(body []byte, label string) ([]byte, Encoding) {
	if name, size := byteOrderMark(body); size > 0 {
		return body[size:], Encoding{Name: name, From: FromBOM}
	}
	var overruled string
	for _, source := range [...]Source{FromHeader, FromMeta} {
		name := lookup(label)
		if source == FromMeta {
			name = prescan(body)
		}
		if name == "" {
			continue
		}
		if better := contradicted(body, name); better == "" {
			return body, Encoding{Name: name, From: source, Overruled: overruled}
		} else if overruled = name; better == "utf-8" {
			return body, Encoding{Name: better, From: FromUTF8, Overruled: overruled}
		}
	}
	name, source := guess(body)
	return body, Encoding{Name: name, From: source, Overruled: overruled}
}

// contradicted reports what the bytes say against having been declared as name: "" nothing, "utf-8" that they are UTF-8,
// "unknown" only that the declaration is wrong.
func contradicted(body []byte, name string) string {
	switch name {
	case "windows-1252":
		if beyondASCII(body) && utf8.Valid(body) {
			return "utf-8"
		}
	case "utf-16le", "utf-16be":
		if len(body) > 0 && bytes.IndexByte(body, 0) < 0 {
			return "unknown"
		}
	}
	return ""
}

// guess decides for a body that has no (believable) declaration.
func guess(body []byte) (string, Source) {
	if name := betrayed(body); name != "" {
		return name, FromDetector
	}
	if !beyondASCII(body) {
		return defaultEncoding, FromDefault
	}
	if whole := withoutCutCharacter(body); beyondASCII(whole) && utf8.Valid(whole) {
		return "utf-8", FromUTF8
	}
	if name := detect(body); name != "" {
		return name, FromDetector
	}
	return defaultEncoding, FromDefault
}

// byteOrderMark returns the encoding that body's first bytes state, and their number: 0 when there is no mark.
func byteOrderMark(body []byte) (name string, size int) {
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return "utf-8", 3
	case bytes.HasPrefix(body, []byte("\xFE\xFF")):
		return "utf-16be", 2
	case bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return "utf-16le", 2
	}
	return "", 0
}

// lookup returns the name of the encoding with a label, "" for none. The standard's "replacement" stands for encodings (ISO-2022-KR,
// HZ) dangerous to a browser that runs scripts; to a crawler it would only lose the page, so it counts as none.
func lookup(label string) string {
	if label == "" {
		return ""
	}
	e, err := htmlindex.Get(label)
	if err != nil || e == encoding.Replacement {
		return ""
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		return ""
	}
	return name
}

// decodeAs converts body from the named encoding to UTF-8.
func decodeAs(body []byte, name string) []byte {
	var e encoding.Encoding
	switch name {
	case "utf-8":
		if utf8.Valid(body) {
			return body
		}
		e = unicode.UTF8
	case "gbk": // its decoder is gb18030's (Encoding standard §10.1.1); x/text keeps them apart
		e = simplifiedchinese.GB18030
	case "utf-16le", "utf-16be", "iso-2022-jp":
		e, _ = htmlindex.Get(name)
	default: // ASCII is the same in all others
		e, _ = htmlindex.Get(name)
		if !beyondASCII(body) {
			return body
		}
	}
	text, _, err := transform.Bytes(e.NewDecoder().Transformer, body)
	if err != nil {
		text = utf8.AppendRune(text, utf8.RuneError)
	}
	return text
}

// beyondASCII reports whether any byte of b is not ASCII.
func beyondASCII(b []byte) bool {
	return firstBeyondASCII(b) < len(b)
}

// firstBeyondASCII returns the index of the first byte that is not ASCII, len(b) when all are. Eight bytes at a time:
// pages are ASCII for the most part, and every one passes here.
func firstBeyondASCII(b []byte) int {
	const highBits = 0x8080808080808080
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&highBits != 0 {
			break
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// withoutCutCharacter returns b without the beginning of a UTF-8 character at its end: bodies are cut at limits.
func withoutCutCharacter(b []byte) []byte {
	for size := 1; size < utf8.UTFMax && size <= len(b); size++ {
		if tail := b[len(b)-size:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return b[:len(b)-size]
			}
			break
		}
	}
	return b
}
