package robots

import "strings"

// In a compiled pattern the two special characters of RFC 9309 section 2.2.3 are octets that nothing else in it can be, since all octets above
// 0x7F are percent-encoded. A literal star or dollar, written %2A or %24, is then just itself.
const (
	wildcard = '\xFF' // "*": any octets, or none
	ending   = '\xFE' // "$" as the last character: the target ends here
)

// reading says which octets that are spelled differently are the same; see the package's documentation for why there are two.
type reading uint8

const (
	googles reading = iota // %62 is not b, and a raw octet in the target is not its percent-encoded form
	rfcs                   // they are
)

// compile turns the path of a rule into a pattern.
func compile(path string, as reading) string {
	if !needsCompiling(path) {
		return path
	}
	pattern := make([]byte, 0, len(path)+8)
	for i := 0; i < len(path); {
		switch {
		case path[i] == '*':
			pattern = append(pattern, wildcard)
			i++
		case path[i] == '$' && i == len(path)-1:
			pattern = append(pattern, ending)
			i++
		default:
			var read int
			pattern, read = appendNormal(pattern, path[i:], as)
			i += read
		}
	}
	return string(pattern)
}

// normalTarget is the target as patterns compiled with the same reading expect it.
func normalTarget(target string, as reading) string {
	normal := make([]byte, 0, len(target)+8)
	for i := 0; i < len(target); {
		if target[i] >= 0x80 && as == googles {
			normal = append(normal, target[i])
			i++
			continue
		}
		var read int
		normal, read = appendNormal(normal, target[i:], as)
		i += read
	}
	return string(normal)
}

// appendNormal appends the normal form of the first octet of s, encoded or not, and says how much of s that was.
func appendNormal(dst []byte, s string, as reading) (normal []byte, read int) {
	c := s[0]
	if c == '%' && len(s) >= 3 && isHex(s[1]) && isHex(s[2]) {
		octet := unhex(s[1])<<4 | unhex(s[2])
		if sameDecoded(octet, as) {
			return append(dst, octet), 3
		}
		return appendEncoded(dst, octet), 3
	}
	if !inURI[c] {
		return appendEncoded(dst, c), 1
	}
	return append(dst, c), 1
}

func appendEncoded(dst []byte, octet byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(dst, '%', digits[octet>>4], digits[octet&0xF])
}

// sameDecoded reports whether an octet means the same percent-encoded and not: the unreserved of RFC 3986 section 2.3 (all but its marks only
// by the RFC's reading), and the two that RFC 9309 section 2.2.3 has written so to match themselves.
func sameDecoded(octet byte, as reading) bool {
	switch octet {
	case '-', '.', '_', '~', '*', '$':
		return true
	}
	return as == rfcs && isAlphanumeric(octet)
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// inURI has the octets that stand for themselves in a URI: RFC 3986's reserved and unreserved characters, and the percent sign.
var inURI = func() (set [256]bool) {
	for c := range set {
		set[c] = isAlphanumeric(byte(c)) || strings.IndexByte("-._~:/?#[]@!$&'()*+,;=%", byte(c)) >= 0
	}
	return set
}()

// isPlain reports whether a target is its own normal form, in either reading.
func isPlain(target string) bool {
	for i := range len(target) {
		if c := target[i]; !inURI[c] || c == '%' {
			return false
		}
	}
	return true
}

func needsCompiling(path string) bool {
	return strings.IndexByte(path, '*') >= 0 || strings.HasSuffix(path, "$") || !isPlain(path)
}

// matches reports whether a pattern, which is not empty, matches a target from its first octet. It takes each literal between two wildcards at
// its first place: a later one leaves less of the target for the rest, so it could not match where the first does not. There is nothing to go
// back to, and the cost is one search a literal.
func matches(pattern, target string) bool {
	last := len(pattern) - 1
	ends := pattern[last] == ending
	if ends {
		pattern = pattern[:last]
	}
	star := strings.IndexByte(pattern, wildcard)
	if star < 0 {
		return strings.HasPrefix(target, pattern) && (!ends || len(target) == len(pattern))
	}
	if !strings.HasPrefix(target, pattern[:star]) {
		return false
	}
	for {
		target, pattern = target[star:], pattern[star+1:]
		if star = strings.IndexByte(pattern, wildcard); star < 0 {
			break
		}
		at := strings.Index(target, pattern[:star])
		if at < 0 {
			return false
		}
		target = target[at:]
	}
	if ends {
		return strings.HasSuffix(target, pattern)
	}
	return strings.Contains(target, pattern)
}
