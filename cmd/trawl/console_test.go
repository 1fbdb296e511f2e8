package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestConsoleLiveLine(t *testing.T) {
	var out strings.Builder
	c := newConsole(&out)
	expect := func(what, want string) {
		t.Helper()
		if got := out.String(); got != want {
			t.Errorf("%s wrote %q, want %q", what, got, want)
		}
		out.Reset()
	}
	c.setLive("")
	expect("clearing nothing", "")
	c.setLive("12 pages")
	expect("a first line", "\r12 pages")
	c.setLive("9 pages")
	expect("a shorter line", "\r9 pages ")
	fmt.Fprintln(c, "a log line")
	expect("a log line", "\r       \ra log line\n\r9 pages")
	c.say("%s", "web\x1btext")
	expect("a message", "\r       \rtrawl: web\\x1btext\n\r9 pages")
	c.setLive("")
	expect("clearing", "\r       \r")
	fmt.Fprintln(c, "after")
	expect("a line after", "after\n")
}

func TestConsoleWidthWithoutTerminal(t *testing.T) {
	if got := newConsole(new(strings.Builder)).width(); got != usualWidth {
		t.Errorf("width %d", got)
	}
}
