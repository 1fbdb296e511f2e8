package crawler

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Unlimited is the Rate of a crawl that asks as fast as its slots allow.
const Unlimited = -1

// NoRetries are the Retries of a crawl that tries everything once.
const NoRetries = -1

// The defaults of a [Config]. They are made for someone else's server: one
// request a second to a host is what a person reading fast would make.
const (
	DefaultConcurrency   = 16
	DefaultRate          = 1.0
	DefaultRetries       = 2
	DefaultMaxCrawlDelay = 30 * time.Second // longer, and a site of 3,000 pages takes more than a day
	DefaultMaxRetryAfter = 5 * time.Minute
	DefaultUserAgent     = "trawl/" + Version + " (+https://github.com/seed-5a061891/trawl)"
)

// Version is the version of trawl.
const Version = "0.1.0"

// Config says what to crawl, how, and where the lines go. The zero value of
// every field is its default; only Seeds or SeedList is needed.
type Config struct {
	// Seeds are the URLs to start from, as a user types them: "example.com" is
	// http://example.com/.
	Seeds []string

	// SeedList is more seeds, one URL a line; empty lines and lines that begin
	// with "#" are passed over. A line that is no URL is logged and counted.
	SeedList io.Reader

	// FollowNothing fetches the seeds and what they redirect to, and offers no
	// link. If the frontier is in memory, a list is read as it is needed, and 8
	// bytes of each URL are kept. Scope, SeedsOnly, MaxDepth and MaxPages don't apply.
	FollowNothing bool

	// SeedsOnly is a depth limit of 0: links are accounted for and not followed.
	SeedsOnly bool

	// MaxDepth is the greatest number of links from a seed that a page may be
	// away. Default 0: no limit.
	MaxDepth int

	// MaxPages ends the crawl after so many lines: the first in discovery
	// order, the same ones at any concurrency. Default 0: no limit.
	MaxPages int

	// MaxDuration ends the crawl, as an interrupt does, after so long. Default
	// 0: no limit.
	MaxDuration time.Duration

	// Scope says which links are followed. Default [ScopeHost].
	Scope ScopeMode

	// AllowedDomains are in scope as well, each with its subdomains.
	AllowedDomains []string

	// Include and Exclude are regular expressions (RE2) that a canonical URL is
	// matched against, anywhere in it. If there is an Include, a URL has to
	// match one; it must match no Exclude. Seeds are not asked.
	Include, Exclude []string

	// Types are the media types that become lines besides HTML and XHTML:
	// "application/pdf", "image/*", or "*/*" for all.
	Types []string

	// IgnoreRobots crawls without asking robots.txt, and disregards nofollow
	// and noindex.
	IgnoreRobots bool

	// Concurrency is how many requests may be in flight. Default 16.
	Concurrency int

	// PerHost is how many of these may go to one host. Default: what Rate needs
	// if an answer takes a second, and without a rate as many as Concurrency.
	PerHost int

	// Rate is requests a second to a host, robots.txt and redirects included.
	// Default 1; Unlimited for none.
	Rate float64

	// Delay is the least time between two requests to a host, if that is longer
	// than Rate makes it. Default 0.
	Delay time.Duration

	// MaxCrawlDelay caps the Crawl-delay of a robots.txt, which is otherwise the
	// least time between two requests to its host. Default 30s.
	MaxCrawlDelay time.Duration

	// Retries is how often a request that failed for a passing reason is tried
	// again. Default 2; NoRetries for never.
	Retries int

	// MaxRetryAfter caps the pause that an answer's Retry-After can ask for its
	// host. Default 5m.
	MaxRetryAfter time.Duration

	// Ordered commits pages in discovery order, so that two crawls of one site
	// give the same lines in the same order. A slow page then holds up those
	// behind it, up to [frontier.DefaultWindow].
	Ordered bool

	// UserAgent is sent with each request; its first word is the name that
	// robots.txt is asked for. Default [DefaultUserAgent].
	UserAgent string

	// Header is sent with each request to a host that a seed names, and to no
	// other.
	Header http.Header

	// Fetch are the options of the transport: timeouts by phase, limits of size,
	// proxy, TLS, addresses. Its Concurrency, PrivateHosts and Wire are set by
	// the crawler. Default [fetch.DefaultOptions].
	Fetch *fetch.Options

	// Transport, if set, takes the place of the network, below decoding and
	// limits: a [warc.Recorder], a fake, or a [warc.Replayer]. With the last nothing
	// is waited for, at most four pages a processor are at hand, lines are Ordered,
	// and what is said of fetches is what was recorded; what isn't in the archive is
	// skipped ([ReasonNotRecorded]).
	Transport http.RoundTripper

	// Output is the file that lines go to: "-" for standard output, compressed
	// if it ends in ".gz" or ".zst". Run needs it; Pages writes none.
	//
	// While the crawl isn't complete, its state lies beside a file, in the
	// directory Output + [StateSuffix]: the same Config goes on from there. An
	// output that exists without a state is refused.
	Output string

	// Overwrite begins anew, whatever output and state there are.
	Overwrite bool

	// InMemory keeps no state: the frontier is in memory, and an interrupted
	// crawl can't go on. It is so for every output that isn't a file.
	InMemory bool

	// Audit is a file for what became of every URL that was discovered: a line
	// each ([Fate]), in the order of discovery. Run writes it when it ends, complete
	// or not, from what is committed, and puts it in its place as a whole; an audit
	// that is there is replaced. It is no part of the dataset: it may be asked for
	// on resuming alone. Where no state is kept, the frontier is then in a
	// directory of os.TempDir. Pages writes none.
	Audit string

	// Recording says where the exchanges are recorded. Default: nowhere.
	Recording Recording

	// OnResume is told, before the first request, what earlier runs have done if
	// this one goes on from them. Default: nobody is.
	OnResume func(frontier.Counts)

	// Stdout is what "-" writes to. Default os.Stdout.
	Stdout io.Writer

	// Frontier, if set, takes the place of the one that Output asks for, and no
	// state is kept but its own. Its options have to agree with the crawl's; see
	// [Config.FrontierOptions].
	Frontier frontier.Frontier

	// Logger gets what happens besides lines. Default: none of it.
	Logger *slog.Logger

	// boot is the run of the machine. Tests set it.
	boot string

	// jitter returns a number in [0,1) for backoff. Tests set it.
	jitter func() float64
}

// ConfigError is a field of a [Config] that can't be used.
type ConfigError struct {
	Field  string // as in Config
	Value  string
	Reason string
}

func (e *ConfigError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Reason)
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	if c.Concurrency == 0 {
		c.Concurrency = DefaultConcurrency
	}
	switch {
	case c.Rate == 0:
		c.Rate = DefaultRate
	case c.Rate < 0:
		c.Rate = 0 // from here on, no limit
	}
	switch {
	case c.Retries == 0:
		c.Retries = DefaultRetries
	case c.Retries < 0:
		c.Retries = 0
	}
	set(&c.MaxCrawlDelay, DefaultMaxCrawlDelay)
	set(&c.MaxRetryAfter, DefaultMaxRetryAfter)
	if c.UserAgent == "" {
		c.UserAgent = DefaultUserAgent
	}
	if c.Scope == "" {
		c.Scope = ScopeHost
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	options := fetch.DefaultOptions()
	if c.Fetch != nil {
		options = *c.Fetch
	}
	if c.replayer() != nil {
		c.replay(&options)
	}
	if c.MaxPages > 0 {
		c.Ordered = true
	}
	options.Concurrency = c.Concurrency
	if c.Transport != nil {
		options.Wire = c.Transport
	}
	c.Fetch = &options
	if c.jitter == nil {
		c.jitter = rand.Float64
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.boot == "" {
		c.boot = bootID()
	}
	return c
}

// unsupported are the endings of outputs that promise a compression that lines
// don't get.
var unsupported = map[string]bool{".bz2": true, ".xz": true, ".br": true, ".lz4": true, ".zip": true, ".7z": true}

func (c *Config) validate() error {
	bad := func(field string, value any, reason string) error {
		return &ConfigError{Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case len(c.Seeds) == 0 && c.SeedList == nil:
		return &ConfigError{Field: "Seeds", Reason: "there is no URL to start from"}
	case unsupported[filepath.Ext(c.Output)]:
		return bad("Output", c.Output, "lines can be compressed as .gz or .zst only")
	case c.Concurrency < 0:
		return bad("Concurrency", c.Concurrency, "must be at least 1")
	case c.PerHost < 0:
		return bad("PerHost", c.PerHost, "must be at least 1, or 0 for what the rate needs")
	case c.MaxDepth < 0:
		return bad("MaxDepth", c.MaxDepth, "must not be negative; SeedsOnly is a depth of 0, and 0 is no limit")
	case c.MaxPages < 0:
		return bad("MaxPages", c.MaxPages, "must not be negative")
	case c.MaxDuration < 0:
		return bad("MaxDuration", c.MaxDuration, "must not be negative")
	case c.Delay < 0:
		return bad("Delay", c.Delay, "must not be negative")
	case c.MaxCrawlDelay < 0:
		return bad("MaxCrawlDelay", c.MaxCrawlDelay, "must not be negative")
	case c.MaxRetryAfter < 0:
		return bad("MaxRetryAfter", c.MaxRetryAfter, "must not be negative")
	}
	if !httpguts.ValidHeaderFieldValue(c.UserAgent) {
		return bad("UserAgent", c.UserAgent, "not a header's value: it has control characters")
	}
	for name, values := range c.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return bad("Header", name, "not a header's name")
		}
		for _, v := range values {
			if !httpguts.ValidHeaderFieldValue(v) {
				return &ConfigError{Field: "Header", Value: name, Reason: "its value has control characters"}
			}
		}
	}
	return cmp.Or(c.validateAudit(), c.validateRecording(), c.validateReplay())
}

// FrontierOptions are the options of a frontier for this crawl.
func (c *Config) FrontierOptions() frontier.Options {
	opts := frontier.Options{MaxDepth: -1, Ordered: c.Ordered || c.MaxPages > 0, Forget: c.FollowNothing && c.Audit == "" && c.StateDir() == ""}
	if c.MaxPages > 0 {
		opts.Window = min(c.MaxPages, frontier.DefaultWindow) // no page more than may be needed
	}
	switch {
	case c.FollowNothing:
	case c.SeedsOnly:
		opts.MaxDepth = 0
	case c.MaxDepth > 0:
		opts.MaxDepth = c.MaxDepth
	}
	return opts
}
