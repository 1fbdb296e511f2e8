package main

import (
	"github.com/spf13/cobra"
)

func newFetch() *cobra.Command {
	f := newCrawlFlags()
	cmd := &cobra.Command{
		Use:   "fetch [URL...]",
		Short: "Fetch a list of URLs, and follow nothing",
		Long: `Fetch fetches the URLs given, in arguments, in a file or on standard input, and writes one JSON line a page.
Redirects lead on to their targets; links are in the lines and are not followed.

A list has one URL a line; empty lines and lines that begin with # are passed over, and a line that is no URL
is a warning. It is fetched while it is read, so it may have millions of lines, and be a pipe. The same command
goes on after an interruption, as with trawl crawl; it wants the same list.`,
		Example: `  trawl fetch https://example.org/ https://example.net/
  trawl fetch -i urls.txt -o pages.jsonl
  zcat urls.gz | trawl fetch -o pages.jsonl.zst`,
		RunE: func(cmd *cobra.Command, urls []string) error {
			if len(urls) == 0 && f.input == "" {
				if isTerminal(cmd.InOrStdin()) {
					return usagef("no URL to fetch; name some, or a list with -i FILE or on standard input")
				}
				f.input = "-"
			}
			return f.crawl(cmd, urls, true)
		},
	}
	addGroups(cmd, f.seedGroup(), f.listReachGroup(), f.politenessGroup(), f.request.group(), f.outputGroup(), f.recordGroup(), f.messageGroup())
	return cmd
}
