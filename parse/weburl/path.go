package weburl

import (
	"bytes"
	"strings"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// appendPathAndQuery appends the path and the query that follow an authority. dst ends with that authority.
func appendPathAndQuery(dst []byte, s string) []byte {
	path, query, hasQuery := strings.Cut(s, "?")
	if path != "" {
		path = path[1:]
	}
	pathStart := len(dst)
	dst = appendSegments(append(dst, '/'), pathStart, path)
	if hasQuery {
		dst = appendQuery(dst, query)
	}
	return dst
}

func appendQuery(dst []byte, query string) []byte {
	return appendEncoded(append(dst, '?'), query, &queryBytes)
}

// appendSegments walks from the directory with which dst ends, a path from pathStart to a final slash, along path, which does
// not begin at the root (the standard's path state). It may climb up to the root, not above.
func appendSegments(dst []byte, pathStart int, path string) []byte {
	for {
		end, plain := 0, true
		for ; end < len(path); end++ {
			if class := pathBytes[path[end]]; class == slash {
				break
			} else if class == encoded {
				plain = false
			}
		}
		segment, last := path[:end], end == len(path)
		switch {
		case mayBeDots(segment) && isDoubleDot(segment):
			if parent := bytes.LastIndexByte(dst[pathStart:len(dst)-1], '/'); parent >= 0 {
				dst = dst[:pathStart+parent+1]
			}
		case mayBeDots(segment) && isSingleDot(segment):
		default:
			if plain {
				dst = append(dst, segment...)
			} else {
				dst = appendEncoded(dst, segment, &pathBytes)
			}
			if !last {
				dst = append(dst, '/')
			}
		}
		if last {
			return dst
		}
		path = path[end+1:]
	}
}

// mayBeDots is the quick test that spares most segments the two that follow.
func mayBeDots(segment string) bool {
	return segment != "" && len(segment) <= len("%2e%2e") && (segment[0] == '.' || segment[0] == '%')
}

func isSingleDot(segment string) bool {
	return segment == "." || len(segment) == len("%2e") && strings.EqualFold(segment, "%2e")
}

func isDoubleDot(segment string) bool {
	switch len(segment) {
	case len(".."):
		return segment == ".."
	case len(".%2e"):
		return strings.EqualFold(segment, ".%2e") || strings.EqualFold(segment, "%2e.")
	case len("%2e%2e"):
		return strings.EqualFold(segment, "%2e%2e")
	}
	return false
}

// A byteClass says what becomes of a byte.
type byteClass uint8

const (
	kept    byteClass = iota // as it is; a percent sign too, be it part of an escape or not
	encoded                  // percent-encoded
	slash                    // ends a segment
)

var (
	pathBytes     = classes(whatwg.PathPercentEncodeSet, `/\`)
	queryBytes    = classes(whatwg.SpecialQueryPercentEncodeSet, "")
	userinfoBytes = classes(whatwg.UserInfoPercentEncodeSet, "")
)

func classes(set *whatwg.PercentEncodeSet, slashes string) (table [256]byteClass) {
	for c := range table {
		if set.ByteShouldBeEncoded(byte(c)) {
			table[c] = encoded
		}
	}
	for _, c := range []byte(slashes) {
		table[c] = slash
	}
	return table
}

// appendEncoded appends s, percent-encoding as UTF-8 what the table says (the standard's section 1.3). A byte that is not UTF-8
// counts as U+FFFD.
func appendEncoded(dst []byte, s string, table *[256]byteClass) []byte {
	const digits = "0123456789ABCDEF"
	var encoding [utf8.UTFMax]byte
	done := 0
	for i := 0; i < len(s); {
		if table[s[i]] != encoded {
			i++
			continue
		}
		dst = append(dst, s[done:i]...)
		r, size := utf8.DecodeRuneInString(s[i:])
		for _, c := range encoding[:utf8.EncodeRune(encoding[:], r)] {
			dst = append(dst, '%', digits[c>>4], digits[c&0xF])
		}
		i += size
		done = i
	}
	return append(dst, s[done:]...)
}
