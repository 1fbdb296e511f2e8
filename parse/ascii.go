package parse

import "bytes"

// spaces is the HTML standard's ASCII whitespace.
const spaces = " \t\n\f\r"

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'
}

func isLetter(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isDigit(c byte) bool {
	return '0' <= c && c <= '9'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// hasPrefixFold reports whether b begins with prefix, which is lower case, whatever the case of its ASCII letters.
func hasPrefixFold[T string | []byte](b T, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(b[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// equalFold reports whether b is word, which is lower case, whatever the case of its ASCII letters.
// strings.EqualFold would take the Kelvin sign for a k as well.
func equalFold[T string | []byte](b T, word string) bool {
	return len(b) == len(word) && hasPrefixFold(b, word)
}

// indexFold returns where word, which is lower case, first begins in b, -1 where it doesn't.
func indexFold(b []byte, word string) int {
	for i := 0; i+len(word) <= len(b); i++ {
		if hasPrefixFold(b[i:], word) {
			return i
		}
	}
	return -1
}

// trimControls returns b from its first byte above space on.
func trimControls(b []byte) []byte {
	return bytes.TrimLeftFunc(b, func(r rune) bool { return r <= ' ' })
}
