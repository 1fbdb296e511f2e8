package main

import (
	"runtime/debug"
	"testing"
)

func TestTuneMemory(t *testing.T) {
	before := debug.SetGCPercent(50)
	defer debug.SetGCPercent(before)
	for _, test := range []struct {
		env        string
		keepsState bool
		want       int
	}{{"", false, gcPercent}, {"", true, gcPercentState}, {"70", true, 50}} {
		t.Setenv("GOGC", test.env)
		debug.SetGCPercent(50)
		tuneMemory(test.keepsState)
		if got := debug.SetGCPercent(50); got != test.want {
			t.Errorf("GOGC=%q, with a state: %v: %d, want %d", test.env, test.keepsState, got, test.want)
		}
	}
}
