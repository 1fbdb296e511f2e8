package main

import "testing"

func TestNearestFlag(t *testing.T) {
	flags := newCrawl().Flags()
	for typed, want := range map[string]string{
		"dept":         "depth",
		"dpeth":        "depth",
		"user_agent":   "user-agent",
		"max-page":     "max-pages",
		"ignorerobots": "ignore-robots",
		"wacr":         "warc",
		"robot":        "",
		"x":            "",
		"":             "",
	} {
		if got := nearestFlag(flags, typed); got != want {
			t.Errorf("nearestFlag(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"same", "same", 0}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
