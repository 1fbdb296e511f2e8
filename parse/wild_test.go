package parse

import (
	"fmt"
	"strings"
	"testing"
)

// forgetful is a page whose template forgets a tag at each of the first posts.
func forgetful(unclosed, posts int) string {
	var b strings.Builder
	b.WriteString("<title>Guest book</title><p>")
	for i := range unclosed {
		fmt.Fprintf(&b, "<font color=%d>", i)
	}
	for i := range posts {
		fmt.Fprintf(&b, "<p><a href=%d>post</a></p>", i)
	}
	return b.String()
}

func TestRunsWild(t *testing.T) {
	var bodies strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&bodies, "<body a%d=1>", i)
	}
	tests := []struct {
		name, page string
		want       bool
	}{
		{"nothing", "", false},
		{"ends in a bracket", strings.Repeat("x", wildLength) + "<", false},
		{"ends in a comment", strings.Repeat("x", wildLength) + "<!--", false},
		{"short", forgetful(100, 50), false},
		{"all closed", strings.Repeat("<p><b>x</b></p>", 200_000), false},
		{"a few unclosed in megabytes", forgetful(5, 200_000), false},
		{"hundreds unclosed", forgetful(400, 20_000), true},
		{"hundreds unclosed in a comment", "<!--" + forgetful(400, 20_000) + "-->", false},
		{"many bodies", bodies.String(), true},
		{"reference", referencePage(20_000), false},
	}
	for _, test := range tests {
		if got := runsWild([]byte(test.page)); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestWildKind(t *testing.T) {
	for text, want := range map[string]int{
		"": wildOther, "b": wildFormatting, "B>": wildFormatting, "b/": wildFormatting, "strong x": wildFormatting, "strongly": wildOther,
		"br": wildOther, "Body a": wildRoot, "html>": wildRoot, "base": wildOther, "a": wildOther, "div": wildOther, "!": wildOther,
	} {
		if got := wildKind([]byte(text)); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
