package parse

import (
	"strings"
	"time"
)

// A Refresh is a page's <meta http-equiv="refresh">: a browser goes to URL after Delay.
type Refresh struct {
	Delay time.Duration // whole seconds
	URL   string        // canonical and absolute; the page's own URL when the refresh names none
}

// maxRefresh bounds a delay, so that digits without end don't overflow: some thirty years, in seconds.
const maxRefresh = 1_000_000_000

// parseRefresh reads the content of a refresh by the HTML standard's "shared declarative refresh steps" (§4.2.5.3).
// ref is the URL reference as written; without hasRef the page itself is meant. ok is false where browsers do nothing.
func parseRefresh(content string) (seconds int32, ref string, hasRef, ok bool) {
	content = strings.TrimLeft(content, spaces)
	digits := 0
	for ; digits < len(content) && isDigit(content[digits]); digits++ {
		seconds = int32(min(10*int64(seconds)+int64(content[digits]-'0'), maxRefresh))
	}
	if digits == 0 && !strings.HasPrefix(content, ".") {
		return 0, "", false, false
	}
	rest := strings.TrimLeft(content[digits:], "0123456789.") // fractions are ignored
	if rest == "" {
		return seconds, "", false, true
	}
	if c := rest[0]; c != ';' && c != ',' && !isSpace(c) {
		return 0, "", false, false
	}
	rest = strings.TrimLeft(rest, spaces)
	if rest != "" && (rest[0] == ';' || rest[0] == ',') {
		rest = strings.TrimLeft(rest[1:], spaces)
	}
	if rest == "" {
		return seconds, "", false, true
	}
	return seconds, refreshRef(rest), true, true
}

// refreshRef returns the reference in `url=ref`, `url="ref" more` or a bare `ref`.
func refreshRef(s string) string {
	if hasPrefixFold(s, "url") {
		if after := strings.TrimLeft(s[len("url"):], spaces); strings.HasPrefix(after, "=") {
			s = strings.TrimLeft(after[1:], spaces)
		} else {
			return s // a reference that happens to begin so
		}
	}
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s, _, _ = strings.Cut(s[1:], s[:1])
	}
	return s
}
