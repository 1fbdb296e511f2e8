package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestLoggerForPeople(t *testing.T) {
	var out strings.Builder
	log := new(messageFlags).logger(&out)
	log.Debug("not told")
	log.Warn("not a URL", "line", 3, "text", "\x1b]0;x", "error", errors.New("no\nscheme"))
	log.With("host", "example.org").WithGroup("answer").Warn("odd", "time", 7)
	log.Warn("bare")
	want := `trawl: warning: not a URL line=3 text="\x1b]0;x" error="no\nscheme"
trawl: warning: odd host=example.org answer.time=7
trawl: warning: bare
`
	if got := out.String(); got != want {
		t.Errorf("wrote\n%swant\n%s", got, want)
	}
}

func TestLoggerByFlags(t *testing.T) {
	for _, test := range []struct {
		flags messageFlags
		lines int
		has   string
	}{
		{messageFlags{}, 1, "trawl: warning: loud"},
		{messageFlags{quiet: true}, 0, ""},
		{messageFlags{quiet: true, progress: progressJSON}, 0, ""},
		{messageFlags{verbose: true}, 2, "level=DEBUG msg=low"},
		{messageFlags{progress: progressJSON}, 1, `"msg":"loud"`},
		{messageFlags{progress: progressJSON, verbose: true}, 2, `"msg":"low"`},
	} {
		var out strings.Builder
		log := test.flags.logger(&out)
		log.Debug("low")
		log.Warn("loud")
		if got := out.String(); strings.Count(got, "\n") != test.lines || !strings.Contains(got, test.has) {
			t.Errorf("%+v wrote %q", test.flags, got)
		}
		if test.flags.progress == progressJSON {
			for line := range strings.Lines(out.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("%+v wrote %q", test.flags, line)
				}
			}
		}
	}
}
