package weburl

import "strings"

// bufferSize is what a URL is built in before it becomes a string. Longer ones cost an allocation more; few are.
const bufferSize = 256

// Parse returns the canonical form of an absolute http or https URL, as the standard's basic URL parser
// (section 4.4) and serialiser (section 4.5) have it, without the fragment. It forgives what the standard forgives: surrounding
// spaces, line breaks, backslashes, too few or too many slashes after the scheme. A user name and password stay.
//
// A canonical raw is returned itself, sharing its memory: clone what must not keep a larger string alive.
// Errors are of type *[Error].
func Parse(raw string) (string, error) {
	var buffer [bufferSize]byte
	in := strip(raw)
	dst, fault := appendURL(buffer[:0], in, nil)
	if fault != nil {
		fault.Input = raw
		return "", fault
	}
	if string(dst) == in {
		return in, nil
	}
	return string(dst), nil
}

// strip removes what the standard ignores wherever it stands (section 4.4, steps 1 to 3), and the fragment, which ends no
// earlier and no later than at the first '#', whatever comes before it.
func strip(s string) string {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	if hash := strings.IndexByte(s, '#'); hash >= 0 {
		s = s[:hash]
	} else {
		for len(s) > 0 && s[len(s)-1] <= ' ' {
			s = s[:len(s)-1]
		}
	}
	if strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\t') >= 0 || strings.IndexByte(s, '\r') >= 0 {
		s = tabsAndNewlines.Replace(s)
	}
	return s
}

var tabsAndNewlines = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// appendURL appends the canonical form of in, which is stripped, to dst, which is empty. Without a base, in must be absolute.
func appendURL(dst []byte, in string, base *Base) ([]byte, *Error) {
	scheme, rest, absolute := cutScheme(in)
	switch {
	case absolute && scheme != "http" && scheme != "https":
		return nil, otherScheme(scheme)
	case len(in) > MaxLength:
		return nil, tooLong()
	case absolute && (base == nil || base.scheme != scheme):
		dst, fault := appendNetwork(dst, scheme, rest, base)
		return limited(dst, fault)
	case base == nil:
		return nil, invalid("there is no scheme and nothing to resolve it against: an absolute URL begins with http:// or https://")
	case base.url == "":
		return nil, otherScheme(base.scheme)
	}
	// The standard takes http:x in an http page for the relative reference x, and http://x for the //x that it resembles.
	dst, fault := appendReference(dst, rest, base)
	return limited(dst, fault)
}

func limited(dst []byte, fault *Error) ([]byte, *Error) {
	if fault == nil && len(dst) > MaxLength {
		return nil, tooLong()
	}
	return dst, fault
}

// appendReference appends what the relative reference resolves to (the standard's relative state and relative slash state).
func appendReference(dst []byte, ref string, base *Base) ([]byte, *Error) {
	switch {
	case ref == "":
		return append(dst, base.url...), nil
	case isSlash(ref[0]) && len(ref) > 1 && isSlash(ref[1]):
		return appendNetwork(dst, base.scheme, ref, base)
	case isSlash(ref[0]):
		dst = append(dst, base.url[:base.pathStart]...)
		return appendPathAndQuery(dst, ref), nil
	case ref[0] == '?':
		dst = append(dst, base.url[:base.pathEnd]...)
		return appendQuery(dst, ref[1:]), nil
	}
	path, query, hasQuery := strings.Cut(ref, "?")
	dst = append(dst, base.url[:base.directoryEnd]...)
	dst = appendSegments(dst, base.pathStart, path)
	if hasQuery {
		dst = appendQuery(dst, query)
	}
	return dst, nil
}

// appendNetwork appends a URL of which rest is all that follows the scheme and its colon (the standard's special authority
// ignore slashes state, and on).
func appendNetwork(dst []byte, scheme, rest string, base *Base) ([]byte, *Error) {
	for len(rest) > 0 && isSlash(rest[0]) {
		rest = rest[1:]
	}
	end := 0
	for end < len(rest) && !isSlash(rest[end]) && rest[end] != '?' {
		end++
	}
	dst, fault := appendAuthority(dst, scheme, rest[:end], base)
	if fault != nil {
		return nil, fault
	}
	return appendPathAndQuery(dst, rest[end:]), nil
}

// cutScheme splits s at the colon after its scheme (the standard's scheme start state and scheme state). Without a scheme,
// rest is all of s.
func cutScheme(s string) (scheme, rest string, ok bool) {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(s[:i]), s[i+1:], true
		default:
			return "", s, false
		}
	}
	return "", s, false
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }
