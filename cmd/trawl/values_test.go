package main

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// checkValue sets a value from text and compares how it reads, or what its refusal says.
func checkValue(t *testing.T, v pflag.Value, text, reads, refusal string) {
	t.Helper()
	err := v.Set(text)
	switch {
	case refusal == "" && err != nil:
		t.Errorf("Set(%q): %v", text, err)
	case refusal == "" && v.String() != reads:
		t.Errorf("Set(%q) reads %q, want %q", text, v.String(), reads)
	case refusal != "" && (err == nil || !strings.Contains(err.Error(), refusal)):
		t.Errorf("Set(%q): %v, want a refusal with %q", text, err, refusal)
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		least          int
		text           string
		reads, refusal string
	}{
		{0, "12", "12", ""},
		{0, "0", "0", ""},
		{0, "-1", "", "whole number, 0 or more"},
		{1, "0", "", "whole number, 1 or more"},
		{1, "1.5", "", "whole number"},
		{1, "1e3", "", "whole number"},
		{1, "", "", "whole number"},
		{1, "99999999999999999999", "", "whole number"},
	} {
		checkValue(t, &number{to: new(int), least: test.least, def: -1, words: noLimit}, test.text, test.reads, test.refusal)
	}
	if got := (&number{to: new(-1), def: -1, words: noLimit}).String(); got != noLimit {
		t.Errorf("the default reads %q", got)
	}
}

func TestDuration(t *testing.T) {
	for _, test := range []struct{ text, reads, refusal string }{
		{"500ms", "500ms", ""},
		{"2m", "2m", ""},
		{"120s", "2m", ""},
		{"1h", "1h", ""},
		{"1h0m5s", "1h0m5s", ""},
		{"90s", "1m30s", ""},
		{"0", noLimit, ""},
		{"0s", noLimit, ""},
		{"30", "", "the unit is missing; write 30s, or 30ms"},
		{"0.5", "", "the unit is missing; write 0.5s"},
		{"-1s", "", "negative"},
		{"soon", "", "not a duration; write it like 500ms"},
		{"", "", "not a duration"},
		{"1 s", "", "not a duration"},
		{"10000000h", "", "not a duration"},
	} {
		checkValue(t, &duration{to: new(time.Duration), words: noLimit}, test.text, test.reads, test.refusal)
	}
}

func TestRate(t *testing.T) {
	for _, test := range []struct{ text, reads, refusal string }{
		{"0.5", "0.5", ""},
		{"10", "10", ""},
		{"0", "0", ""},
		{"0.0001", "0.0001", ""},
		{"0.00001", "", "less than one request a day"},
		{"1e-300", "", "less than one request a day"},
		{"-1", "", "requests a second"},
		{"NaN", "", "requests a second"},
		{"Inf", "", "requests a second"},
		{"5/s", "", "requests a second"},
	} {
		checkValue(t, &rate{to: new(float64)}, test.text, test.reads, test.refusal)
	}
}

func TestChoice(t *testing.T) {
	words := []string{"page", "host", "any"}
	checkValue(t, &choice{to: new(string), of: words}, "host", "host", "")
	checkValue(t, &choice{to: new(string), of: words}, "Host", "", "must be page, host or any")
	checkValue(t, &choice{to: new(string), of: words[:1]}, "", "", "must be page")
}
