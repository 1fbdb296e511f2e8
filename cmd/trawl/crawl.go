package main

import (
	"github.com/spf13/cobra"
)

func newCrawl() *cobra.Command {
	f := newCrawlFlags()
	cmd := &cobra.Command{
		Use:   "crawl URL...",
		Short: "Crawl sites into a dataset",
		Long: `Crawl fetches the URLs given and the pages that they link to, and writes one JSON line a page.

By default it stays on the hosts of the URLs, makes one request a second to each, obeys robots.txt, and keeps
HTML pages. A page that could not be fetched is a line with its error.

While a crawl into a file isn't complete, its state lies beside it, in FILE.state. However it ended, by
Ctrl-C, kill -9 or a full disk, the same command goes on, and every page is one line in the end.

The exit code is 0 if the crawl is complete, 1 if it failed, 2 if the command line is wrong, 3 if it was
interrupted: the first Ctrl-C finishes the requests in flight, the second stops at once.`,
		Example: `  trawl crawl https://example.org/ -o pages.jsonl
  trawl crawl example.org -d 2 --max-pages 500 -o pages.jsonl.zst
  trawl crawl https://example.org/docs/ --scope prefix --exclude '\?print=' | jq -r .title
  trawl crawl http://127.0.0.1:8080/ --rate 0 --ignore-robots      flat out, on your own server`,
		RunE: func(cmd *cobra.Command, urls []string) error {
			if len(urls) == 0 && f.input == "" {
				return usagef("no URL to start from; write trawl crawl https://example.org/, or -i FILE for a list")
			}
			return f.crawl(cmd, urls, false)
		},
	}
	addGroups(cmd, f.seedGroup(), f.reachGroup(), f.politenessGroup(), f.request.group(), f.outputGroup(), f.recordGroup(), f.messageGroup())
	return cmd
}

// crawl is what crawl and fetch have in common: a session, or the plan for one.
func (f *crawlFlags) crawl(cmd *cobra.Command, urls []string, followNothing bool) error {
	if f.messages.quiet && f.messages.verbose {
		return usagef("--quiet and --verbose contradict each other")
	}
	if err := f.checkRecord(cmd.Flags()); err != nil {
		return err
	}
	config, err := f.config(urls, cmd.Flags(), cmd.OutOrStdout())
	if err != nil {
		return err
	}
	config.FollowNothing = followNothing
	config.Recording.CommandLine = commandLine(cmd, urls)
	var list *seedList
	if f.input != "" {
		if list, err = openList(f.input, cmd.InOrStdin()); err != nil {
			return err
		}
	}
	if f.dryRun {
		return dryRun(cmd.OutOrStdout(), config, list)
	}
	s := &session{config: config, list: list, messages: f.messages, stderr: cmd.ErrOrStderr()}
	return s.run(cmd.Context())
}
