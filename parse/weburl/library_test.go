package weburl

import (
	"errors"
	"flag"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// The tests in this file hold this package equal to the library, which they let do all that the package does itself.

var exhaustive = flag.Int("exhaustive", 0, "try all references that are longer than usual by up to so many bytes, and all pages of the real sites")

// agree fails the test unless ours is the outcome that the library's URL and error make.
func agree(t *testing.T, base, ref, ours string, ourErr error, library *whatwg.Url, libraryErr error) {
	t.Helper()
	web := libraryErr == nil && (library.Scheme() == "http" || library.Scheme() == "https")
	switch {
	case errors.Is(ourErr, ErrTooLong):
		if web && len(library.Href(true)) <= MaxLength && len(ref) <= MaxLength {
			t.Errorf("base %q ref %q: too long, the library gives %q", base, ref, library.Href(true))
		}
	case web && ourErr != nil:
		t.Errorf("base %q ref %q: %v, the library gives %q", base, ref, ourErr, library.Href(true))
	case web && ours != library.Href(true):
		t.Errorf("base %q ref %q: %q, the library gives %q", base, ref, ours, library.Href(true))
	case web:
	case ourErr == nil:
		t.Errorf("base %q ref %q: %q, the library refuses it: %v", base, ref, ours, libraryErr)
	case libraryErr == nil && !errors.Is(ourErr, ErrScheme):
		t.Errorf("base %q ref %q: %v, the library gives %q", base, ref, ourErr, library.Href(true))
	}
}

// bases have the shapes of path that relative references are sensitive to, and the kinds of authority.
var bases = []string{
	"http://h/",
	"http://h/a/b.html?q=1#f",
	"https://user:pw@h.example:8443/a//b/?q",
	"http://[::1]:81//",
	"https://xn--bcher-kva.example/%2e%2e/a/../b/c",
}

func TestResolveIsTheLibrarysOnAllShortReferences(t *testing.T) {
	for _, c := range []struct {
		name     string
		prefix   string
		alphabet string
		length   int
		bases    []string
	}{
		{"everything", "", "a./?#:@%2e\\ ", 4, bases},
		{"everything, one base more deeply", "", "a./?#:@%2e\\ ", 5, bases[1:2]},
		{"path", "", "a./%2e\\?", 5, bases[2:3]},
		{"long path", "", "./a\\", 7, bases[1:3]},
		{"path after a name", "b/", "./%2eE\\", 5, bases[1:2]},
		{"to be encoded", "", "a/?\"'<>`{}|^[]~\x7f\t\r\n\x00\xff\xc3\xa9 ", 3, bases[:2]},
		{"query", "?", "a?'\"`{}\\/% \t\xe9", 4, bases[1:2]},
		{"host", "//", "a10.-_:x@[]%\\/A", 4, bases[:1]},
		{"host in labels", "//", "a1.-x0+_", 5, bases[:1]},
		{"punycode", "//", "xn-.a", 7, bases[:1]},
		{"port", "//h:", "0123456789a/", 4, bases[:1]},
		{"long port", "//h:", "01568", 6, bases[:1]},
		{"https port", "https://h:", "0438/", 4, bases[:1]},
		{"IPv4", "//", "0.1259x", 5, bases[:1]},
		{"dotted quad", "//1.2.", ".02569/", 6, bases[:1]},
		{"IPv6", "//[", ":1f].", 6, bases[:1]},
		{"user", "//", "u:@%/?", 6, bases[:1]},
		{"scheme", "", "hH:/\\ \t", 5, bases[:2]},
		{"after the scheme of the base", "http:", "a./?\\:@ ", 5, bases[:2]},
		{"after another scheme", "https:", "a./?\\:@ ", 5, bases[:2]},
		{"ftp", "ftp:", "a./?\\:@[ ", 4, bases[:1]},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range c.bases {
				base, library := newTestBase(t, raw)
				tried := 0
				forAllStrings(c.alphabet, c.length+*exhaustive, func(s string) bool {
					tried++
					ref := c.prefix + s
					want, wantErr := library.Parse(ref)
					got, err := base.Resolve(ref)
					agree(t, raw, ref, got, err, want, wantErr)
					return !t.Failed()
				})
				t.Logf("%d references to %s", tried, raw)
			}
		})
	}
}

func newTestBase(t testing.TB, raw string) (*Base, *whatwg.Url) {
	t.Helper()
	base, err := NewBase(raw)
	if err != nil {
		t.Fatal(err)
	}
	library, err := whatwg.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	library.SearchParams() // which the library would write at the first use
	return base, library
}

// forAllStrings calls f with every string over the alphabet of at most length bytes, until f returns false.
func forAllStrings(alphabet string, length int, f func(string) bool) bool {
	buffer := make([]byte, 0, length)
	var extend func() bool
	extend = func() bool {
		if !f(string(buffer)) {
			return false
		}
		if len(buffer) == length {
			return true
		}
		for i := range len(alphabet) {
			buffer = append(buffer, alphabet[i])
			if !extend() {
				return false
			}
			buffer = buffer[:len(buffer)-1]
		}
		return true
	}
	return extend()
}

func FuzzParse(f *testing.F) {
	for _, base := range bases {
		for _, ref := range seedReferences {
			f.Add(ref)
			f.Add(base + ref)
		}
	}
	f.Fuzz(func(t *testing.T, raw string) {
		library, libraryErr := whatwg.Parse(raw)
		canonical, err := Parse(raw)
		agree(t, "", raw, canonical, err, library, libraryErr)
		if err != nil {
			return
		}
		if again, err := Parse(canonical); err != nil || again != canonical {
			t.Errorf("%q is not a fixed point: %q, %v", canonical, again, err)
		}
		p := Split(canonical)
		userinfo := ""
		if p.Userinfo != "" {
			userinfo = p.Userinfo + "@"
		}
		if joined := p.Scheme + "://" + userinfo + p.Host + p.PathAndQuery; joined != canonical {
			t.Errorf("the parts of %q make %q", canonical, joined)
		}
		if p.Host != library.Host() || p.Hostname != library.Hostname() || p.Port != library.Port() || p.Path != library.Pathname() ||
			p.Query != library.Query() {
			t.Errorf("parts of %q: %+v", canonical, p)
		}
		u, err := RequestTarget(canonical)
		if err != nil {
			t.Fatal(err)
		}
		if target := strings.TrimPrefix(u.RequestURI(), p.Scheme+"://"+p.Host); target != p.PathAndQuery {
			t.Errorf("request target of %q: %q", canonical, u.RequestURI())
		}
	})
}

func FuzzResolve(f *testing.F) {
	for _, base := range bases {
		for _, ref := range seedReferences {
			f.Add(base, ref)
		}
	}
	f.Fuzz(func(t *testing.T, rawBase, ref string) {
		libraryBase, err := whatwg.Parse(rawBase)
		base, ourErr := NewBase(rawBase)
		if ourErr != nil {
			agree(t, "", rawBase, "", ourErr, libraryBase, err)
			return
		}
		agree(t, "", rawBase, base.URL(), nil, libraryBase, err)
		library, libraryErr := libraryBase.Parse(ref)
		got, err := base.Resolve(ref)
		agree(t, rawBase, ref, got, err, library, libraryErr)

		same := err == nil && strings.Contains(ref, "#") && got == base.URL()
		if base.SameDocument(ref) != same {
			t.Errorf("SameDocument(%q) on %q is %v", ref, rawBase, !same)
		}
		rebased := base.Rebase(ref)
		if u, err := rebased.Resolve("x"); (err == nil) != (rebased.URL() != "") && !errors.Is(err, ErrTooLong) {
			t.Errorf("Rebase(%q) on %q: URL %q, but x resolves to %q, %v", ref, rawBase, rebased.URL(), u, err)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range append(seedReferences, bases...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Split(s)
		HostKey(s)
		WithoutUserinfo(s)
		if _, err := RequestTarget(s); err != nil && !errors.Is(err, ErrInvalid) {
			t.Error(err)
		}
		if _, err := ProxyRequestTarget(s); err != nil && !errors.Is(err, ErrInvalid) {
			t.Error(err)
		}
		if !strings.HasPrefix(s, Origin(s)) && Split(s).Userinfo == "" {
			t.Errorf("Origin(%q) = %q", s, Origin(s))
		}
		if u, err := ParseUser(s); err == nil && Split(u).Host == "" {
			t.Errorf("ParseUser(%q) = %q", s, u)
		}
	})
}

var seedReferences = []string{
	"", "#top", "?", "?q=1&r='x'", "x.html", "./x.html", "../x.html", "../../../x", "a/../..", "../a/../..", ".", "..",
	"./", "../", "...", ".x", "..x", "a/./b", "a/../b", "a//b", ".//x", "..//x", "/", "//", "///x", "/..", "/../x",
	"/a/b/../../../c", "/%2e/x", "/%2E%2e/x", ".%2e", "%2e.", "%2e/x", "\\x", "a\\b", "/\\host/x", "\\\\host\\x",
	"//host/x", "//host", "//host?q", "//host#f", "//HOST/x", "//user:pw@host/x", "//@host", "//a@b@c/", "//host:80/",
	"//host:/", "//host:0/", "//host:65536/", "//host:081/", "//host:8x/", "//127.0.0.1/x", "//127.1", "//0x7f.1",
	"//1.2.3", "//1.2.3.4.5", "//256.0.0.1", "//1e3", "//+1", "//a.-1", "//[::1]:8/x", "//[::1", "//[1::2::3]",
	"//[::ffff:1.2.3.4]", "//ex%61mple", "//ex ample", "//bücher.example/ü?ü#ü", "//xn--bcher-kva.example/", "//xn--/",
	"//XN--BCHER-KVA.example", "//a_b.example", "//a..b/", "//.a", "//a.", "//-a-.b", "//faß.example", "//\u3002",
	"//%ff", "//a%00b", "//a|b", "http:x", "http:/x", "http:///x", "http:\\\\h\\x", "HTTP://H/", "https:x", "https:",
	"http:", "http://", "https://h:443/", "http://h:443/", " x ", "\tx\n", "a\nb", "ht\ntp://h/", "\x00x", "x#a#b", "x y",
	"x\u00e9", "x\xff", "x?\xff", "\ufeffx", "\u00a0x", "/100%", "/a%zz", "/a|b", "/a[b]", "/a^b", "/a'b?c'd",
	"mailto:a@example.com", "javascript:void(0)", "data:text/plain,x", "ftp://h/x", "file:///c|/x", "file:x", "ws://h/",
	"blob:http://h/x", "about:blank", "tel:1", "x:", "c:\\x", "1:x", "a:/b", "a/b:c",
}
