package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// noLimit is how a limit that is off reads in the help.
const noLimit = "no limit"

// formats are the formats that --format knows.
var formats = []string{"jsonl"}

// progressModes are what --progress knows.
var progressModes = []string{progressAuto, progressBar, progressJSON, progressOff}

// crawlFlags are the flags of the commands that crawl, with their defaults until a command line changes them. Each command offers the
// groups that make sense for it.
type crawlFlags struct {
	input string

	depth          int // -1: no limit
	maxPages       int
	maxDuration    time.Duration
	scope          string
	allowedDomains []string
	include        []string
	exclude        []string
	types          []string

	concurrency  int
	perHost      int
	rate         float64
	delay        time.Duration
	retries      int
	ignoreRobots bool

	request requestFlags

	output    string
	audit     string
	format    string
	overwrite bool
	inMemory  bool
	ordered   bool

	warc       string
	warcSize   int64
	warcDigest string
	warcSecret bool

	messages messageFlags
	dryRun   bool
}

// requestFlags are about how one request is made.
type requestFlags struct {
	userAgent      string
	headers        []string
	proxy          string
	timeout        time.Duration
	connectTimeout time.Duration
	readTimeout    time.Duration
	allowPrivate   bool
	insecure       bool
}

// messageFlags are about what is said on standard error.
type messageFlags struct {
	progress string
	quiet    bool
	verbose  bool
}

func newCrawlFlags() *crawlFlags {
	return &crawlFlags{
		depth:       -1,
		scope:       string(crawler.ScopeHost),
		concurrency: crawler.DefaultConcurrency,
		rate:        crawler.DefaultRate,
		retries:     crawler.DefaultRetries,
		request:     newRequestFlags(),
		output:      "-",
		format:      formats[0],
		warcDigest:  warc.DigestSHA256,
		messages:    messageFlags{progress: progressAuto},
	}
}

func newRequestFlags() requestFlags {
	limits := fetch.DefaultOptions().Timeouts
	return requestFlags{
		userAgent:      crawler.DefaultUserAgent,
		timeout:        limits.Total,
		connectTimeout: limits.Connect,
		readTimeout:    limits.Body,
	}
}

func (f *crawlFlags) seedGroup() flagGroup {
	g := newGroup("What to start from")
	g.flags.StringVarP(&f.input, "input", "i", "", "also the URLs in `FILE`, one a line; - is standard input")
	return g
}

func (f *crawlFlags) reachGroup() flagGroup {
	scopes := crawler.ScopeModes()
	modes := make([]string, len(scopes))
	for i, s := range scopes {
		modes[i] = string(s)
	}
	g := newGroup("How far to go")
	g.flags.VarP(&number{to: &f.depth, def: -1, words: noLimit}, "depth", "d", "links away from a URL given; 0 is those alone")
	g.flags.Var(&number{to: &f.maxPages, words: noLimit}, "max-pages", "end after so many lines, the same ones each time; 0 is no limit")
	f.addMaxDuration(g)
	g.flags.Var(&choice{to: &f.scope, of: modes}, "scope",
		"follow links to the URLs given (page), below their directory (prefix), on their host, in their domain, or anywhere (any)")
	g.flags.StringSliceVar(&f.allowedDomains, "allowed-domains", nil, "and to these `DOMAINS` and their subdomains, with commas between; repeatable")
	g.flags.StringArrayVar(&f.include, "include", nil, "follow only URLs that match `REGEXP` (RE2, anywhere in the URL); repeatable, one has to match")
	g.flags.StringArrayVar(&f.exclude, "exclude", nil, "follow no URL that matches `REGEXP`; repeatable")
	f.addTypes(g)
	return g
}

// listReachGroup is what of reachGroup concerns a list, of which nothing is followed.
func (f *crawlFlags) listReachGroup() flagGroup {
	g := newGroup("How far to go")
	f.addMaxDuration(g)
	f.addTypes(g)
	return g
}

func (f *crawlFlags) addMaxDuration(g flagGroup) {
	g.flags.Var(&duration{to: &f.maxDuration, words: noLimit}, "max-duration", "stop after so long, as an interrupt does; 0 is no limit")
}

func (f *crawlFlags) addTypes(g flagGroup) {
	g.flags.StringSliceVar(&f.types, "types", nil,
		"media `TYPES` that become lines besides HTML: application/pdf, image/*, or */* for all; with commas between; repeatable")
}

func (f *crawlFlags) politenessGroup() flagGroup {
	g := newGroup("How politely")
	f.addPace(g)
	g.flags.Var(&number{to: &f.retries}, "retries", "more attempts after a failure that may pass, each later than the last; 0 is none")
	g.flags.BoolVar(&f.ignoreRobots, "ignore-robots", false, "do not ask for robots.txt, and disregard nofollow and noindex")
	return g
}

func (f *crawlFlags) paceGroup() flagGroup {
	g := newGroup("How politely")
	f.addPace(g)
	return g
}

func (f *crawlFlags) addPace(g flagGroup) {
	g.flags.Var(&rate{to: &f.rate}, "rate", "requests a second to a host; 0 is without a limit")
	g.flags.Var(&duration{to: &f.delay, words: "none"}, "delay", "least time between two requests to a host; without --rate it alone decides")
	g.flags.VarP(&number{to: &f.concurrency, least: 1}, "concurrency", "c", "requests in flight")
	g.flags.Var(&number{to: &f.perHost, words: "as many as the rate needs"}, "per-host", "of these, to one host; 0 is as many as the rate needs")
}

func (f *requestFlags) group() flagGroup {
	g := newGroup("How to ask")
	f.addUserAgent(g)
	g.flags.StringArrayVarP(&f.headers, "header", "H", nil,
		"send `'NAME: VALUE'` too, to the hosts of the URLs given and no others; repeatable")
	f.addNetwork(g)
	return g
}

// plainGroup is without --header, for what doesn't ask for the user's pages.
func (f *requestFlags) plainGroup() flagGroup {
	g := newGroup("How to ask")
	f.addUserAgent(g)
	f.addNetwork(g)
	return g
}

func (f *requestFlags) addUserAgent(g flagGroup) {
	g.flags.StringVarP(&f.userAgent, "user-agent", "A", f.userAgent, "the `NAME` to go by; its first word is looked for in robots.txt")
}

func (f *requestFlags) addNetwork(g flagGroup) {
	g.flags.StringVar(&f.proxy, "proxy", "",
		"`URL` of an http, https, socks5 or socks5h proxy; without it HTTP_PROXY, HTTPS_PROXY and NO_PROXY count, and \"\" is for none")
	g.flags.Var(&duration{to: &f.timeout, words: noLimit}, "timeout", "limit for a request and its whole answer; 0 is no limit")
	g.flags.Var(&duration{to: &f.connectTimeout, words: noLimit}, "connect-timeout", "limit for connecting, and again for the TLS handshake; 0 is no limit")
	g.flags.Var(&duration{to: &f.readTimeout, words: noLimit}, "read-timeout",
		"limit for the answer's headers, and for a pause in its body; 0 is no limit")
	g.flags.BoolVar(&f.allowPrivate, "allow-private", false, "let links and redirects lead to private addresses; a host given may always be private")
	g.flags.BoolVar(&f.insecure, "insecure", false, "take any TLS certificate")
}

func (f *crawlFlags) outputGroup() flagGroup {
	g := f.linesGroup()
	g.flags.BoolVar(&f.ordered, "ordered", false, "lines in the order in which their URLs are found, the same in each run; a slow page holds up those behind it")
	return g
}

// linesGroup is what of outputGroup concerns a replay, whose lines are always in order.
func (f *crawlFlags) linesGroup() flagGroup {
	g := newGroup("Where the lines go")
	f.addOutput(g)
	g.flags.StringVar(&f.audit, "audit", "",
		"write what became of every URL found, and why, to `FILE` when the crawl ends; an audit that is there is replaced. See trawl explain")
	g.flags.VarP(&choice{to: &f.format, of: formats}, "format", "f", "format of the lines; there is `jsonl`")
	g.flags.BoolVar(&f.overwrite, "overwrite", false, "start afresh, even if there is an output, or an interrupted crawl to go on with")
	g.flags.BoolVar(&f.inMemory, "in-memory", false, "keep no state beside the output: an interrupted crawl can't go on")
	return g
}

func (f *crawlFlags) addOutput(g flagGroup) {
	g.flags.StringVarP(&f.output, "output", "o", f.output, "write to `FILE`, compressed if it ends in .gz or .zst; - is standard output")
}

// recordGroup is about what is recorded besides the lines.
func (f *crawlFlags) recordGroup() flagGroup {
	g := newGroup("What to record")
	f.addWARC(g)
	g.flags.Var(&byteSize{to: &f.warcSize, words: noLimit}, "warc-size", "from this size on go on in FILE-00001 and so on")
	g.flags.Var(&choice{to: &f.warcDigest, of: []string{warc.DigestSHA256, warc.DigestSHA1}}, "warc-digest", "of blocks and payloads; older tools know sha1 alone")
	g.flags.BoolVar(&f.warcSecret, "warc-secrets", false, "record cookies, credentials and the values of --header as they are, instead of \"redacted\"")
	return g
}

// checkRecord refuses what is said of a recording that isn't made, or would lie on the list.
func (f *crawlFlags) checkRecord(given *pflag.FlagSet) error {
	if f.warc == "" {
		for _, name := range []string{"warc-size", "warc-digest", "warc-secrets"} {
			if given.Changed(name) {
				return usagef("--%s says something of a recording; where it goes is missing: --warc FILE", name)
			}
		}
		return nil
	}
	list, listErr := os.Stat(f.input)
	archive, archiveErr := os.Stat(f.warc)
	if listErr == nil && archiveErr == nil && os.SameFile(list, archive) {
		return usagef("--warc %s is the list of --input too; name another file", f.warc)
	}
	return nil
}

func (f *crawlFlags) addWARC(g flagGroup) {
	g.flags.StringVar(&f.warc, "warc", "", "record every request and answer, as WARC 1.1, in `FILE`, compressed if it ends in .gz; see trawl replay and trawl extract")
}

func (f *crawlFlags) messageGroup() flagGroup {
	g := newGroup("What to say")
	f.addMessages(g)
	g.flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be done, and fetch nothing")
	return g
}

func (f *crawlFlags) addMessages(g flagGroup) {
	g.flags.Var(&choice{to: &f.messages.progress, of: progressModes}, "progress",
		"auto is a live line on a terminal and elsewhere a line every ten seconds; bar is a live line anywhere")
	g.flags.BoolVarP(&f.messages.quiet, "quiet", "q", false, "say nothing but errors")
	g.flags.BoolVarP(&f.messages.verbose, "verbose", "v", false, "log what happens, and spell out the balance of URLs at the end")
}

// completeChoices lets shells complete the values of flags that are one of a few words.
func completeChoices(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if words, ok := f.Value.(*choice); ok {
			// It fails for flags that don't exist, or are registered twice.
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(words.of, cobra.ShellCompDirectiveNoFileComp))
		}
	})
}
