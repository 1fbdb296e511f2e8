package parse

import (
	"strings"
	"testing"
)

func TestCollapse(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{" \t\n", ""},
		{"a", "a"},
		{"  a  b\n\nc ", "a b c"},
		{"a\u00A0b", "a b"},
		{"\u3000a\u2028\u2029b\u1680\u0085", "a b"},
		{"é à 港 ½ €", "é à 港 ½ €"},
		{"a\x00b\u200Bc", "a\x00b\u200Bc"},
	}
	for _, test := range tests {
		if got := collapse(test.in); got != test.want {
			t.Errorf("collapse(%q) = %q, want %q", test.in, got, test.want)
		}
	}
	// Go's own idea of the same, on text without control characters.
	const text = "a\u00A0 b\u2003\u2003c\r\n\f\v d\u205F\u202F\u3000"
	if got, want := collapse(text), strings.Join(strings.Fields(text), " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTextBufferSpans(t *testing.T) {
	var b textBuffer
	outer := b.mark()
	b.add("one ")
	inner := b.mark()
	b.add(" two ")
	blank := b.mark()
	b.add(" \n ")
	blankSpan, innerSpan := b.since(blank), b.since(inner)
	b.add("three ")
	outerSpan := b.since(outer)
	if got := b.slice(outerSpan); got != "one two three" {
		t.Errorf("outer: %q", got)
	}
	if got := b.slice(innerSpan); got != "two" {
		t.Errorf("inner: %q", got)
	}
	if !blankSpan.empty() || innerSpan.empty() {
		t.Errorf("blank: %v, inner: %v", blankSpan, innerSpan)
	}
}
