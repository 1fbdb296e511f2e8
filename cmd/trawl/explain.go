package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// explainFlags are the flags of trawl explain.
type explainFlags struct {
	state string
	audit string
	json  bool
}

func newExplain() *cobra.Command {
	f := &explainFlags{}
	cmd := &cobra.Command{
		Use:   "explain URL {--state DIR | --audit FILE}",
		Short: "Tell what became of a URL, and why",
		Long: `Explain tells what became of a URL in a crawl, and why: its outcome, the rule or the line of robots.txt
behind it, every attempt, and redirects; then the same of the page that it was found on, and so on up to a
URL to start from.

A crawl that was interrupted is asked by its state, which lies beside its output. A complete one keeps no
state: ask the file that it wrote with --audit.

The exit code is 0 if the crawl has seen the URL, and 1 if not.`,
		Example: `  trawl explain https://example.org/private/ --state pages.jsonl.state
  trawl explain example.org/old --audit audit.jsonl`,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, urls []string) error { return f.explain(cmd.OutOrStdout(), urls) },
	}
	g := newGroup("What to ask")
	g.flags.StringVar(&f.state, "state", "", "the state of a crawl, in `DIR`: that of pages.jsonl is pages.jsonl.state, and either name will do")
	g.flags.StringVar(&f.audit, "audit", "", "what a crawl wrote to `FILE` with its --audit")
	g.flags.BoolVar(&f.json, "json", false, "the lines of the audit, as JSON")
	addGroups(cmd, g)
	return cmd
}

// account is what can be asked: a state or an audit.
type account interface {
	Chain(url string) iter.Seq2[crawler.Fate, error]
	Near(url string) ([]crawler.Fate, error)
	Close() error
}

func (f *explainFlags) explain(to io.Writer, urls []string) (err error) {
	switch {
	case len(urls) == 0:
		return usagef("no URL to explain; write trawl explain https://example.org/page --state pages.jsonl.state")
	case len(urls) > 1:
		return usagef("explain takes one URL, and there is %q too", urls[1])
	case (f.state == "") == (f.audit == ""):
		return usagef("where is the crawl? name its state with --state DIR or its audit with --audit FILE, one of them")
	}
	url, err := weburl.ParseUser(urls[0])
	if err != nil {
		return &usageError{reason: err.Error(), err: err}
	}
	url = weburl.WithoutUserinfo(url)
	from, err := f.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	known := false
	for fate, err := range from.Chain(url) {
		if err != nil {
			return err
		}
		if err := f.write(to, from, &fate, !known); err != nil {
			return err
		}
		known = true
	}
	if !known {
		return neverSeen(from, url)
	}
	return nil
}

func (f *explainFlags) open() (account, error) {
	if f.audit != "" {
		from, err := crawler.OpenAudit(f.audit)
		if err != nil {
			return nil, &usageError{reason: "--audit: " + err.Error(), err: err}
		}
		return from, nil
	}
	dir := stateOf(f.state)
	from, err := crawler.Inspect(dir)
	switch {
	case errors.Is(err, disk.ErrNotExist):
		return nil, &usageError{reason: dir + ": there is no state; a crawl that is complete keeps none, so ask its audit with --audit FILE", err: err}
	case errors.Is(err, disk.ErrForeign):
		return nil, &usageError{reason: dir + ": this is no state of a crawl", err: err}
	case errors.Is(err, disk.ErrLocked):
		return nil, errors.New(dir + ": the crawl is running; wait for its end, or ask an audit with --audit FILE")
	case err != nil:
		return nil, err
	}
	return from, nil
}

// stateOf is the state that a name means: itself, or what lies beside the output of that name.
func stateOf(name string) string {
	if strings.HasSuffix(strings.TrimRight(name, "/"), crawler.StateSuffix) {
		return name
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return name
	}
	return name + crawler.StateSuffix
}

// write writes a link of the chain. The first one is told in full: also what became of the URL that it redirects to.
func (f *explainFlags) write(to io.Writer, from account, fate *crawler.Fate, first bool) error {
	if f.json {
		_, err := to.Write(fate.AppendLine(nil))
		return written(err)
	}
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString("  " + plain(fmt.Sprintf(format, args...)) + "\n") }
	b.WriteString(plain(fate.URL) + "\n")
	verdict := fate.Outcome
	if fate.Reason != "" {
		verdict += fmt.Sprintf(" (%s)", fate.Reason)
	}
	line("%s: %s", verdict, fate.Why())
	if first {
		if err := afterRedirects(from, fate, line); err != nil {
			return err
		}
	}
	for _, words := range attempts(fate) {
		line("%s", words)
	}
	if len(fate.Redirects) > 0 {
		line("by redirect: %s", hops(fate))
	} else if fate.RequestedURL != "" {
		line("asked for as %s", fate.RequestedURL)
	}
	switch {
	case fate.Parent != "":
		line("depth %d, found on %s", fate.Depth, fate.Parent)
	case len(fate.Redirects) > 0:
		line("depth 0, where a URL to start from redirects to")
	default:
		line("depth 0, a URL to start from")
	}
	_, err := io.WriteString(to, b.String())
	return written(err)
}

func written(err error) error {
	if err != nil {
		return fmt.Errorf("cannot write standard output: %w", err)
	}
	return nil
}

// mostRedirects is more than a crawl follows in a row.
const mostRedirects = 20

// afterRedirects tells where a URL that redirects leads in the end.
func afterRedirects(from account, fate *crawler.Fate, line func(format string, args ...any)) error {
	for n := 0; fate.Reason == frontier.ReasonRedirect && fate.Outcome == crawler.OutcomeSkipped && n < mostRedirects; n++ {
		target, ok := strings.CutPrefix(fate.Detail, "to ")
		if !ok {
			return nil
		}
		known := false
		for next, err := range from.Chain(target) {
			if err != nil {
				return err
			}
			fate, known = &next, true
			break
		}
		if !known {
			return nil
		}
		line("%s was %s: %s", fate.URL, fate.Outcome, fate.Why())
	}
	return nil
}

// attempts are in words if there is more to say of them than the outcome does.
func attempts(fate *crawler.Fate) (words []string) {
	if len(fate.Tries) == 0 || len(fate.Tries) == 1 && fate.Tries[0].Outcome != crawler.OutcomeRetry {
		return nil
	}
	last := 0
	for _, t := range fate.Tries {
		if t.Attempt > last+1 {
			words = append(words, fmt.Sprintf("attempts %d to %d are not kept", last+1, t.Attempt-1))
		}
		last = t.Attempt
		words = append(words, fmt.Sprintf("attempt %d: %s", t.Attempt, attempt(&t)))
	}
	return words
}

func attempt(t *crawler.Try) string {
	switch {
	case t.Outcome == crawler.OutcomeRetry && t.AgainAt.IsZero():
		return t.Detail
	case t.Outcome == crawler.OutcomeRetry:
		return t.Detail + ", to be tried again from " + t.AgainAt.UTC().Format(time.RFC3339)
	case t.Detail != "":
		return t.Outcome + ", " + t.Detail
	default:
		return t.Outcome
	}
}

func hops(fate *crawler.Fate) string {
	var parts []string
	for _, h := range fate.Redirects {
		parts = append(parts, fmt.Sprintf("%s (%d)", h.URL, h.Status))
	}
	return strings.Join(append(parts, fate.URL), " -> ")
}

// neverSeen is the error for a URL that the crawl has not come upon, with what may help.
func neverSeen(from account, url string) error {
	words := url + " was never seen by this crawl"
	near, err := from.Near(url)
	if err != nil {
		return err
	}
	for i, n := range near {
		if i == 0 {
			words += ", but "
		} else {
			words += " and "
		}
		words += fmt.Sprintf("%s was (%s)", n.URL, n.Outcome)
	}
	if state, ok := from.(*crawler.Inspection); ok {
		verdict, err := state.Verdict(url)
		if err != nil {
			return err
		}
		words += "; " + verdict
	}
	return errors.New(words)
}
