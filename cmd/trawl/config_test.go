package main

import (
	"io"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// configOf is the configuration that crawl makes of a command line.
func configOf(t *testing.T, args ...string) crawler.Config {
	t.Helper()
	f := newCrawlFlags()
	flags := pflag.NewFlagSet("crawl", pflag.ContinueOnError)
	for _, g := range []flagGroup{f.seedGroup(), f.reachGroup(), f.politenessGroup(), f.request.group(), f.outputGroup(), f.messageGroup()} {
		flags.AddFlagSet(g.flags)
	}
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := f.config(flags.Args(), flags, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A zero means one thing to a Config, its default, and what the help says to a user.
func TestConfigZeros(t *testing.T) {
	c := configOf(t, "http://example.org/")
	if c.Rate != crawler.DefaultRate || c.Retries != crawler.DefaultRetries || c.SeedsOnly || c.MaxDepth != 0 || !c.Fetch.ProxyFromEnvironment {
		t.Errorf("by default %+v", c)
	}
	if c.Fetch.Timeouts != fetch.DefaultOptions().Timeouts {
		t.Errorf("timeouts by default: %+v", c.Fetch.Timeouts)
	}
	c = configOf(t, "--rate=0", "--retries=0", "--depth=0", "--timeout=0", "--connect-timeout=0", "--read-timeout=0", "--proxy=", "http://example.org/")
	if c.Rate != crawler.Unlimited || c.Retries != crawler.Unlimited || !c.SeedsOnly || c.MaxDepth != 0 || c.Fetch.ProxyFromEnvironment {
		t.Errorf("with zeros %+v", c)
	}
	if c.Fetch.Timeouts != (fetch.Timeouts{}) {
		t.Errorf("timeouts of 0: %+v", c.Fetch.Timeouts)
	}
	if c = configOf(t, "-d", "3", "x"); c.SeedsOnly || c.MaxDepth != 3 {
		t.Errorf("with -d 3 %+v", c)
	}
}

func TestConfigDelayDecidesWithoutRate(t *testing.T) {
	for _, test := range []struct {
		args []string
		want float64
	}{
		{[]string{"--delay", "200ms"}, crawler.Unlimited},
		{[]string{"--delay", "200ms", "--rate", "1"}, 1},
		{[]string{"--delay", "0"}, crawler.DefaultRate},
	} {
		if got := configOf(t, append(test.args, "x")...).Rate; got != test.want {
			t.Errorf("%v: rate %v, want %v", test.args, got, test.want)
		}
	}
}

func TestConfigTimeouts(t *testing.T) {
	c := configOf(t, "--timeout=9s", "--connect-timeout=2s", "--read-timeout=3s", "x")
	want := fetch.Timeouts{Connect: 2 * time.Second, TLS: 2 * time.Second, Header: 3 * time.Second, Body: 3 * time.Second, Total: 9 * time.Second}
	if c.Fetch.Timeouts != want {
		t.Errorf("%+v, want %+v", c.Fetch.Timeouts, want)
	}
}
