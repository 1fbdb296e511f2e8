package weburl

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"canonical", "https://example.com/a/b.html?q=1", "https://example.com/a/b.html?q=1"},
		{"no path", "http://example.com", "http://example.com/"},
		{"no path but a query", "http://example.com?q", "http://example.com/?q"},
		{"fragment", "http://example.com/a#b#c", "http://example.com/a"},
		{"empty fragment", "http://example.com/a#", "http://example.com/a"},
		{"empty query", "http://example.com/a?#b", "http://example.com/a?"},
		{"upper case", "HTTP://EXAMPLE.com/A", "http://example.com/A"},
		{"default port", "http://example.com:80/", "http://example.com/"},
		{"default port of the other scheme", "http://example.com:443/", "http://example.com:443/"},
		{"port with zeros", "https://example.com:00443/", "https://example.com/"},
		{"empty port", "http://example.com:/", "http://example.com/"},
		{"greatest port", "http://example.com:65535/", "http://example.com:65535/"},
		{"user", "http://me:s%20cret@example.com/", "http://me:s%20cret@example.com/"},
		{"at sign in password", "http://me:a@b@example.com/", "http://me:a%40b@example.com/"},
		{"surrounding spaces", " \x00 http://example.com/ \r\n", "http://example.com/"},
		{"space before the fragment", "http://example.com/a #b", "http://example.com/a%20"},
		{"line break within", "ht\ntp://exa\tmple.com/a\r\nb", "http://example.com/ab"},
		{"backslashes", `http:\\example.com\a\..\b?c\d`, `http://example.com/b?c\d`},
		{"no slashes", "http:example.com/a", "http://example.com/a"},
		{"five slashes", "https://///example.com//a", "https://example.com//a"},
		{"dot segments", "http://example.com/a/./b/../../../c/.", "http://example.com/c/"},
		{"escaped dot segments", "http://example.com/a/%2E/b/.%2e/c/%2e%2E", "http://example.com/a/"},
		{"not dot segments", "http://example.com/.../.a/..b/%2e2e/a./b..", "http://example.com/.../.a/..b/%2e2e/a./b.."},
		{"climbing past empty segments", "http://example.com//a/../../b", "http://example.com/b"},
		{"escapes stay", "http://example.com/%7ea/%e9/100%/%zz?%41", "http://example.com/%7ea/%e9/100%/%zz?%41"},
		{"encoded in a path", "http://example.com/a b\"<>`{}é", "http://example.com/a%20b%22%3C%3E%60%7B%7D%C3%A9"},
		{"kept in a path", "http://example.com/|^[]'()*,;=:@!$&+~", "http://example.com/|^[]'()*,;=:@!$&+~"},
		{"encoded in a query", "http://example.com/?a b\"<>'é", "http://example.com/?a%20b%22%3C%3E%27%C3%A9"},
		{"kept in a query", "http://example.com/?`{}|^[]/?:@", "http://example.com/?`{}|^[]/?:@"},
		{"not UTF-8", "http://example.com/\xe9?\xe9", "http://example.com/%EF%BF%BD?%EF%BF%BD"},
		{"IDN", "http://Bücher.example/", "http://xn--bcher-kva.example/"},
		{"IDN with an ideographic full stop", "http://例え。テスト/", "http://xn--r8jz45g.xn--zckzah/"},
		{"punycode", "http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"},
		{"escaped host", "http://ex%41mple.com/", "http://example.com/"},
		{"underscore in a host", "http://a_b.example.com/", "http://a_b.example.com/"},
		{"trailing dot", "http://example.com./", "http://example.com./"},
		{"IPv4", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"IPv4 in hexadecimal", "http://0x7F.1/", "http://127.0.0.1/"},
		{"IPv4 in one number", "http://2130706433/", "http://127.0.0.1/"},
		{"IPv4 in octal", "http://0177.0.0.01/", "http://127.0.0.1/"},
		{"IPv6", "http://[2001:DB8:0:0:0:0:0:1]:8080/", "http://[2001:db8::1]:8080/"},
		{"long", "http://example.com/" + strings.Repeat("a", MaxLength-19), "http://example.com/" + strings.Repeat("a", MaxLength-19)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := Parse(c.raw); got != c.want || err != nil {
				t.Errorf("Parse(%q) = %q, %v; want %q", c.raw, got, err, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		raw    string
		kind   error
		scheme string
		reason string
	}{
		{"", ErrInvalid, "", "no scheme"},
		{"example.com/a", ErrInvalid, "", "no scheme"},
		{"//example.com/a", ErrInvalid, "", "no scheme"},
		{"1http://example.com/", ErrInvalid, "", "no scheme"},
		{"http://", ErrInvalid, "", "no host"},
		{"http:///?q", ErrInvalid, "", "no host"},
		{"http://:80/", ErrInvalid, "", "no host"},
		{"http://me@/", ErrInvalid, "", "no host"},
		{"http://a b/", ErrInvalid, "", `a character that no host may have (" ")`},
		{"http://a /", ErrInvalid, "", `a character that no host may have (" ")`},
		{"http://a%00b/", ErrInvalid, "", "a character that no host may have"},
		{"http://a:65536/", ErrInvalid, "", "above 65535"},
		{"http://a:99999999999999999999/", ErrInvalid, "", "above 65535"},
		{"http://a:8o/", ErrInvalid, "", "not a number"},
		{"http://::1/", ErrInvalid, "", "no host"},
		{"http://1.2.3.4.5/", ErrInvalid, "", "more than four parts"},
		{"http://a.1/", ErrInvalid, "", "not an IPv4 address"},
		{"http://1.2.3.256/", ErrInvalid, "", "too large"},
		{"http://[::1/", ErrInvalid, "", "no closing bracket"},
		{"http://[1::2::3]/", ErrInvalid, "", `more than one "::"`},
		{"http://[1:2]/", ErrInvalid, "", "fewer than eight"},
		{"http://\xff/", ErrInvalid, "", "valid domain name"},
		{"http://xn--a/", ErrInvalid, "", "valid domain name"},
		{"mailto:a@example.com", ErrScheme, "mailto", `"mailto" is neither`},
		{"JavaScript:void(0)", ErrScheme, "javascript", `"javascript" is neither`},
		{" data:text/plain,http://example.com/", ErrScheme, "data", ""},
		{"file:///etc/passwd", ErrScheme, "file", ""},
		{"ftp://example.com/", ErrScheme, "ftp", ""},
		{"localhost:8080/a", ErrScheme, "localhost", ""},
		{"http://example.com/" + strings.Repeat("a", MaxLength-18), ErrTooLong, "", "longer than 8192 bytes"},
		{"http://example.com/" + strings.Repeat("é", MaxLength/4), ErrTooLong, "", "longer than 8192 bytes"},
		{"data:," + strings.Repeat("a", 2*MaxLength), ErrScheme, "data", ""},
	} {
		t.Run(c.raw[:min(len(c.raw), 40)], func(t *testing.T) {
			got, err := Parse(c.raw)
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("Parse(%q) = %q, %v; want an *Error", c.raw, got, err)
			}
			if got != "" || !errors.Is(err, c.kind) || fault.Kind != c.kind || fault.Input != c.raw || fault.Scheme != c.scheme ||
				!strings.Contains(fault.Reason, c.reason) {
				t.Errorf("Parse(%q) = %q, %+v; want %v, scheme %q, and a reason with %q", c.raw, got, *fault, c.kind, c.scheme, c.reason)
			}
		})
	}
}

func TestParseOfACanonicalURLAllocatesNothing(t *testing.T) {
	for _, raw := range []string{"https://example.com/a/b?c=d#e", " http://127.0.0.1:8080/ "} {
		if n := testing.AllocsPerRun(100, func() { Parse(raw) }); n != 0 {
			t.Errorf("Parse(%q) allocates %v times", raw, n)
		}
	}
}
