package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestHelpShowsEveryFlag holds that the help of each command has every flag of it, with its default where it has one, and ends where it is wrapped.
func TestHelpShowsEveryFlag(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		var help strings.Builder
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(help.String()), " ")
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			_, usage := pflag.UnquoteUsage(f)
			if !strings.Contains(text, "--"+f.Name+" ") || !strings.Contains(text, usage) {
				t.Errorf("%s --help does not explain --%s", cmd.CommandPath(), f.Name)
			}
			if def := f.DefValue; def != "" && def != "false" && def != "[]" && def != "0" && !strings.Contains(text, "(default "+def+")") &&
				!strings.Contains(text, `(default "`+def+`")`) {
				t.Errorf("%s --help does not tell that --%s is %s by default", cmd.CommandPath(), f.Name, def)
			}
		})
		for line := range strings.Lines(help.String()) {
			if len(line) > helpWidth+2 {
				t.Errorf("%s --help has a long line: %s", cmd.CommandPath(), line)
			}
		}
		if cmd.Short == "" || cmd.Long == "" {
			t.Errorf("%s says too little of itself", cmd.CommandPath())
		}
	}
}
