package parse

import "testing"

func TestEqualFold(t *testing.T) {
	for _, s := range []string{"link", "LINK", "Link"} {
		if !equalFold(s, "link") || !equalFold([]byte(s), "link") {
			t.Errorf("%q is link", s)
		}
	}
	for _, s := range []string{"", "lin", "links", "lin\u212A", "l1nk", "lınk"} {
		if equalFold(s, "link") {
			t.Errorf("%q isn't link", s)
		}
	}
}

func TestIndexFold(t *testing.T) {
	for s, want := range map[string]int{"": -1, "char": -1, "charset": 0, "; ChArSeT": 2, "charcharset": 4} {
		if got := indexFold([]byte(s), "charset"); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

func TestIsLetter(t *testing.T) {
	for c := range 256 {
		want := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if got := isLetter(byte(c)); got != want {
			t.Errorf("%#x: got %t", c, got)
		}
	}
}
