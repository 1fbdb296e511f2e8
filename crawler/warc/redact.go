package warc

import (
	"net/http"
	"strings"
)

// Redacted is what stands in an archive in the place of a secret.
const Redacted = "redacted"

// secretHeaders hold what lets somebody in.
var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Cookie2"}

// redactRequest takes the secrets out of a request's header. Their names stay: that
// a cookie was sent explains an answer.
func redactRequest(h http.Header) {
	for _, name := range secretHeaders {
		for i := range h[name] {
			h[name][i] = Redacted
		}
	}
}

// redactAnswer takes the values of cookies out of an answer's header. Their names
// and attributes stay (RFC 6265 section 5.2), since they say what a client did.
func redactAnswer(h http.Header) {
	for _, name := range []string{"Set-Cookie", "Set-Cookie2"} {
		for i, cookie := range h[name] {
			pair, attributes, _ := strings.Cut(cookie, ";")
			if key, _, ok := strings.Cut(pair, "="); ok {
				pair = key + "=" + Redacted
			} else {
				pair = Redacted
			}
			if attributes != "" {
				pair += ";" + attributes
			}
			h[name][i] = pair
		}
	}
	for _, name := range []string{"Authentication-Info", "Proxy-Authentication-Info"} {
		for i := range h[name] {
			h[name][i] = Redacted
		}
	}
}
