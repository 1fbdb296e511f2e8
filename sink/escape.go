package sink

import "unicode/utf8"

// plainASCII tells the bytes that stand for themselves in a JSON string (RFC 8259, section 7): ASCII less the control characters,
// the quotation mark and the backslash. Bytes from 0x80 on are not in it, because they have to be checked to be UTF-8.
var plainASCII = func() (plain [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		plain[b] = b != '"' && b != '\\'
	}
	return plain
}()

const hexDigits = "0123456789abcdef"

// The characters above ASCII that break a line for some reader: Python's str.splitlines, JavaScript before ES2019, editors.
const (
	nextLine           = '\u0085'
	lineSeparator      = '\u2028'
	paragraphSeparator = '\u2029'
)

// appendString appends s as a JSON string, in quotation marks. Runs that need no escape are copied whole.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		run := plainPrefix(s)
		dst = append(dst, s[:run]...)
		if run == len(s) {
			return append(dst, '"')
		}
		s = s[run:]
		if s[0] < utf8.RuneSelf {
			dst = appendEscapedASCII(dst, s[0])
			s = s[1:]
			continue
		}
		char, size := utf8.DecodeRuneInString(s)
		switch char {
		case nextLine:
			dst = append(dst, `\u0085`...)
		case lineSeparator:
			dst = append(dst, `\u2028`...)
		case paragraphSeparator:
			dst = append(dst, `\u2029`...)
		default: // a byte that is not UTF-8, or U+FFFD itself
			dst = append(dst, "\uFFFD"...)
		}
		s = s[size:]
	}
}

// plainPrefix is the length of the part of s before the first thing to escape.
func plainPrefix(s string) int {
	i := 0
	for {
		for i < len(s) && plainASCII[s[i]] {
			i++
		}
		if i == len(s) || s[i] < utf8.RuneSelf {
			return i
		}
		char, size := utf8.DecodeRuneInString(s[i:])
		if char == utf8.RuneError || char == nextLine || char == lineSeparator || char == paragraphSeparator {
			return i
		}
		i += size
	}
}

func appendEscapedASCII(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xF])
	}
}
