package weburl

import "strings"

// Parts are the pieces of a canonical URL, all of them substrings of it.
type Parts struct {
	Scheme       string // "http" or "https"
	Userinfo     string // "user", "user:password" or ":password", percent-encoded; mostly empty
	Host         string // host and, if explicit, port: "example.com:8080", "[::1]"
	Hostname     string // Host without the port; an IPv6 address keeps its brackets
	Port         string // decimal; empty where it is the scheme's own
	Path         string // begins with a slash
	Query        string // without its question mark
	HasQuery     bool   // tells "/path?" from "/path"
	PathAndQuery string // what a request asks of its host: Path, question mark, Query
}

// Split takes a canonical URL apart without an allocation. What has no "://" gives no Parts at all, and other strings that are
// not canonical give something that means nothing.
func Split(canonical string) Parts {
	scheme, rest, ok := strings.Cut(canonical, "://")
	if !ok {
		return Parts{}
	}
	p := Parts{Scheme: scheme}
	authority := rest
	if slash := strings.IndexByte(rest, '/'); slash >= 0 {
		authority, p.PathAndQuery = rest[:slash], rest[slash:]
	}
	p.Path, p.Query, p.HasQuery = strings.Cut(p.PathAndQuery, "?")

	p.Host = authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		p.Userinfo, p.Host = authority[:at], authority[at+1:]
	}
	p.Hostname = p.Host
	if colon := strings.LastIndexByte(p.Host, ':'); colon > strings.LastIndexByte(p.Host, ']') {
		p.Hostname, p.Port = p.Host[:colon], p.Host[colon+1:]
	}
	return p
}

// HostKey names the host of a canonical URL as politeness counts hosts: the ports 80 and 443 of a name are one host, whatever
// the scheme, because they are one site to its webmaster; every other port is a host of its own.
func HostKey(canonical string) string {
	p := Split(canonical)
	if p.Port == "80" || p.Port == "443" {
		return p.Hostname
	}
	return p.Host
}

// Origin returns the scheme, host and port of a canonical URL, as "https://example.com:8443": the authority to which one
// robots.txt applies (RFC 9309 section 2.3).
func Origin(canonical string) string {
	p := Split(canonical)
	if p.Userinfo != "" {
		return p.Scheme + "://" + p.Host
	}
	return canonical[:len(canonical)-len(p.PathAndQuery)]
}

// WithoutUserinfo returns the canonical URL without its user name and password, which are no part of what the URL names.
func WithoutUserinfo(canonical string) string {
	p := Split(canonical)
	if p.Userinfo == "" {
		return canonical
	}
	return p.Scheme + "://" + p.Host + p.PathAndQuery
}
