package warc

import (
	"net/url"
	"strings"
	"testing"
)

func TestSameForm(t *testing.T) {
	for in, want := range map[string]string{
		"http://a.test/":                 "http://a.test/",
		"http://a.test":                  "http://a.test/",
		"http://a.test?q":                "http://a.test/?q",
		"HTTPS://A.Test:443/P#f":         "https://a.test/P",
		"http://a.test:443/":             "http://a.test:443/",
		"http://a.test:/":                "http://a.test/",
		"http://u:P@A.test/":             "http://u:P@a.test/",
		"http://a.test/%e4%C4%zz%":       "http://a.test/%E4%C4%zz%",
		"http://a.test/ü b|c":            "http://a.test/%C3%BC%20b%7Cc",
		"http://a.test/\x01\xff":         "http://a.test/%01%FF",
		"http://a.test/it's?q='x'":       "http://a.test/it's?q=%27x%27",
		"http://a.test/?#q":              "http://a.test/?",
		"http://a.test/#?":               "http://a.test/",
		" http://a.test/\r\n":            "http://a.test/",
		"http://bücher.test/":            "http://xn--bcher-kva.test/",
		"http://[::1]/":                  "http://[::1]/",
		"http://[fe80::A]:8080/":         "http://[fe80::a]:8080/",
		"http://a.test/x?u=http://b/#c?": "http://a.test/x?u=http://b/",
	} {
		got, ok := sameForm(in)
		if !ok || got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, distinct := range [][2]string{
		{"http://a.test/", "https://a.test/"}, {"http://a.test/a", "http://a.test/A"}, {"http://a.test/?a&b", "http://a.test/?b&a"},
		{"http://www.a.test/", "http://a.test/"}, {"http://a.test/a/", "http://a.test/a"}, {"http://a.test/?", "http://a.test/"},
		{"http://a.test/%41", "http://a.test/A"}, {"http://a.test/a//b", "http://a.test/a/b"}, {"http://u@a.test/", "http://a.test/"},
	} {
		x, _ := sameForm(distinct[0])
		y, _ := sameForm(distinct[1])
		if x == y {
			t.Errorf("%q and %q are one: %q", distinct[0], distinct[1], x)
		}
	}
}

func FuzzSameForm(f *testing.F) {
	for _, seed := range []string{
		"http://a.test/", "HTTP://A.test:80/%e4?'#x", "https://ü.test/\xff", "http://u@h:1/ ", "http://a:b:c/", "http://[::1]:80", "http://h%41/",
		"http://xn--a/", "http://ß.test/?a|b", "dns:x", "http://a\u2028b/", "http://\uFE00", "http://::", "http://a：1/", "http://%C3%BC%2e%ff/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form, ok := sameForm(s)
		key, hasKey := surtKey(s)
		if ok != hasKey {
			t.Fatalf("%q has a form: %v, and a key: %v", s, ok, hasKey)
		}
		if !ok {
			return
		}
		if again, ok := sameForm(form); !ok || again != form {
			t.Errorf("%q: %q, and of that %q", s, form, again)
		}
		if again, ok := surtKey(form); !ok || again != key && len(key) < maxKey {
			t.Errorf("%q: the key is %q, and that of its form %q", s, key, again)
		}
		if strings.ContainsFunc(key+form, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || strings.HasPrefix(key, "!") {
			t.Errorf("%q: key %q, form %q", s, key, form)
		}
		if isSameForm(s) {
			if u, err := url.Parse(s); err != nil || u.String() != s {
				t.Errorf("%q passes as it is, and net/url makes it %v, %v", s, u, err)
			}
		}
	})
}

func BenchmarkSameForm(b *testing.B) {
	for b.Loop() {
		sameForm("https://docs.example.com/en/latest/library/index.html?highlight=x")
	}
}
