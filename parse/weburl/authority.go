package weburl

import (
	"net/netip"
	"strconv"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// appendAuthority appends scheme, "://" and the authority (the standard's authority state, host state and port state). What
// is surely canonical is not looked at any further; else the library has the host and the port.
func appendAuthority(dst []byte, scheme, authority string, base *Base) ([]byte, *Error) {
	dst = append(dst, scheme...)
	dst = append(dst, "://"...)
	if base != nil && base.scheme == scheme && base.authority() == authority {
		return append(dst, authority...), nil
	}
	host := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		dst = appendUserinfo(dst, authority[:at])
		host = authority[at+1:]
	}
	if isPlain(host, scheme) {
		return append(dst, host...), nil
	}
	// The slash keeps a trailing space of the host from being trimmed.
	u, err := whatwg.Parse(scheme + "://" + host + "/")
	if err != nil {
		return nil, refused(err)
	}
	return append(dst, u.Host()...), nil
}

// appendUserinfo appends the user name and the password with their at sign, or nothing if both are empty. The standard has the at
// sign that counts be the last, and the colon the first.
func appendUserinfo(dst []byte, userinfo string) []byte {
	name, password, _ := strings.Cut(userinfo, ":")
	if name == "" && password == "" {
		return dst
	}
	dst = appendEncoded(dst, name, &userinfoBytes)
	if password != "" {
		dst = appendEncoded(append(dst, ':'), password, &userinfoBytes)
	}
	return append(dst, '@')
}

// isPlain reports whether a host with its port, if any, is surely canonical.
func isPlain(hostPort, scheme string) bool {
	host, port, hasPort := strings.Cut(hostPort, ":")
	if hasPort && !isPlainPort(port, scheme) {
		return false
	}
	return isPlainName(host) || isPlainIPv4(host)
}

func isPlainPort(port, scheme string) bool {
	if port == "" || port[0] == '0' || port == defaultPort(scheme) {
		return false
	}
	for i := range len(port) {
		if !isDigit(port[i]) {
			return false
		}
	}
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// isPlainName reports whether host is a domain name in lower-case ASCII. Names that end in a number may be IPv4 addresses, and
// labels that begin with xn-- must decode: neither is plain.
func isPlainName(host string) bool {
	label := 0
	for i := 0; i <= len(host); i++ {
		switch {
		case i == len(host) || host[i] == '.':
			if i == label || strings.HasPrefix(host[label:i], "xn--") {
				return false
			}
			if i < len(host) {
				label = i + 1
			}
		case host[i] < 'a' || host[i] > 'z':
			if !isDigit(host[i]) && host[i] != '-' {
				return false
			}
		}
	}
	return 'a' <= host[label] && host[label] <= 'z'
}

// isPlainIPv4 reports whether host, in which there is no colon, is an IPv4 address as it is serialised.
func isPlainIPv4(host string) bool {
	if host == "" || !isDigit(host[0]) || !isDigit(host[len(host)-1]) {
		return false // as most hosts, for which ParseAddr would make an error
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
