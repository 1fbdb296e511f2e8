package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// withoutPassword takes the user name and the password out of a URL.
func withoutPassword(s string) string {
	scheme, rest, ok := strings.Cut(s, "//")
	if !ok {
		scheme, rest = "", s
	} else {
		scheme += "//"
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "…" + rest[at:]
	}
	return s
}
