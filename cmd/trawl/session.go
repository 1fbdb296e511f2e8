package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/sink"
)

// session is a crawl as a command makes it: from a configuration to how it ended, with messages, progress, signals and summary.
type session struct {
	config   crawler.Config
	list     *seedList // nil without one
	messages messageFlags
	stderr   io.Writer
	// prepare, if set, completes the configuration when there is somewhere to say what is wrong. done is called when the crawl is over.
	prepare func(*console, *crawler.Config) (done func(), err error)
}

// run crawls. Its error is what the command ends with.
func (s *session) run(ctx context.Context) error {
	tuneMemory(s.config.StateDir() != "")
	console := newConsole(s.stderr)
	s.config.Logger = s.messages.logger(console)
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelDebug).Writer()) // net/http's words, with a server's bytes in them
	if s.list != nil {
		s.config.SeedList = s.list
		defer s.list.Close()
	}
	if s.prepare != nil {
		done, err := s.prepare(console, &s.config)
		if err != nil {
			return err
		}
		defer done()
	}
	s.config.OnResume = func(before frontier.Counts) { s.noteResume(console, before) }
	c, err := crawler.New(s.config)
	if err != nil {
		return err
	}
	var interrupted atomic.Bool
	ctx, stop := onInterrupt(ctx, func() {
		interrupted.Store(true)
		c.Drain()
		s.noteInterrupt(console, c.Progress().InFlight)
	})
	defer stop()
	endProgress := startProgress(s.messages.progressMode(s.stderr, s.config.Output, s.config.Stdout), console, c.Progress)
	stats, err := c.Run(ctx)
	endProgress()
	stop()

	s.conclude(console, stats, err)
	return s.explain(stats, err, interrupted.Load())
}

func (s *session) noteResume(console *console, before frontier.Counts) {
	done := before.Fetched + before.Failed
	switch {
	case s.messages.quiet:
	case s.messages.progress == progressJSON:
		newReport(eventResume, crawler.Stats{Counts: before, Lines: done}, 0).write(console)
	case done == 1:
		console.say("resuming: 1 page done, %s queued", grouped(before.Queued))
	default:
		console.say("resuming: %s pages done, %s queued", grouped(done), grouped(before.Queued))
	}
}

func (s *session) noteInterrupt(console *console, inFlight int64) {
	switch {
	case s.messages.quiet:
	case s.messages.progress == progressJSON:
		s.config.Logger.Warn("finishing requests; again to stop now", "requests", inFlight)
	default:
		console.say("finishing %s; again to stop now", counted(inFlight, "request"))
	}
}

// conclude writes the account of a crawl that began.
func (s *session) conclude(console *console, stats crawler.Stats, err error) {
	if s.messages.quiet || stats.Started.IsZero() {
		return
	}
	if s.messages.progress == progressJSON {
		r := newReport(eventEnd, stats, overall(stats))
		r.Outcome = outcomeOf(err)
		r.write(console)
		return
	}
	output, because := s.config.Output, ""
	if output == "-" {
		output = "standard output"
	}
	if err == nil && stats.Queued > 0 {
		because = "left by --max-pages"
	}
	_, _ = io.WriteString(console, summary(stats, output, because))
	if s.messages.verbose {
		_, _ = io.WriteString(console, balance(stats)+"\n")
	}
	if n := stats.Skipped[crawler.ReasonNotRecorded]; n > 0 {
		console.say("%s not in the recording; -v, or --audit FILE, tells which", counted(n, "URL")+map[bool]string{true: " is", false: " are"}[n == 1])
	}
}

func outcomeOf(err error) string {
	switch codeOf(err) {
	case exitComplete:
		return outcomeComplete
	case exitInterrupted:
		return outcomeInterrupted
	default:
		return outcomeFailed
	}
}

// interruption is the end of a crawl before its end, told with what was done and what is left.
type interruption struct {
	reason string
	err    error
}

func (e *interruption) Error() string { return e.reason }

func (e *interruption) Unwrap() error { return e.err }

// explain says more of an error than the engine knows.
func (s *session) explain(stats crawler.Stats, err error, signalled bool) error {
	var write *sink.WriteError
	var archive *warc.WriteError
	if (errors.As(err, &write) || errors.As(err, &archive) && !stats.Started.IsZero()) && s.config.StateDir() != "" {
		return fmt.Errorf("%w; when that is mended, %s goes on", err, s.sameCommand())
	}
	if codeOf(err) != exitInterrupted {
		return err
	}
	var reason strings.Builder
	if !signalled && s.config.MaxDuration > 0 {
		fmt.Fprintf(&reason, "the --max-duration of %s is over", durationText(s.config.MaxDuration))
	} else {
		reason.WriteString("interrupted")
	}
	fmt.Fprintf(&reason, " after %s", counted(stats.Lines, "page"))
	if stats.Queued > 0 {
		fmt.Fprintf(&reason, ", with %s still to be fetched", counted(stats.Queued, "URL"))
	}
	if stats.ListCut {
		reason.WriteString("; the list was not read to its end")
	}
	if s.config.StateDir() != "" {
		fmt.Fprintf(&reason, "; %s goes on", s.sameCommand())
	}
	if errors.Is(err, sink.ErrStalled) {
		reason.WriteString("; the last lines may be torn, because their reader was not reading")
	}
	return &interruption{reason: reason.String(), err: err}
}

// sameCommand is what to run to go on.
func (s *session) sameCommand() string {
	if s.config.Overwrite {
		return "the same command without --overwrite"
	}
	return "the same command"
}
