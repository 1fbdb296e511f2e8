package crawler

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// ErrInterrupted is what Run returns if it ended before everything was fetched:
// after Drain, a context that ended, or MaxDuration.
var ErrInterrupted = errors.New("interrupted")

// ErrUsed is returned when a Crawler is run a second time.
var ErrUsed = errors.New("crawler: a Crawler runs once")

// Crawler crawls once, by Run or by Pages.
type Crawler struct {
	config   Config
	seeds    []seed
	scope    *scope
	types    *typeFilter
	used     atomic.Bool
	running  atomic.Pointer[run]
	draining chan struct{}
	drain    sync.Once
}

// New checks the configuration and returns a Crawler for it. The errors are
// *[ConfigError], before anything is fetched or written.
func New(config Config) (*Crawler, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	c := &Crawler{config: config, draining: make(chan struct{})}
	var err error
	if c.scope, err = newScope(&config); err != nil {
		return nil, err
	}
	if c.types, err = newTypeFilter(config.Types); err != nil {
		return nil, err
	}
	if _, err = fetch.New(*config.Fetch); err != nil { // before an output is opened
		return nil, &ConfigError{Field: "Fetch", Reason: err.Error()}
	}
	for _, raw := range config.Seeds {
		s, err := parseSeed(raw)
		if err != nil {
			return nil, &ConfigError{Field: "Seeds", Value: redacted(raw), Reason: err.Error()}
		}
		c.seeds = append(c.seeds, s)
	}
	return c, nil
}

// Run crawls, and writes a line for each page to the Output. It returns when
// everything is fetched, and then no error; when it was told to stop, and then
// [ErrInterrupted]; or when it can't go on, for example because the output can't
// be written ([sink.WriteError]). The account it returns is right in each case,
// and so is the Audit, whose failure is an [AuditError].
//
// If the Output is a file and an earlier Run has left its state beside it, Run
// goes on from there: every page is a line once, however often and at whatever
// instant the process was killed. It refuses to if the dataset would be another
// one ([ResumeError]), if the output was changed ([sink.EditedError],
// [sink.ShorterError]), if another crawl is at it ([disk.ErrLocked]), and if the
// state is of another version or damaged ([disk.VersionError],
// [disk.CorruptError]); it then leaves both as they are.
func (c *Crawler) Run(ctx context.Context) (Stats, error) {
	if c.config.Output == "" {
		return Stats{}, &ConfigError{Field: "Output", Reason: `where should the lines go? "-" is standard output`}
	}
	if c.used.Swap(true) {
		return Stats{}, ErrUsed
	}
	if err := c.config.tryAudit(); err != nil {
		return Stats{}, err
	}
	if c.config.StateDir() == "" {
		return c.runInMemory(ctx)
	}
	s, err := openState(&c.config)
	var over *disk.OverError
	if errors.As(err, &over) {
		c.config.Logger.Warn(over.Error())
		return Stats{}, nil
	}
	if err != nil {
		return Stats{}, err
	}
	if s.resumed && c.config.OnResume != nil {
		c.config.OnResume(s.frontier.Counts())
	}
	stats, err := c.run(ctx, &delivery{deliver: writeLines(s.writer), linger: c.linger(), state: s, recording: s.recording})
	err = joined(err, c.writeAudit(ctx, s.frontier)) // while there is a state to write it from again
	return stats, joined(err, s.end(err == nil))
}

func (c *Crawler) runInMemory(ctx context.Context) (stats Stats, err error) {
	if dir := c.config.stateOfOutput(); c.config.Output != "-" {
		if _, err := os.Lstat(dir); err == nil {
			return Stats{}, &ConfigError{Field: "Output", Value: c.config.Output,
				Reason: dir + " is there, the state of a crawl into this file: go on with it as it was, or remove it"}
		}
	}
	if err := c.config.refuseRecording(); err != nil {
		return Stats{}, err
	}
	recording, err := openRecording(&c.config, nil, false, frontier.Checkpoint{})
	if err != nil {
		return Stats{}, err
	}
	mode := sink.Create
	if c.config.Overwrite {
		mode = sink.Overwrite
	}
	w, err := openOutput(ctx, c.draining, c.config.Output, sink.Options{Mode: mode, Stdout: c.config.Stdout})
	if err != nil {
		return Stats{}, errors.Join(err, recording.abandon())
	}
	if c.config.Audit != "" && c.config.Frontier == nil {
		f, remove, failure := frontierForAudit(&c.config)
		if failure != nil {
			return Stats{}, errors.Join(failure, w.Close(), recording.abandon())
		}
		c.config.Frontier = f
		defer func() { err = errors.Join(err, remove()) }()
	}
	stats, err = c.run(ctx, &delivery{deliver: writeLines(w), linger: c.linger(), recording: recording})
	return stats, errors.Join(joined(err, recording.close()), w.Close(), c.writeAudit(ctx, c.config.Frontier))
}

// openOutput opens what may be a pipe that nobody reads yet. Who is told to end
// meanwhile leaves the opening behind.
func openOutput(ctx context.Context, draining <-chan struct{}, name string, options sink.Options) (*sink.Writer, error) {
	type opened struct {
		writer *sink.Writer
		err    error
	}
	done := make(chan opened, 1)
	go func() {
		w, err := sink.Open(name, options)
		done <- opened{w, err}
	}()
	select {
	case o := <-done:
		return o.writer, o.err
	case <-ctx.Done():
	case <-draining:
	}
	go func() {
		if o := <-done; o.err == nil {
			_ = o.writer.Close() // nothing was written
		}
	}()
	return nil, fmt.Errorf("%w before %s was opened", ErrInterrupted, name)
}

// joined joins errors, each once: what a call failed with is told by those that
// follow it, too.
func joined(errs ...error) error {
	var distinct []error
	told := make(map[string]bool)
	for _, err := range errs {
		if err != nil && !told[err.Error()] {
			told[err.Error()] = true
			distinct = append(distinct, err)
		}
	}
	if len(distinct) == 1 {
		return distinct[0]
	}
	return errors.Join(distinct...)
}

// linger is how long a batch waits for more pages.
func (c *Crawler) linger() time.Duration {
	if strings.HasSuffix(c.config.Output, ".gz") || strings.HasSuffix(c.config.Output, ".zst") {
		return lingerCompressed
	}
	return lingerPlain
}

// Pages crawls, and yields each page with its body and its parsed document,
// which are the caller's to keep. Nothing is written. An error ends it: the last
// pair has one if Run would return one. Leaving the loop ends the crawl.
func (c *Crawler) Pages(ctx context.Context) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		if c.used.Swap(true) {
			yield(nil, ErrUsed)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		pages := make(chan *Page)
		var failure error
		go func() {
			defer close(pages)
			failure = c.runPages(ctx, pages)
		}()
		for page := range pages {
			if !yield(page, nil) {
				cancel()
				for range pages { //nolint:revive // waits for the crawl to end
				}
				return
			}
		}
		if failure != nil {
			yield(nil, failure)
		}
	}
}

func (c *Crawler) runPages(ctx context.Context, pages chan<- *Page) error {
	recording, err := openRecording(&c.config, nil, false, frontier.Checkpoint{})
	if err != nil {
		return err
	}
	_, err = c.run(ctx, &delivery{deliver: sendPages(pages), linger: lingerPlain, whole: true, recording: recording})
	return joined(err, recording.close())
}

// sendPages returns a deliver that sends pages to a range loop.
func sendPages(pages chan<- *Page) deliverFunc {
	return func(ctx context.Context, results []*result) (frontier.Checkpoint, error) {
		for _, r := range results {
			if r.page == nil {
				continue
			}
			select {
			case pages <- r.page:
			case <-ctx.Done():
				return frontier.Checkpoint{}, context.Cause(ctx)
			}
		}
		return frontier.Checkpoint{}, nil
	}
}

// Drain ends the crawl gently: no request is begun, those in flight are
// finished and committed, and Run returns.
func (c *Crawler) Drain() { c.drain.Do(func() { close(c.draining) }) }

// Progress is the account as it is now; the zero Stats before the crawl begins.
func (c *Crawler) Progress() Stats {
	if r := c.running.Load(); r != nil {
		return r.progress.snapshot(r.frontier)
	}
	return Stats{}
}

func (c *Crawler) run(ctx context.Context, d *delivery) (Stats, error) {
	r, err := newRun(c, d)
	if err != nil {
		return Stats{}, err
	}
	c.running.Store(r)
	err = r.crawl(ctx)
	stats := r.progress.snapshot(r.frontier)
	if r.ownsFrontier {
		err = errors.Join(err, r.frontier.Close())
	}
	if err == nil && !stats.Balanced() {
		err = fmt.Errorf("the balance of URLs is off, please report it: %+v", stats.Counts)
	}
	return stats, err
}
