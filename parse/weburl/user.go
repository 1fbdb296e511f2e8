package weburl

import "strings"

// ParseUser is [Parse] for what a person types. Without a scheme it takes http, as curl does: "example.com/x", "localhost:8080",
// "[::1]/" and "//example.com" are URLs. What looks like a path is refused, where the standard would take its first name for a
// host.
func ParseUser(raw string) (string, error) {
	typed := strings.TrimSpace(raw)
	switch {
	case typed == "":
		return "", &Error{Kind: ErrInvalid, Input: raw, Reason: "it is empty: give a URL such as https://example.com/"}
	case isNetworkPath(typed):
		typed = "http:" + typed
	case looksLikePath(typed):
		return "", &Error{Kind: ErrInvalid, Input: raw, Reason: "it is a path without a host: give the whole URL, such as https://example.com/path"}
	case !namesScheme(typed):
		typed = "http://" + typed
	}
	canonical, err := Parse(typed)
	if fault, ok := err.(*Error); ok {
		fault.Input = raw
		if fault.Kind == ErrScheme {
			fault.Reason += ": only web pages can be fetched"
		}
	}
	return canonical, err
}

func isNetworkPath(s string) bool { return strings.HasPrefix(s, "//") && len(s) > 2 && !isSlash(s[2]) }

func looksLikePath(s string) bool {
	return isSlash(s[0]) || s[0] == '?' || s[0] == '#' || s == "." || s == ".." ||
		strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")
}

// namesScheme reports whether s begins with a scheme and not with a host and a port: "localhost:8080/x" and "mailto:8080x"
// differ only in what follows the digits.
func namesScheme(s string) bool {
	_, rest, ok := cutScheme(s)
	if !ok {
		return false
	}
	port := rest
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		port = rest[:end]
	}
	const portDigits = 5
	if port == "" || len(port) > portDigits {
		return true
	}
	for i := range len(port) {
		if !isDigit(port[i]) {
			return true
		}
	}
	return false
}
