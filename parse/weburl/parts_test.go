package weburl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for canonical, want := range map[string]Parts{
		"http://example.com/": {Scheme: "http", Host: "example.com", Hostname: "example.com", Path: "/", PathAndQuery: "/"},
		"https://me:pw@example.com:8443/a/b?c=d?e": {
			Scheme: "https", Userinfo: "me:pw", Host: "example.com:8443", Hostname: "example.com", Port: "8443",
			Path: "/a/b", Query: "c=d?e", HasQuery: true, PathAndQuery: "/a/b?c=d?e",
		},
		"http://[::1]/?":         {Scheme: "http", Host: "[::1]", Hostname: "[::1]", Path: "/", HasQuery: true, PathAndQuery: "/?"},
		"http://[::1]:81//a@b:c": {Scheme: "http", Host: "[::1]:81", Hostname: "[::1]", Port: "81", Path: "//a@b:c", PathAndQuery: "//a@b:c"},
		"http://a/http://b:1/@?://": {
			Scheme: "http", Host: "a", Hostname: "a", Path: "/http://b:1/@", Query: "://", HasQuery: true, PathAndQuery: "/http://b:1/@?://",
		},
		"":                      {},
		"mailto:me@example.com": {},
	} {
		if diff := cmp.Diff(want, Split(canonical)); diff != "" {
			t.Errorf("Split(%q), -want +got:\n%s", canonical, diff)
		}
		if n := testing.AllocsPerRun(100, func() { Split(canonical) }); n != 0 {
			t.Errorf("Split(%q) allocates %v times", canonical, n)
		}
	}
}

func TestHostKey(t *testing.T) {
	for canonical, want := range map[string]string{
		"http://example.com/a":          "example.com",
		"https://example.com/b":         "example.com",
		"http://example.com:443/":       "example.com",
		"https://example.com:80/":       "example.com",
		"https://me@example.com/":       "example.com",
		"http://example.com:8080/":      "example.com:8080",
		"https://me@example.com:8080/":  "example.com:8080",
		"http://[::1]/":                 "[::1]",
		"http://[::1]:443/":             "[::1]",
		"http://[::1]:8080/":            "[::1]:8080",
		"http://[::80]/":                "[::80]",
		"https://www.example.com/#none": "www.example.com",
	} {
		if got := HostKey(canonical); got != want {
			t.Errorf("HostKey(%q) = %q; want %q", canonical, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for canonical, want := range map[string]string{
		"http://example.com/a?b":            "http://example.com",
		"https://example.com:8443/":         "https://example.com:8443",
		"https://me:pw@example.com:8443/a":  "https://example.com:8443",
		"http://[::1]:81/":                  "http://[::1]:81",
		"http://example.com/http://b/?c://": "http://example.com",
	} {
		if got := Origin(canonical); got != want {
			t.Errorf("Origin(%q) = %q; want %q", canonical, got, want)
		}
	}
}

func TestWithoutUserinfo(t *testing.T) {
	for canonical, want := range map[string]string{
		"http://example.com/a@b":             "http://example.com/a@b",
		"http://me@example.com/a@b?c":        "http://example.com/a@b?c",
		"https://me:p%40w@example.com:8443/": "https://example.com:8443/",
		"https://:pw@[::1]/?":                "https://[::1]/?",
	} {
		if got := WithoutUserinfo(canonical); got != want {
			t.Errorf("WithoutUserinfo(%q) = %q; want %q", canonical, got, want)
		}
	}
}
