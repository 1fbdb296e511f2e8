package robots

import "strings"

// Target gives the part of a URL that rules are matched against: path and query, without scheme, authority and fragment, always starting with
// "/". A URL without a path is "/". It cuts, and neither parses nor normalises: what is no URL gives something, never an error.
func Target(rawURL string) string {
	rest, _, _ := strings.Cut(rawURL, "#")
	rest = strings.TrimPrefix(rest, "//")
	const pathStarts = "/?;"
	if scheme, afterScheme, ok := strings.Cut(rest, "://"); ok && !strings.ContainsAny(scheme, pathStarts) {
		rest = afterScheme
	}
	start := strings.IndexAny(rest, pathStarts)
	if start < 0 {
		return "/"
	}
	return rooted(rest[start:])
}

// rooted puts the slash before a target that lacks it.
func rooted(target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	return "/" + target
}
