//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// terminal is for Linux, where making one takes no library; its script asks for that.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	ts.Fatalf("terminal: only on Linux")
}
