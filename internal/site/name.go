package site

import (
	"net"
	"net/url"
	"strings"
)

// siteName replaces the name that the files give the site by the host that a client asked, so that absolute URLs in pages,
// sitemaps and robots.txt lead back to the same server on whatever port it listens.
type siteName struct {
	plain   string // "//tjeldhavn.example"
	shouted string // "//TJELDHAVN.EXAMPLE:80", with the default port spelled out
}

func nameOf(origin string) siteName {
	u, err := url.Parse(origin)
	if err != nil {
		return siteName{}
	}
	return siteName{plain: "//" + u.Host, shouted: "//" + strings.ToUpper(u.Host) + ":80"}
}

// as is text with the site named host. Old charsets are left alone: where the name stands, it stands in ASCII.
func (n siteName) as(host, text string) string {
	if n.plain == "" {
		return text
	}
	shouted := strings.ToUpper(host)
	if _, _, err := net.SplitHostPort(host); err != nil {
		shouted += ":80"
	}
	return strings.NewReplacer(n.plain, "//"+host, n.shouted, "//"+shouted).Replace(text)
}
