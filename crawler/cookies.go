package crawler

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"golang.org/x/net/publicsuffix"
)

// What a cookie jar takes and gives. Servers refuse headers much longer than
// 8 KiB, so a host that sets more would only lock itself out.
const (
	maxCookie         = 4096 // bytes of name and value, as in browsers
	maxCookiesAnswer  = 50   // taken from one answer (RFC 6265 section 6.1 asks for 50 a domain)
	maxCookiesRequest = 8192 // bytes sent with one request
)

// boundedJar keeps cookies by the public suffix list, and not more of them than
// a request can carry.
type boundedJar struct{ jar *cookiejar.Jar }

func newBoundedJar() (*boundedJar, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, err
	}
	return &boundedJar{jar}, nil
}

// SetCookies implements [http.CookieJar].
func (b *boundedJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	taken := make([]*http.Cookie, 0, min(len(cookies), maxCookiesAnswer))
	for _, c := range cookies {
		if len(taken) < maxCookiesAnswer && len(c.Name)+len(c.Value) <= maxCookie {
			taken = append(taken, c)
		}
	}
	b.jar.SetCookies(u, taken)
}

// Cookies implements [http.CookieJar].
func (b *boundedJar) Cookies(u *url.URL) []*http.Cookie {
	cookies := b.jar.Cookies(u)
	size := 0
	for i, c := range cookies {
		if size += len(c.Name) + len(c.Value) + len("=; "); size > maxCookiesRequest {
			return cookies[:i]
		}
	}
	return cookies
}
