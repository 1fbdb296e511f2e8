package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "trawl",
		Short: "Crawl a site into a dataset, one JSON line a page",
		Long: `trawl crawls a site and writes a dataset: one JSON line a page.
It is polite by default: one request a second to a host, and robots.txt obeyed.`,
		Example: `  trawl demo                                         see it work, on a site of its own
  trawl crawl https://example.org/ -o pages.jsonl    crawl a site
  trawl fetch -i urls.txt -o pages.jsonl             fetch a list, follow nothing`,
		Version:       versionText(),
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}")
	root.Flags().Bool("version", false, "print the version") // as cobra's own, without -v, which is --verbose elsewhere
	root.SuggestionsMinimumDistance = maxTypos
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCrawl(), newFetch(), newReplay(), newExtract(), newExplain(), newRobots(), newDemo(), newSchema(), newVersion())
	return root
}

// noSuchCommand refuses words after trawl that are no command.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if strings.Contains(args[0], "://") {
		return usagef("unknown command %q; to crawl it: trawl crawl %s", args[0], args[0])
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usagef("unknown command %q; did you mean %s?", args[0], alternatives(near))
	}
	return usagef("unknown command %q; trawl --help lists them", args[0])
}

// noArguments is for commands that take none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, and there is %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// flagError says what is wrong with a flag in the manner of trawl's other messages.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &missing):
		return &usageError{reason: "--" + missing.GetFlag().Name + " needs a value", err: err}
	case errors.As(err, &bad):
		return &usageError{reason: "--" + bad.GetFlag().Name + " " + quoted(bad.GetValue()) + ": " + bad.Unwrap().Error(), err: err}
	default:
		return &usageError{reason: err.Error(), err: err}
	}
}

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	typed := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return usagef("unknown flag -%s; %s --help lists them", typed, cmd.CommandPath())
	}
	if near := nearestFlag(cmd.Flags(), typed); near != "" {
		return usagef("unknown flag --%s; did you mean --%s?", typed, near)
	}
	return usagef("unknown flag --%s; %s --help lists them", typed, cmd.CommandPath())
}

func quoted(s string) string { return `"` + s + `"` }
