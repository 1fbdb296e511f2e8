package weburl

import (
	"net/url"
	"strings"
)

// RequestTarget returns a url.URL for http.Request.URL with which net/http sends, byte for byte, the path and the query of the
// canonical URL. Left to itself it would not: url.Parse refuses "/100%", and rewrites "/a|b" and "/a^b".
//
// Where url.URL can hold the path it does; else the path goes in Opaque, and Path, which is then for reading only, has it
// unescaped as far as that goes. A path that begins with two slashes and holds such bytes too can only be sent in the
// absolute form of RFC 9112 section 3.2.2, which servers must accept. The user name and password are in User: http.Client makes a
// header of them, an http.RoundTripper does not.
//
// For http URLs that go through a proxy, use [ProxyRequestTarget]. What is not a canonical URL is an *[Error] of kind
// [ErrInvalid].
func RequestTarget(canonical string) (*url.URL, error) {
	u, exact, err := target(canonical)
	if err != nil || exact {
		return u, err
	}
	u.Opaque = Split(canonical).Path
	if strings.HasPrefix(u.Opaque, "//") {
		u.Opaque = "//" + u.Host + u.Opaque
	}
	return u, nil
}

// ProxyRequestTarget is [RequestTarget] for an http URL that is asked of a proxy. A proxy is sent the whole URL, and net/http
// leaves out the host when the path is in Opaque. (An https URL goes through a tunnel, to the server itself.)
func ProxyRequestTarget(canonical string) (*url.URL, error) {
	u, exact, err := target(canonical)
	if err != nil || exact {
		return u, err
	}
	u.Opaque = "//" + u.Host + Split(canonical).Path
	return u, nil
}

// target fills in all but Opaque, and reports whether that is needless.
func target(canonical string) (u *url.URL, exact bool, err error) {
	p := Split(canonical)
	if (p.Scheme != "http" && p.Scheme != "https") || p.Host == "" || p.Path == "" || !isVisibleASCII(canonical) {
		return nil, false, &Error{Kind: ErrInvalid, Input: canonical, Reason: "it is not canonical: parse it first"}
	}
	u = &url.URL{
		Scheme:     p.Scheme,
		User:       userinfo(p.Userinfo),
		Host:       p.Host,
		Path:       unescape(p.Path),
		RawPath:    p.Path,
		RawQuery:   p.Query,
		ForceQuery: p.HasQuery && p.Query == "",
	}
	return u, u.EscapedPath() == p.Path, nil
}

func isVisibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

func userinfo(encoded string) *url.Userinfo {
	if encoded == "" {
		return nil
	}
	name, password, hasPassword := strings.Cut(encoded, ":")
	if !hasPassword {
		return url.User(unescape(name))
	}
	return url.UserPassword(unescape(name), unescape(password))
}

// unescape decodes percent-escapes, or leaves s as it is where one is malformed.
func unescape(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
