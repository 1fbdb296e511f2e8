package warc

import (
	"strings"
	"testing"
)

func TestSurtKey(t *testing.T) {
	for url, want := range map[string]string{
		"http://www.archive.org/":                  "org,archive)/",
		"https://archive.org":                      "org,archive)/",
		"HTTP://WWW12.Archive.ORG:80/Goo/?#x":      "org,archive)/goo",
		"https://www.archive.org:80/":              "org,archive:80)/",
		"http://archive.org/goo/?a=2&b&a=1":        "org,archive)/goo?a=1&a=2&b",
		"http://archive.org/goo?a=1&":              "org,archive)/goo?&a=1",
		"http://archive.org/a//b/./c/../d":         "org,archive)/a/b/d",
		"http://archive.org/..":                    "org,archive)/",
		"http://user:pw@archive.org/x":             "org,archive)/x",
		"http://127.0.0.1:8897/a":                  "1,0,0,127:8897)/a",
		"http://[::1]:8080/":                       "[::1]:8080)/",
		"http://host/%25%32%35":                    "host)/%25",
		"http://host/%2525252525":                  "host)/%25",
		"http://host/%%%25%32%35asd%%":             "host)/%25%25%25asd%25%25",
		"http://host.com/ab%23cd":                  "com,host)/ab%23cd",
		"http://bücher.ch:8080/Ä":                  "ch,xn--bcher-kva:8080)/%c3%84",
		"http://www2foo.com/":                      "com,www2foo)/",
		"http://www2.www2foo.com/":                 "com,www2foo)/",
		"http://www.google.com.../":                "com,google)/",
		"http://!meta/ x":                          "%21meta)/%20x",
		"http://a.test/?q=%26&b":                   "test,a)/?&b&q=",
		"http://a.test/gif?&r=http%3A//b&b=N%205)": "test,a)/gif?&b=n%205)&r=http://b",
	} {
		if got, ok := surtKey(url); !ok || got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
	for _, url := range []string{"", "dns:a.test", "ftp://a.test/", "http://", "http:///x", "https://:80/", "//a.test/", "urn:x://y", "http://::", "http://a:1:80/", "http://[::1/"} {
		if got, ok := surtKey(url); ok {
			t.Errorf("%s has the key %q", url, got)
		}
	}
}

// If the time grew with the square of the length, this would take hours.
func TestSurtKeyOfTheHugeIsBounded(t *testing.T) {
	for _, url := range []string{
		"http://a.test/%" + strings.Repeat("25", 1<<20),
		"http://a.test/" + strings.Repeat("../a/", 1<<18),
		"http://" + strings.Repeat("a.", 1<<19) + "test/",
		"http://a.test/?" + strings.Repeat("b&a&", 1<<18),
	} {
		if key, ok := surtKey(url); !ok || len(key) > maxKey {
			t.Errorf("%.40s…: a key of %d bytes, %v", url, len(key), ok)
		}
	}
}
