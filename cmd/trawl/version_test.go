package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestCommitText(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "e4d85e3"}
	at := debug.BuildSetting{Key: "vcs.time", Value: "2026-11-22T11:40:00Z"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, settings := range map[string][]debug.BuildSetting{
		"":                  {at, modified},
		"commit  e4d85e3\n": {revision, {Key: "vcs.modified", Value: "false"}},
		"commit  e4d85e3 of 2026-11-22T11:40:00Z, with changes\n": {revision, at, modified},
	} {
		if got := commitText(settings); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestVersionText(t *testing.T) {
	if got := versionText(); !strings.HasPrefix(got, "trawl ") || !strings.HasSuffix(got, "\n") {
		t.Errorf("%q", got)
	}
}
