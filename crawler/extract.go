package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/sink"
)

// ExtractConfig says which archives to extract pages from, and where their lines go.
type ExtractConfig struct {
	// Files are WARC files, plain or gzip, in the order in which they are read. "-"
	// is Stdin.
	Files []string

	// Stdin is what "-" reads. Default os.Stdin.
	Stdin io.Reader

	// Output is the file that lines go to: "-" for standard output, compressed if it
	// ends in ".gz" or ".zst". Run needs it; Pages writes none. No state is kept
	// beside it: an extraction that was interrupted begins again.
	Output string

	// Overwrite replaces an output that exists, which is refused otherwise.
	Overwrite bool

	// Stdout is what "-" writes to. Default os.Stdout.
	Stdout io.Writer

	// Types are the media types that become lines besides HTML and XHTML, as in [Config].
	Types []string

	// Concurrency is how many pages are decoded and parsed at once. Default
	// GOMAXPROCS; more gains nothing.
	Concurrency int

	// Fetch has the limits of size that pages are held to, as in a crawl; nothing
	// else of it matters. Default [fetch.DefaultOptions].
	Fetch *fetch.Options

	// Policy says what to do about bad input. Default [warc.DefaultPolicy].
	Policy warc.Policy

	// NoDigests leaves the digests of records unverified.
	NoDigests bool

	// Report is told of each problem with the archives, by one goroutine at a time.
	// Default: nobody is; they are counted all the same.
	Report func(*warc.Problem)

	// Logger gets what happens besides lines. Default: none of it.
	Logger *slog.Logger
}

func (c ExtractConfig) withDefaults() ExtractConfig {
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.Concurrency == 0 {
		c.Concurrency = runtime.GOMAXPROCS(0)
	}
	options := fetch.DefaultOptions()
	if c.Fetch != nil {
		options = *c.Fetch
	}
	options.Timeouts = fetch.Timeouts{} // nothing is waited for
	c.Fetch = &options
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// validate refuses what can be known to be wrong without reading or writing anything.
func (c *ExtractConfig) validate() error {
	bad := func(field string, value any, reason string) error {
		return &ConfigError{Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case len(c.Files) == 0:
		return &ConfigError{Field: "Files", Reason: "there is no archive to extract pages from"}
	case unsupported[filepath.Ext(c.Output)]:
		return bad("Output", c.Output, "lines can be compressed as .gz or .zst only")
	case c.Concurrency < 0:
		return bad("Concurrency", c.Concurrency, "must be at least 1")
	}
	stdin := 0
	for _, name := range c.Files {
		if name == "-" {
			if stdin++; stdin > 1 {
				return bad("Files", name, "standard input can be read once")
			}
			if f, ok := c.Stdin.(*os.File); ok && isOpen(f, c.Output) {
				return bad("Output", c.Output, "it is what standard input is read from; name another file")
			}
			continue
		}
		info, err := os.Stat(name)
		var path *os.PathError
		switch {
		case errors.As(err, &path):
			return bad("Files", name, path.Err.Error())
		case err != nil:
			return bad("Files", name, err.Error())
		case info.IsDir():
			return bad("Files", name, "it is a directory; name the files in it")
		case c.Output != "" && c.Output != "-" && sameFile(name, c.Output):
			return bad("Output", c.Output, "it is one of the archives; name another file")
		}
	}
	return nil
}

// isOpen reports whether a file is the one of that name.
func isOpen(f *os.File, name string) bool {
	a, aErr := f.Stat()
	b, bErr := os.Stat(name)
	return aErr == nil && bErr == nil && os.SameFile(a, b)
}

// Why an answer in an archive is no line, besides [ReasonType] and
// [frontier.ReasonRedirect].
const (
	// ReasonRobotsTxt: it is a robots.txt, which a crawl asks for by itself.
	ReasonRobotsTxt frontier.Reason = "robots_txt"
	// ReasonNotWeb: its URI is no URL of http or https.
	ReasonNotWeb frontier.Reason = "not_web"
	// ReasonNotHTTP: the record holds no HTTP answer.
	ReasonNotHTTP frontier.Reason = "not_http"
	// ReasonNoAnswer: the exchange failed, and there is no answer at all.
	ReasonNoAnswer frontier.Reason = "no_answer"
	// ReasonRevisit: it has its body from another record, which can't be had.
	ReasonRevisit frontier.Reason = "revisit"
	// ReasonDamaged: the policy leaves the record out.
	ReasonDamaged frontier.Reason = "damaged"
)

// Extractor makes lines of the pages in archives, by Run or by Pages, once. It makes
// no request, has no frontier, and reads the archives from beginning to end: so it
// needs no index, and memory that doesn't grow with them.
//
// Every answer of HTML that was recorded is a line, in the order of the records: a
// URL that was recorded twice is two. A line says of the page and of its fetch what
// the line of a crawl says; of how the page was found nothing is known, so that its
// requested_url is its url, its depth 0, its parent null, its attempt 1, and it has
// no redirects. What pages say to robots is not heeded: who has the archive has the
// page.
//
// Redirects are no lines, nor is what is of another type, unless Types has it.
// A revisit record has its body from the record that it refers to, for which an index
// is made beside the files when the first revisit is met; on a stream it can't be had.
type Extractor struct {
	config   ExtractConfig
	types    *typeFilter
	used     atomic.Bool
	draining chan struct{}
	drain    sync.Once
	account  extractAccount
}

// NewExtractor checks the configuration and returns an Extractor for it. The errors
// are *[ConfigError], before anything is read or written.
func NewExtractor(config ExtractConfig) (*Extractor, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	types, err := newTypeFilter(config.Types)
	if err != nil {
		return nil, err
	}
	if _, err := fetch.New(*config.Fetch); err != nil {
		return nil, &ConfigError{Field: "Fetch", Reason: err.Error()}
	}
	return &Extractor{config: config, types: types, draining: make(chan struct{})}, nil
}

// Run writes a line for each page to the Output. The error is nil if the archives
// were read to their end, whatever was wrong in them; [ErrInterrupted] if it was told
// to stop; a *[warc.Problem] if the policy stopped it; a *[warc.ReadError], or one of
// package sink. What was written is whole lines in each case, and the account right.
func (x *Extractor) Run(ctx context.Context) (ExtractStats, error) {
	if x.config.Output == "" {
		return ExtractStats{}, &ConfigError{Field: "Output", Reason: `where should the lines go? "-" is standard output`}
	}
	if x.used.Swap(true) {
		return ExtractStats{}, ErrUsed
	}
	mode := sink.Create
	if x.config.Overwrite {
		mode = sink.Overwrite
	}
	w, err := openOutput(ctx, x.draining, x.config.Output, sink.Options{Mode: mode, Stdout: x.config.Stdout})
	if err != nil {
		return ExtractStats{}, err
	}
	write := writeLines(w)
	err = newExtraction(x, false).run(ctx, func(ctx context.Context, batch []*result) error {
		_, err := write(ctx, batch)
		return err
	})
	return x.Progress(), joined(err, w.Close())
}

// Pages yields each page with its body and its parsed document, which are the
// caller's to keep. Nothing is written. An error ends it: the last pair has one if
// Run would return one. Leaving the loop ends the reading.
func (x *Extractor) Pages(ctx context.Context) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		if x.used.Swap(true) {
			yield(nil, ErrUsed)
			return
		}
		left := false
		err := newExtraction(x, true).run(ctx, func(_ context.Context, batch []*result) error {
			for _, r := range batch {
				if !yield(r.page, nil) {
					left = true
					return errLeft
				}
			}
			return nil
		})
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// errLeft ends an extraction whose range loop was left.
var errLeft = errors.New("the loop was left")

// Progress is the account as it is now.
func (x *Extractor) Progress() ExtractStats { return x.account.snapshot() }

// Drain has Run and Pages return when what has been read is written. They don't wait
// for a stream that is silent.
func (x *Extractor) Drain() { x.drain.Do(func() { close(x.draining) }) }
