package main

import (
	"io"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/net/http/httpguts"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// config is what the flags and the URLs of a command line ask for. Given are the flags of the command, which tell what was written from what
// is a default. The errors are *usageError and *crawler.ConfigError.
func (f *crawlFlags) config(urls []string, given *pflag.FlagSet, stdout io.Writer) (crawler.Config, error) {
	options, err := f.request.options(given)
	if err != nil {
		return crawler.Config{}, err
	}
	header, err := parseHeaders(f.request.headers)
	if err != nil {
		return crawler.Config{}, usagef("--header: %v", err)
	}
	c := crawler.Config{
		Seeds:          urls,
		MaxPages:       f.maxPages,
		MaxDuration:    f.maxDuration,
		Scope:          crawler.ScopeMode(f.scope),
		AllowedDomains: f.allowedDomains,
		Include:        f.include,
		Exclude:        f.exclude,
		Types:          f.types,
		IgnoreRobots:   f.ignoreRobots,
		Concurrency:    f.concurrency,
		PerHost:        f.perHost,
		Rate:           f.rate,
		Delay:          f.delay,
		Retries:        f.retries,
		Ordered:        f.ordered,
		UserAgent:      f.request.userAgent,
		Header:         header,
		Fetch:          options,
		Output:         f.output,
		Overwrite:      f.overwrite,
		InMemory:       f.inMemory,
		Audit:          f.audit,
		Stdout:         stdout,
		Recording:      crawler.Recording{Path: f.warc, MaxSize: f.warcSize, Digest: f.warcDigest, Secrets: f.warcSecret},
	}
	switch {
	case f.depth == 0:
		c.SeedsOnly = true
	case f.depth > 0:
		c.MaxDepth = f.depth
	}
	// 0 is the default to a Config, and no limit, or never, to a user.
	if f.rate == 0 || f.delay > 0 && !given.Changed("rate") {
		c.Rate = crawler.Unlimited
	}
	if f.retries == 0 {
		c.Retries = crawler.Unlimited
	}
	return c, nil
}

// options are those of the transport. They are tried out, so that what is wrong with them is known before an output is made.
func (f *requestFlags) options(given *pflag.FlagSet) (*fetch.Options, error) {
	if strings.TrimSpace(f.userAgent) == "" {
		return nil, usagef("--user-agent is empty; a webmaster wants to know who asks")
	}
	if !httpguts.ValidHeaderFieldValue(f.userAgent) {
		return nil, usagef("--user-agent has a control character in it")
	}
	o := fetch.DefaultOptions()
	o.Timeouts.Total = f.timeout
	o.Timeouts.Connect, o.Timeouts.TLS = f.connectTimeout, f.connectTimeout
	o.Timeouts.Header, o.Timeouts.Body = f.readTimeout, f.readTimeout
	o.Proxy = f.proxy
	o.ProxyFromEnvironment = !given.Changed("proxy")
	o.AllowPrivate = f.allowPrivate
	o.Insecure = f.insecure
	if _, err := fetch.New(o); err != nil {
		return nil, &usageError{reason: strings.TrimPrefix(err.Error(), "fetch: "), err: err}
	}
	return &o, nil
}
