package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/crawler"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what it was built from",
		Long:  "Version prints trawl's version, the Go version and the platform and, where the build knows it, the commit.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := fmt.Fprint(cmd.OutOrStdout(), versionText()); err != nil {
				return fmt.Errorf("cannot write standard output: %w", err)
			}
			return nil
		},
	}
}

// versionText is the version, the Go version, the platform and, where the build knows it, the commit.
func versionText() string {
	text := fmt.Sprintf("trawl %s\ngo      %s\nsystem  %s/%s\n", crawler.Version, strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		text += commitText(info.Settings)
	}
	return text
}

func commitText(settings []debug.BuildSetting) string {
	known := make(map[string]string)
	for _, s := range settings {
		known[s.Key] = s.Value
	}
	if known["vcs.revision"] == "" {
		return ""
	}
	text := "commit  " + known["vcs.revision"]
	if at := known["vcs.time"]; at != "" {
		text += " of " + at
	}
	if known["vcs.modified"] == "true" {
		text += ", with changes"
	}
	return text + "\n"
}
