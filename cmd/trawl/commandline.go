package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// commandLine is a command as it was given, less its secrets, for an archive to tell: with the flags in the order of their names, without the
// values of headers, and without passwords.
func commandLine(cmd *cobra.Command, args []string) string {
	words := []string{cmd.CommandPath()}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, v := range values {
			words = append(words, shellWord("--"+f.Name+"="+withoutSecret(f.Name, v)))
		}
	})
	for _, arg := range args {
		words = append(words, shellWord(withoutPassword(arg)))
	}
	return strings.Join(words, " ")
}

func withoutSecret(flag, value string) string {
	if flag == "header" {
		name, _, _ := strings.Cut(value, ":")
		return name + ": …"
	}
	return withoutPassword(value)
}

// withoutPassword takes the user name and the password out of a URL, in whatever way it is written: what is read as a URL with one is given as
// the URL that is then asked for, and of all else with an @ in it nothing is left from the scheme to there.
func withoutPassword(s string) string {
	if canonical, err := weburl.ParseUser(s); err == nil {
		if bare := weburl.WithoutUserinfo(canonical); bare != canonical {
			return bare
		}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	if end := strings.IndexAny(s, "?#"); end >= 0 && end < at {
		at = strings.LastIndexByte(s[:end], '@')
	}
	if at < 0 {
		return s
	}
	start := 0
	if scheme := strings.IndexByte(s[:at], ':'); scheme >= 0 {
		start = scheme + 1 + len(s[scheme+1:at]) - len(strings.TrimLeft(s[scheme+1:at], `/\`))
		if start == scheme+1 { // user:password, without a scheme
			start = 0
		}
	}
	return s[:start] + "…" + s[at:]
}
