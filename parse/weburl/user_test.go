package weburl

import (
	"errors"
	"strings"
	"testing"
)

func TestParseUser(t *testing.T) {
	for raw, want := range map[string]string{
		"https://Example.com":      "https://example.com/",
		"example.com":              "http://example.com/",
		" example.com/x?y=http:z ": "http://example.com/x?y=http:z",
		"example.com/a b":          "http://example.com/a%20b",
		"localhost":                "http://localhost/",
		"localhost:8080":           "http://localhost:8080/",
		"localhost:8080/x":         "http://localhost:8080/x",
		"localhost:8080?x":         "http://localhost:8080/?x",
		"localhost:8080#x":         "http://localhost:8080/",
		"EXAMPLE.com:80":           "http://example.com/",
		"127.0.0.1:8080/x":         "http://127.0.0.1:8080/x",
		"[::1]:8080/x":             "http://[::1]:8080/x",
		"//example.com/x":          "http://example.com/x",
		"me@example.com":           "http://me@example.com/",
		"bücher.example":           "http://xn--bcher-kva.example/",
		"http:example.com":         "http://example.com/",
		"HTTPS:/example.com":       "https://example.com/",
		"index.html":               "http://index.html/",
	} {
		if got, err := ParseUser(raw); got != want || err != nil {
			t.Errorf("ParseUser(%q) = %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestParseUserRefuses(t *testing.T) {
	for _, c := range []struct {
		raw     string
		kind    error
		message string
	}{
		{"", ErrInvalid, `URL "": it is empty: give a URL such as https://example.com/`},
		{" \t", ErrInvalid, "it is empty"},
		{"/etc/hosts", ErrInvalid, "a path without a host: give the whole URL"},
		{"///etc/hosts", ErrInvalid, "a path without a host"},
		{"./pages.txt", ErrInvalid, "a path without a host"},
		{"../pages.txt", ErrInvalid, "a path without a host"},
		{"..", ErrInvalid, "a path without a host"},
		{`\\server\share`, ErrInvalid, "a path without a host"},
		{"?q", ErrInvalid, "a path without a host"},
		{"#top", ErrInvalid, "a path without a host"},
		{"example .com", ErrInvalid, `URL "example .com": the host has a character that no host may have (" ")`},
		{"::1", ErrInvalid, "there is no host"},
		{"fe80::1", ErrScheme, ""},
		{"example.com:99999", ErrInvalid, "above 65535"},
		{"ftp://example.com/", ErrScheme, `URL "ftp://example.com/": the scheme "ftp" is neither http nor https: only web pages can be fetched`},
		{"htps://example.com/", ErrScheme, `"htps"`},
		{"mailto:me@example.com", ErrScheme, `"mailto"`},
		{"tel:5551234", ErrScheme, `"tel"`},
		{`C:\pages.html`, ErrScheme, `"c"`},
		{"http://", ErrInvalid, "there is no host"},
	} {
		got, err := ParseUser(c.raw)
		if got != "" || !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.message) {
			t.Errorf("ParseUser(%q) = %q, %v; want %v with %q", c.raw, got, err, c.kind, c.message)
			continue
		}
		if fault := (*Error)(nil); !errors.As(err, &fault) || fault.Input != c.raw {
			t.Errorf("ParseUser(%q) blames %q", c.raw, fault.Input)
		}
	}
}
