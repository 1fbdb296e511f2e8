package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/internal/site"
)

// The demo's answers take as long as those of a server nearby, so that there is something to see.
const (
	demoMinLatency = 20 * time.Millisecond
	demoMaxLatency = 120 * time.Millisecond
)

func newDemo() *cobra.Command {
	f := newCrawlFlags()
	f.rate = 0 // the site is ours
	f.output = "trawl-demo.jsonl"
	f.overwrite = true // by the next demo
	serveOnly := false
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Crawl a small site that comes with trawl",
		Long: `Demo serves a small site on loopback, over real sockets, and crawls it: a harbour and its bookshop, with pages
in old character sets, redirects in circles, errors, a robots.txt, and a calendar that never ends.

An output that exists is overwritten.`,
		Example: `  trawl demo
  trawl demo --serve            and in another terminal: trawl crawl URL -d 2`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo(cmd, f, serveOnly)
		},
	}
	g := newGroup("Demo")
	f.addOutput(g)
	f.addWARC(g)
	g.flags.BoolVar(&serveOnly, "serve", false, "serve the site, print its URL, and crawl nothing; Ctrl-C ends it")
	messages := newGroup("What to say")
	f.addMessages(messages)
	addGroups(cmd, g, f.paceGroup(), messages)
	return cmd
}

func demo(cmd *cobra.Command, f *crawlFlags, serveOnly bool) error {
	server, err := site.Start(cmd.Context(), site.Options{MinLatency: demoMinLatency, MaxLatency: demoMaxLatency})
	if err != nil {
		return fmt.Errorf("cannot serve the demo's site: %w", err)
	}
	defer server.Close()
	if serveOnly {
		return serveUntilInterrupt(cmd.Context(), cmd.OutOrStdout(), server.URL)
	}
	if err := f.crawl(cmd, []string{server.URL + "/"}, false); err != nil {
		return err
	}
	if !f.messages.quiet && f.messages.progress != progressJSON {
		_, _ = io.WriteString(cmd.ErrOrStderr(), samples(f.output))
	}
	return nil
}

func serveUntilInterrupt(ctx context.Context, to io.Writer, url string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if _, err := fmt.Fprintln(to, url+"/"); err != nil {
		return fmt.Errorf("cannot write standard output: %w", err)
	}
	<-ctx.Done()
	return nil
}

// samples are commands to try on the demo's output; none if it isn't a plain file.
func samples(output string) string {
	lower := strings.ToLower(output)
	if output == "-" || strings.HasSuffix(lower, ".gz") || strings.HasSuffix(lower, ".zst") {
		return ""
	}
	file := shellWord(output)
	return `
Try:
  jq -r '[.status, .depth, .title] | @tsv' ` + file + `
  jq -r 'select(.error) | [.url, .error.message] | @tsv' ` + file + `
  jq -r 'select(.charset != "utf-8") | [.charset, .title] | @tsv' ` + file + `
  jq -r '.links[].url' ` + file + ` | sort | uniq -c | sort -rn | head
`
}

// shellWord quotes s for a POSIX shell if it needs it.
func shellWord(s string) string {
	const harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./,:@%"
	if s != "" && strings.Trim(s, harmless) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
