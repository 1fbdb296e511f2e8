package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenList(t *testing.T) {
	file := filepath.Join(t.TempDir(), "urls.txt")
	if err := os.WriteFile(file, []byte("http://a/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, called, text string }{
		{file, file, "http://a/\n"},
		{"-", "standard input", "http://b/\n"},
	} {
		list, err := openList(test.name, strings.NewReader("http://b/\n"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(list)
		if err != nil || string(text) != test.text || list.name != test.called {
			t.Errorf("%s: %q of %q, %v", test.name, text, list.name, err)
		}
		if err := list.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{filepath.Dir(file), file + ".none"} {
		if _, err := openList(name, nil); codeOf(err) != exitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
