package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/sink"
)

func newExtract() *cobra.Command {
	f := newCrawlFlags()
	f.concurrency = runtime.GOMAXPROCS(0)
	cmd := &cobra.Command{
		Use:   "extract [FILE...]",
		Short: "Make lines of the pages in WARC files, without a crawl",
		Long: `Extract goes through the WARC files (1.0 or 1.1, plain or gzip; of trawl, wget, warcio, Heritrix, Common
Crawl) and writes a line for each HTML page in them, in the order of the records: what trawl crawl would
have written, but for how the page was found. A page that was recorded twice is two lines. Without a FILE,
or with -, it reads standard input.

Redirects, robots.txt, and what is of another type are no lines. What pages say to robots, noindex say, is
not heeded: you have them already. A page that is in an archive only as a reference to an earlier copy (a
revisit record) is looked up there: an index, FILE.cdxj, is made beside the file for that. From standard
input such a page can't be had.

What is wrong in an archive is said, counted and passed over. An interrupted extraction keeps no state: it
begins again.`,
		Example: `  trawl extract crawl.warc.gz -o pages.jsonl
  trawl extract mirror-*.warc.gz --types application/pdf -o pages.jsonl.gz
  curl -s https://example.org/big.warc.gz | trawl extract | jq -r .title`,
		RunE: func(cmd *cobra.Command, files []string) error { return f.extract(cmd, files) },
	}
	output := newGroup("Where the lines go")
	f.addOutput(output)
	output.flags.BoolVar(&f.overwrite, "overwrite", false, "replace an output that exists")
	what := newGroup("What to extract, and how")
	f.addTypes(what)
	what.flags.VarP(&number{to: &f.concurrency, least: 1}, "concurrency", "c", "pages at a time; more than there are processors gain nothing")
	messages := newGroup("What to say")
	f.addMessages(messages)
	addGroups(cmd, output, what, messages)
	return cmd
}

func (f *crawlFlags) extract(cmd *cobra.Command, files []string) error {
	if f.messages.quiet && f.messages.verbose {
		return usagef("--quiet and --verbose contradict each other")
	}
	if len(files) == 0 {
		if !isPiped(cmd.InOrStdin()) {
			return usagef("no archive to extract pages from; write trawl extract crawl.warc.gz, or pipe one in")
		}
		files = []string{"-"}
	}
	s := &extractSession{messages: f.messages, stderr: cmd.ErrOrStderr(), config: crawler.ExtractConfig{
		Files: files, Stdin: cmd.InOrStdin(), Output: f.output, Overwrite: f.overwrite, Stdout: cmd.OutOrStdout(),
		Types: f.types, Concurrency: f.concurrency,
	}}
	return s.run(cmd.Context())
}

// isPiped reports whether a stream comes from another program or a file, rather than from a terminal or nowhere.
func isPiped(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return true
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice == 0
}

// extractSession is an extraction as the command makes it, as session is a crawl.
type extractSession struct {
	config   crawler.ExtractConfig
	messages messageFlags
	stderr   io.Writer
}

func (s *extractSession) run(ctx context.Context) error {
	tuneMemory(false)
	console := newConsole(s.stderr)
	s.config.Logger = s.messages.logger(console)
	problems := newProblemLog(s.config.Logger)
	s.config.Report = func(p *warc.Problem) {
		if p.Action < warc.Stop { // else it is what the command ends with
			problems.tell(p)
		}
	}
	x, err := crawler.NewExtractor(s.config)
	var bad *crawler.ConfigError
	if errors.As(err, &bad) && bad.Field == "Files" {
		return usagef("%s: %s", bad.Value, bad.Reason)
	}
	if err != nil {
		return err
	}
	ctx, stop := onInterrupt(ctx, func() {
		x.Drain()
		s.noteInterrupt(console)
	})
	defer stop()
	endProgress := startExtractProgress(s.messages.progressMode(s.stderr, s.config.Output, s.config.Stdout), console, x.Progress)
	stats, err := x.Run(ctx)
	endProgress()
	stop()
	s.conclude(console, stats, err)
	return explainExtract(stats, err)
}

func (s *extractSession) noteInterrupt(console *console) {
	switch {
	case s.messages.quiet:
	case s.messages.progress == progressJSON:
		s.config.Logger.Warn("finishing what has been read; again to stop now")
	default:
		console.say("finishing what has been read; again to stop now")
	}
}

// conclude writes the account of an extraction that began.
func (s *extractSession) conclude(console *console, stats crawler.ExtractStats, err error) {
	switch {
	case s.messages.quiet || stats.Started.IsZero():
	case s.messages.progress == progressJSON:
		r := newExtractReport(eventEnd, stats, extractRate(stats))
		r.Outcome = outcomeOf(err)
		r.write(console)
	default:
		output := s.config.Output
		if output == "-" {
			output = "standard output"
		}
		_, _ = io.WriteString(console, extractSummary(stats, output, s.messages.verbose))
	}
}

// explainExtract says more of an error than the engine knows.
func explainExtract(stats crawler.ExtractStats, err error) error {
	if codeOf(err) != exitInterrupted {
		return err
	}
	reason := fmt.Sprintf("interrupted after %s; no state is kept, and the same command with --overwrite begins again", counted(stats.Lines, "page"))
	if errors.Is(err, sink.ErrStalled) {
		reason += "; the last lines may be torn, because their reader was not reading"
	}
	return &interruption{reason: reason, err: err}
}
