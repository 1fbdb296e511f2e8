package warc

import (
	"cmp"
	"slices"
	"strings"
)

// maxKey bounds a key, so that a line of an index is bounded. URLs that are alike
// in so many bytes share a key, as others do.
const maxKey = 4 << 10

// maxUnescape is how often escapes of escapes are undone. Real URLs have two or
// three levels; without a bound the time would grow with the square of the length.
const maxUnescape = 8

// surtKey is what the lines of an index are sorted by: the Sort-friendly URI
// Reordering Transform that the Internet Archive's tools and pywb use, so that
// they find the lines of ours. The scheme is left out, the host's labels are
// reversed and its www. dropped, a default port, user, fragment and final slash
// are dropped, escapes undone where they can be, parameters of the query sorted,
// and all of it is in lower case. Unlike those tools, it keeps session IDs.
//
// Many URLs may share one key: see [Archive.Lookup]. False if the URL is not one
// of http or https.
func surtKey(s string) (string, bool) {
	u, ok := splitURL(s)
	if !ok {
		return "", false
	}
	b := make([]byte, 0, len(s)+8)
	b = appendReversed(b, asciiHost(unescape(u.host)))
	if u.port != "" {
		b = append(append(b, ':'), u.port...)
	}
	b = append(b, ')')
	path := cleanPath(unescape(u.path))
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	b = appendKey(b, path)
	if query := strings.TrimPrefix(u.query, "?"); query != "" {
		b = append(b, '?')
		b = append(b, sortQuery(string(appendKey(nil, unescape(query))))...)
	}
	return string(b[:min(len(b), maxKey)]), true
}

// appendReversed appends a host's labels from the last to the first. Addresses are
// turned round as well: that is how the others do it.
func appendReversed(b []byte, host string) []byte {
	if digits := strings.TrimLeft(strings.TrimPrefix(host, "www"), "0123456789"); strings.HasPrefix(host, "www") &&
		len(digits) > 1 && digits[0] == '.' {
		host = digits[1:]
	}
	for first := true; host != ""; {
		i := strings.LastIndexByte(host, '.')
		label := host[i+1:]
		host = host[:max(i, 0)]
		if label == "" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		for j := range len(label) {
			if c := label[j]; c == '!' || c == ',' || c == ')' { // a line that begins with "!" is none of a capture
				b = append(b, '%', lowerHex[c>>4], lowerHex[c&15])
			} else {
				b = appendKeyByte(b, c)
			}
		}
	}
	return b
}

const lowerHex = "0123456789abcdef"

// appendKey appends s in lower case, with escapes for what would not do in a line.
func appendKey(b []byte, s string) []byte {
	for i := range len(s) {
		b = appendKeyByte(b, s[i])
	}
	return b
}

func appendKeyByte(b []byte, c byte) []byte {
	switch {
	case c <= ' ' || c >= 0x7f || c == '#' || c == '%':
		return append(b, '%', lowerHex[c>>4], lowerHex[c&15])
	case 'A' <= c && c <= 'Z':
		return append(b, c+'a'-'A')
	}
	return append(b, c)
}

// unescape undoes percent-encoding until there is none left.
func unescape(s string) string {
	for range maxUnescape {
		if strings.IndexByte(s, '%') < 0 {
			break
		}
		b := make([]byte, 0, len(s))
		for i := 0; i < len(s); i++ {
			if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
				b = append(b, byte(hexValue(s[i+1])<<4|hexValue(s[i+2])))
				i += 2
			} else {
				b = append(b, s[i])
			}
		}
		if len(b) == len(s) {
			break
		}
		s = string(b)
	}
	return s
}

// cleanPath takes empty segments and those of dots out of a path. The result
// begins with a slash.
func cleanPath(path string) string {
	if !strings.Contains(path, "//") && !strings.Contains(path, "/.") && strings.HasPrefix(path, "/") {
		return path
	}
	var kept []string
	segments := strings.Split(path, "/")
	for _, segment := range segments {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
		default:
			kept = append(kept, segment)
		}
	}
	if len(kept) == 0 {
		return "/"
	}
	clean := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; last == "" || last == "." || last == ".." {
		clean += "/"
	}
	return clean
}

// sortQuery sorts the parameters of a query by name, then by value.
func sortQuery(query string) string {
	if strings.IndexByte(query, '&') < 0 {
		return query
	}
	parameters := strings.Split(query, "&")
	slices.SortStableFunc(parameters, func(x, y string) int {
		xName, xValue, _ := strings.Cut(x, "=")
		yName, yValue, _ := strings.Cut(y, "=")
		return cmp.Or(strings.Compare(xName, yName), strings.Compare(xValue, yValue))
	})
	return strings.Join(parameters, "&")
}
