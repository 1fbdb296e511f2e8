package main

import (
	"strings"
	"testing"
)

func TestSamples(t *testing.T) {
	if got := samples("my pages.jsonl"); strings.Count(got, "jq -r") != 4 || strings.Count(got, "'my pages.jsonl'") != 4 {
		t.Errorf("samples for a name with a space: %s", got)
	}
	for _, output := range []string{"-", "pages.jsonl.gz", "pages.jsonl.ZST"} {
		if got := samples(output); got != "" {
			t.Errorf("samples for %s: %s", output, got)
		}
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"a/b-c.jsonl": "a/b-c.jsonl", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "é": "'é'"} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}
