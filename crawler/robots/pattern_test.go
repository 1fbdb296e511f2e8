package robots

import (
	"strings"
	"testing"
)

func TestCompile(t *testing.T) {
	for _, c := range []struct{ path, rfcs, googles string }{
		{"/a?b=c&d", "/a?b=c&d", "/a?b=c&d"},
		{"/*a*$", "/\xFFa\xFF\xFE", "/\xFFa\xFF\xFE"},
		{"/a$b$", "/a$b\xFE", "/a$b\xFE"},
		{"/%2a%24", "/*$", "/*$"},
		{"/%2fä", "/%2F%C3%A4", "/%2F%C3%A4"},
		{"/%61%7e", "/a~", "/%61~"},
		{"/\xFF\xFE", "/%FF%FE", "/%FF%FE"},
		{"/ \"<>\\^`{|}\x7f", "/%20%22%3C%3E%5C%5E%60%7B%7C%7D%7F", "/%20%22%3C%3E%5C%5E%60%7B%7C%7D%7F"},
		{"/%", "/%", "/%"},
		{"/%4", "/%4", "/%4"},
		{"/%4g", "/%4g", "/%4g"},
		{"/%%41", "/%A", "/%%41"},
	} {
		if got := compile(c.path, rfcs); got != c.rfcs {
			t.Errorf("%q by the RFC: got %q, want %q", c.path, got, c.rfcs)
		}
		if got := compile(c.path, googles); got != c.googles {
			t.Errorf("%q by Google: got %q, want %q", c.path, got, c.googles)
		}
	}
}

func TestNormalTarget(t *testing.T) {
	for _, c := range []struct{ target, rfcs, googles string }{
		{"/a*b$", "/a*b$", "/a*b$"},
		{"/%61%2a%2f%c3", "/a*%2F%C3", "/%61*%2F%C3"},
		{"/ä |", "/%C3%A4%20%7C", "/ä%20%7C"},
	} {
		if got := normalTarget(c.target, rfcs); got != c.rfcs {
			t.Errorf("%q by the RFC: got %q, want %q", c.target, got, c.rfcs)
		}
		if got := normalTarget(c.target, googles); got != c.googles {
			t.Errorf("%q by Google: got %q, want %q", c.target, got, c.googles)
		}
	}
}

// TestMatchesIsLinear counts on the test's own time limit: by backtracking this would take longer than the universe has been there.
func TestMatchesIsLinear(t *testing.T) {
	target := "/" + strings.Repeat("a", 8000)
	for _, path := range []string{
		"/" + strings.Repeat("*a", 4000) + "b",
		"/" + strings.Repeat("*aa", 2000) + "*b$",
		"/" + strings.Repeat("*", 8000) + "b",
		"/*" + strings.Repeat("a", 4000) + "b*",
	} {
		if matches(compile(path, rfcs), target) {
			t.Errorf("%.20s... matches", path)
		}
	}
}

func BenchmarkMatchesHostilePattern(b *testing.B) {
	pattern, target := compile("/"+strings.Repeat("*a", 4000)+"b", rfcs), "/"+strings.Repeat("a", 8000)
	b.ReportAllocs()
	for b.Loop() {
		matches(pattern, target)
	}
}
