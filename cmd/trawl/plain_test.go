package main

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"naïve 日本語 \\ \"q\"":           "naïve 日本語 \\ \"q\"",
		"\x1b]0;owned\x07":             `\x1b]0;owned\x07`,
		"two\nlines\t\r":               `two\x0alines\x09\x0d`,
		"c1 \u009b31m":                 `c1 \u009b31m`,
		"\u202egnp.exe":                `\u202egnp.exe`,
		"zero\u200bwidth":              `zero\u200bwidth`,
		"tag \U000e0041":               `tag \U000e0041`,
		"not \xff UTF-8":               `not \xff UTF-8`,
		"a real replacement \uFFFD is": "a real replacement \uFFFD is",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31m", "\xff\xfe", "\u202e", "日本語\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s)
		if !utf8.ValidString(got) || strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
			t.Errorf("plain(%q) = %q is not", s, got)
		}
		if again := plain(got); again != got {
			t.Errorf("plain of %q is %q", got, again)
		}
	})
}
