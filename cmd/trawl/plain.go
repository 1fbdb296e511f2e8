package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is s with nothing in it that a terminal would act on or hide: control characters, line breaks, marks of direction and bytes that are
// not UTF-8 are written as Go's escapes.
func plain(s string) string {
	if strings.IndexFunc(s, isHidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !isHidden(r):
			b.WriteString(s[:size])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[size:]
	}
	return b.String()
}

func isHidden(r rune) bool { return !unicode.IsPrint(r) }
