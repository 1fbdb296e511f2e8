package warc

import (
	"net/http"
	"slices"
	"strings"
)

// Redacted is what stands in an archive in the place of a secret.
const Redacted = "redacted"

// redactRequest takes the secrets out of a request's header: credentials, the values
// of cookies, and the headers that the caller names. Names stay: that a cookie was
// sent explains an answer.
func redactRequest(h http.Header, private []string) {
	redact(h, func(string) string { return Redacted }, append([]string{"Authorization", "Proxy-Authorization", "Cookie2"}, private...)...)
	redact(h, redactCookies, "Cookie")
}

// redact replaces the values of headers. Names are found however they are written:
// net/http sends "cookie" as it is.
func redact(h http.Header, hidden func(value string) string, names ...string) {
	for name, values := range h {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			for i := range values {
				values[i] = hidden(values[i])
			}
		}
	}
}

// redactCookies takes the values out of a Cookie header (RFC 6265 section 4.2).
func redactCookies(header string) string {
	pairs := strings.Split(header, ";")
	for i := range pairs {
		pairs[i] = redactPair(pairs[i])
	}
	return strings.Join(pairs, ";")
}

// redactPair takes away all that may be a cookie's value: what has no name is one.
func redactPair(pair string) string {
	if name, _, ok := strings.Cut(pair, "="); ok {
		return name + "=" + Redacted
	}
	return Redacted
}

// redactAnswer takes the values of cookies out of an answer's header. Their names
// and attributes stay (RFC 6265 section 5.2), since they say what a client did.
func redactAnswer(h http.Header) {
	redact(h, func(cookie string) string {
		pair, attributes, more := strings.Cut(cookie, ";")
		if more {
			attributes = ";" + attributes
		}
		return redactPair(pair) + attributes
	}, "Set-Cookie")
	redact(h, func(string) string { return Redacted }, "Set-Cookie2", "Authentication-Info", "Proxy-Authentication-Info")
}
