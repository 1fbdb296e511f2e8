package warc

import (
	"strings"

	"golang.org/x/net/idna"
)

// webURL is a URL of http or https in its parts, each as it was written but for
// the scheme, which is in lower case.
type webURL struct {
	scheme, user, host, port string // user with its "@", port without its ":"
	path, query              string // query with its "?"; the fragment is left out
}

// splitURL takes a URL apart. Others than those of http and https have no place in
// an index, and give false.
func splitURL(s string) (u webURL, ok bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		return u, false
	}
	switch {
	case strings.EqualFold(scheme, "http"):
		u.scheme = "http"
	case strings.EqualFold(scheme, "https"):
		u.scheme = "https"
	default:
		return u, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		rest, u.query = rest[:i], rest[i:]
	}
	u.host = rest
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		u.host, u.path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(u.host, '@'); i >= 0 {
		u.user, u.host = u.host[:i+1], u.host[i+1:]
	}
	if i := strings.LastIndexByte(u.host, ':'); i >= 0 && isPort(u.host[i+1:]) {
		u.host, u.port = u.host[:i], u.host[i+1:]
	}
	if u.scheme == "http" && u.port == "80" || u.scheme == "https" && u.port == "443" {
		u.port = ""
	}
	if strings.HasPrefix(u.host, "[") { // an IPv6 address
		return u, strings.HasSuffix(u.host, "]")
	}
	return u, u.host != "" && strings.IndexByte(u.host, ':') < 0
}

// isPort is true of an empty string, too: a port may be left empty (RFC 3986
// section 3.2.3).
func isPort(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// sameForm is the form in which two URLs are the same resource by what any client
// sends: scheme and host in lower case, no default port, "/" for an empty path, no
// fragment, hexadecimal digits of escapes in upper case, and escaped what no URL
// may have as it is. It joins nothing that a server could tell apart. False if the
// URL is not one of http or https.
func sameForm(s string) (string, bool) {
	if isSameForm(s) {
		return s, true
	}
	u, ok := splitURL(s)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(u.scheme)
	b.WriteString("://")
	writeEscaped(&b, u.user, "")
	writeEscaped(&b, asciiHost(u.host), "")
	if u.port != "" {
		b.WriteString(":" + u.port)
	}
	if u.path == "" {
		b.WriteByte('/')
	}
	writeEscaped(&b, u.path, "")
	// Clients that follow the URL standard escape it here, and wget does not.
	writeEscaped(&b, u.query, "'")
	return b.String(), true
}

// isSameForm is true only of what sameForm would not change. Nearly all URLs of an
// archive are like that.
func isSameForm(s string) bool {
	rest, ok := strings.CutPrefix(s, "http://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "https://"); !ok {
			return false
		}
	}
	i := 0
	for ; i < len(rest) && rest[i] != '/'; i++ {
		c := rest[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	if i == 0 || i == len(rest) {
		return false
	}
	for ; i < len(rest); i++ {
		if c := rest[i]; c == '%' || c == '#' || c == '\'' || mustEscape(c) {
			return false
		}
	}
	return true
}

// asciiHost is a host's name in lower case, and in the form that DNS has of it
// (RFC 5891) if it has one.
func asciiHost(host string) string {
	host = lowerASCII(host)
	for i := range len(host) {
		if host[i] >= 0x80 {
			if ascii, err := idna.Lookup.ToASCII(host); err == nil && ascii != "" {
				return ascii
			}
			break
		}
	}
	return host
}

// lowerASCII leaves alone what isn't ASCII: strings.ToLower would replace bytes
// that aren't UTF-8.
func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

const upperHex = "0123456789ABCDEF"

// mustEscape is true of bytes that RFC 3986 has no place for.
func mustEscape(c byte) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0
}

func writeEscaped(b *strings.Builder, s, also string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case mustEscape(c) || strings.IndexByte(also, c) >= 0:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		default:
			b.WriteByte(c)
		}
	}
}

func isHex(c byte) bool { return hexValue(c) >= 0 }

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
