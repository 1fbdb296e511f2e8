package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// robotsFlags are the flags of trawl robots.
type robotsFlags struct {
	request requestFlags
	file    string
	json    bool
}

func newRobots() *cobra.Command {
	f := &robotsFlags{request: newRequestFlags()}
	cmd := &cobra.Command{
		Use:   "robots URL...",
		Short: "Tell whether robots.txt allows URLs, and by which line",
		Long: `Robots tells for each URL whether its host's robots.txt allows it (RFC 9309), and by which line of which group.

Each robots.txt is fetched once. An answer of 400 to 499 allows all; one of 500 to 599, and a host that cannot
be reached, disallow all. Whatever the answers are, the exit code is 0.`,
		Example: `  trawl robots https://example.org/ https://example.org/search?q=x
  trawl robots -A Googlebot https://example.org/
  trawl robots --file robots.txt https://example.org/private/      before it goes online`,
		RunE: func(cmd *cobra.Command, urls []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			cmd.SetContext(ctx)
			return f.tell(cmd, urls)
		},
	}
	g := newGroup("What to tell")
	g.flags.StringVar(&f.file, "file", "", "test the robots.txt in `FILE`, and fetch none; - is standard input")
	g.flags.BoolVar(&f.json, "json", false, "one JSON object a URL")
	addGroups(cmd, g, f.request.plainGroup())
	return cmd
}

// tell answers for each URL in turn, as soon as it can.
func (f *robotsFlags) tell(cmd *cobra.Command, urls []string) error {
	if len(urls) == 0 {
		return usagef("no URL to ask about; write trawl robots https://example.org/page")
	}
	canonical := make([]string, len(urls))
	for i, u := range urls {
		parsed, err := weburl.ParseUser(u)
		if err != nil {
			return &usageError{reason: err.Error(), err: err}
		}
		canonical[i] = weburl.WithoutUserinfo(parsed)
	}
	groupOf, err := f.groups(cmd, canonical)
	if err != nil {
		return err
	}
	for _, u := range canonical {
		from, err := groupOf(cmd.Context(), u)
		if err != nil {
			return fmt.Errorf("%w: %w", crawler.ErrInterrupted, err)
		}
		if err := f.write(cmd.OutOrStdout(), newRobotsAnswer(u, from)); err != nil {
			return fmt.Errorf("cannot write standard output: %w", err)
		}
	}
	return nil
}

// groups returns what finds a URL's group: in the file given, or by asking its host.
func (f *robotsFlags) groups(cmd *cobra.Command, urls []string) (robotsFinder, error) {
	options, err := f.request.options(cmd.Flags())
	if err != nil {
		return nil, err
	}
	agent := robots.ProductToken(f.request.userAgent)
	if f.file == "" {
		asker, err := newRobotsAsker(options, f.request.userAgent, urls)
		if err != nil {
			return nil, err
		}
		return asker.find, nil
	}
	in := cmd.InOrStdin()
	if f.file != "-" {
		file, err := os.Open(f.file)
		if err != nil {
			return nil, &usageError{reason: "--file: " + err.Error(), err: err}
		}
		defer file.Close()
		in = file
	}
	body, err := io.ReadAll(io.LimitReader(in, robots.MaxBytes+1))
	if err != nil {
		return nil, &usageError{reason: "--file: " + err.Error(), err: err}
	}
	name := f.file
	if name == "-" {
		name = "standard input"
	}
	source := parsedRobots(name, body, agent)
	return func(context.Context, string) (*robotsSource, error) { return source, nil }, nil
}

// robotsAnswer is what is told of one URL. A key without a value is null.
type robotsAnswer struct {
	URL        string   `json:"url"`
	Allowed    bool     `json:"allowed"`
	Robots     string   `json:"robots"`      // URL that robots.txt came from in the end, or the file
	Line       *int     `json:"line"`        // of it, that decided
	Rule       *string  `json:"rule"`        // that line
	Agent      *string  `json:"agent"`       // user-agent of the group
	Reason     *string  `json:"reason"`      // where no line decided
	CrawlDelay *float64 `json:"crawl_delay"` // seconds
	Truncated  bool     `json:"truncated"`   // robots.txt was longer than what is read of it
}

func newRobotsAnswer(url string, from *robotsSource) *robotsAnswer {
	d := from.group.Decide(robots.Target(url))
	a := &robotsAnswer{URL: url, Allowed: d.Allowed, Robots: from.name, Truncated: from.truncated}
	if d.Agent != "" {
		a.Agent = &d.Agent
	}
	switch {
	case d.Line > 0:
		a.Line, a.Rule = &d.Line, &d.Rule
	case d.Rule != "":
		a.Reason = &d.Rule
	case d.Agent != "":
		a.Reason = new("no rule matches")
	default:
		a.Reason = new("no group is for " + strconv.Quote(from.agent))
	}
	if delay, ok := from.group.CrawlDelay(); ok {
		a.CrawlDelay = new(delay.Seconds())
	}
	return a
}

// text is the answer as a line for people.
func (a *robotsAnswer) text() string {
	verdict := "disallowed"
	if a.Allowed {
		verdict = "allowed"
	}
	because := ""
	switch {
	case a.Line == nil:
		because = *a.Reason
	case a.Robots == weburl.Origin(a.URL)+"/robots.txt":
		because = fmt.Sprintf("robots.txt:%d %s", *a.Line, *a.Rule)
	default:
		because = fmt.Sprintf("%s:%d %s", a.Robots, *a.Line, *a.Rule)
	}
	if a.Agent != nil {
		because += " (user-agent: " + *a.Agent + ")"
	}
	if a.CrawlDelay != nil {
		because += fmt.Sprintf(", crawl-delay %gs", *a.CrawlDelay)
	}
	return fmt.Sprintf("%-10s  %s  %s", verdict, a.URL, because)
}

func (f *robotsFlags) write(to io.Writer, a *robotsAnswer) error {
	if !f.json {
		_, err := fmt.Fprintln(to, plain(a.text()))
		return err
	}
	line, err := json.Marshal(a)
	if err != nil {
		return errors.Join(errors.New("an answer does not encode"), err)
	}
	_, err = to.Write(append(line, '\n'))
	return err
}
