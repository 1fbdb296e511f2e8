package main

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// dryRun checks a configuration and writes what it comes to. Nothing is fetched, robots.txt neither, and no output is made; one that would be
// refused is an error.
func dryRun(to io.Writer, c crawler.Config, list *seedList) error {
	if list != nil {
		c.SeedList = list
	}
	planned, err := crawler.New(c)
	if err != nil {
		return err
	}
	before, refusal := planned.Foresee()
	var plan plan
	plan.add("seeds", canonicalSeeds(c.Seeds)...)
	if list != nil {
		plan.add("list", list.name)
	}
	if c.FollowNothing {
		plan.add("scope", "the URLs given alone")
	} else {
		plan.addReach(&c)
	}
	plan.add("time", orWords(c.MaxDuration > 0, durationText(c.MaxDuration), noLimit))
	plan.add("types", append([]string{"text/html", "application/xhtml+xml"}, c.Types...)...)
	plan.addPace(&c)
	plan.addRequest(&c)
	plan.add("output", c.Output)
	plan.addState(&c, before)
	plan.addRecording(&c)
	if c.Audit != "" {
		plan.add("audit", c.Audit)
	}
	if _, err := plan.text().WriteTo(to); err != nil {
		return fmt.Errorf("cannot write standard output: %w", err)
	}
	return refusal
}

func canonicalSeeds(seeds []string) []string {
	var out []string
	for _, s := range seeds {
		if canonical, err := weburl.ParseUser(s); err == nil {
			out = append(out, weburl.WithoutUserinfo(canonical))
		}
	}
	return out
}

// plan is what a dry run prints: names, each with values below one another.
type plan struct{ lines []planLine }

type planLine struct{ name, value string }

func (p *plan) add(name string, values ...string) {
	for _, v := range values {
		p.lines = append(p.lines, planLine{name, v})
		name = ""
	}
}

func (p *plan) addReach(c *crawler.Config) {
	p.add("scope", string(c.Scope))
	p.add("also in", c.AllowedDomains...)
	p.add("include", c.Include...)
	p.add("exclude", c.Exclude...)
	depth := orWords(c.MaxDepth > 0, strconv.Itoa(c.MaxDepth), noLimit)
	if c.SeedsOnly {
		depth = "0, the seeds alone"
	}
	p.add("depth", depth)
	p.add("pages", orWords(c.MaxPages > 0, strconv.Itoa(c.MaxPages), noLimit))
}

func (p *plan) addPace(c *crawler.Config) {
	p.add("rate", orWords(c.Rate > 0, strconv.FormatFloat(c.Rate, 'g', -1, 64)+" a second to a host", noLimit))
	if c.Delay > 0 {
		p.add("delay", durationText(c.Delay)+" between two requests to a host")
	}
	p.add("concurrency", strconv.Itoa(c.Concurrency))
	p.add("per host", orWords(c.PerHost > 0, strconv.Itoa(c.PerHost), "as many as the rate needs"))
	p.add("retries", orWords(c.Retries > 0, strconv.Itoa(c.Retries), "none"))
	p.add("robots", orWords(c.IgnoreRobots, "ignored", fmt.Sprintf("obeyed, as %q", robots.ProductToken(c.UserAgent))))
}

// addState says what an interruption would leave, or has left.
func (p *plan) addState(c *crawler.Config, before *frontier.Counts) {
	switch dir := c.StateDir(); {
	case dir == "":
		p.add("state", "none, an interrupted crawl can't go on")
	case before != nil:
		p.add("state", fmt.Sprintf("%s, with %s pages done and %s queued", dir, grouped(before.Fetched+before.Failed), grouped(before.Queued)))
	default:
		p.add("state", dir+", until the crawl is complete")
	}
}

// addRecording says where the exchanges would go.
func (p *plan) addRecording(c *crawler.Config) {
	if r := c.Recording; r.Path != "" {
		p.add("recording", plain(r.Path), orWords(r.MaxSize > 0, "in files of "+bytesText(r.MaxSize), "in one file"), r.Digest,
			orWords(r.Secrets, "with secrets", "without secrets"))
	}
}

// addRequest names headers and the proxy without what may be secret in them.
func (p *plan) addRequest(c *crawler.Config) {
	p.add("user agent", c.UserAgent)
	for _, name := range slices.Sorted(maps.Keys(c.Header)) {
		p.add("header", name+", to the hosts of the seeds")
	}
	p.add("proxy", proxyText(c.Fetch))
	t := c.Fetch.Timeouts
	limit := func(phase string, text string) string { return phase + " " + text }
	p.add("timeouts",
		limit("connect", orWords(t.Connect > 0, durationText(t.Connect), noLimit)),
		limit("TLS", orWords(t.TLS > 0, durationText(t.TLS), noLimit)),
		limit("headers", orWords(t.Header > 0, durationText(t.Header), noLimit)),
		limit("body", orWords(t.Body > 0, durationText(t.Body), noLimit)),
		limit("total", orWords(t.Total > 0, durationText(t.Total), noLimit)),
	)
	p.add("private", orWords(c.Fetch.AllowPrivate, "any address", "the seeds' hosts alone"))
	if c.Fetch.Insecure {
		p.add("TLS", "any certificate")
	}
}

func proxyText(o *fetch.Options) string {
	switch u, err := url.Parse(o.Proxy); {
	case o.Proxy == "" && o.ProxyFromEnvironment:
		return "as the environment says"
	case o.Proxy == "" || err != nil:
		return "none"
	default:
		return u.Redacted()
	}
}

func orWords(is bool, text, otherwise string) string {
	if is {
		return text
	}
	return otherwise
}

func (p *plan) text() *strings.Reader {
	var b strings.Builder
	for _, l := range p.lines {
		fmt.Fprintf(&b, "%-12s  %s\n", l.name, plain(l.value))
	}
	return strings.NewReader(b.String())
}
