package crawler

import (
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func TestReasonsInWords(t *testing.T) {
	for _, test := range []struct {
		config Config
		url    string
		reason frontier.Reason // to ask for; empty: that of judge
		want   string
	}{
		{Config{Scope: ScopePage}, "http://a.example/x", "", "it is none of the URLs to start from (--scope page)"},
		{Config{Scope: ScopePrefix}, "http://a.example/x/y?a/b", "", "its directory a.example/x/ is below none of the URLs to start from (--scope prefix)"},
		{Config{Scope: ScopeHost}, "http://a.example:81/", "", "its host a.example:81 is that of no URL to start from (--scope host)"},
		{Config{Scope: ScopeDomain}, "http://www.b.example/", "", "its domain b.example is that of no URL to start from (--scope domain)"},
		{Config{Scope: ScopeDomain, AllowedDomains: []string{"*.C.example", "d.example"}}, "http://b.example/", "",
			"its domain b.example is that of no URL to start from (--scope domain), nor in --allowed-domains c.example,d.example"},
		{Config{Scope: ScopeAny, Exclude: []string{"zz", `y\d`}}, "http://b.example/y1", "", `it matches --exclude 'y\d'`},
		{Config{Scope: ScopeAny, Include: []string{"/docs/"}}, "http://b.example/y", "", "it doesn't match --include '/docs/'"},
		{Config{Scope: ScopeAny, Include: []string{"/docs/", "/man/"}}, "http://b.example/y", "", "it matches none of the 2 --include"},
		{Config{Scope: ScopeAny}, "http://b.example/a.b/c.TGZ?x", "",
			"its ending .TGZ is that of application/gzip, which is no page; --types application/gzip would keep it"},
		{Config{Scope: ScopeAny}, "http://b.example/", "", ""},
		{Config{Scope: ScopeAny, MaxDepth: 7}, "http://b.example/", frontier.ReasonDepth, "deeper than --depth 7"},
		{Config{Scope: ScopeAny, SeedsOnly: true}, "http://b.example/", frontier.ReasonDepth, "deeper than --depth 0"},
		{Config{Scope: ScopeAny}, "http://b.example/", frontier.ReasonUndecided,
			"it was found before the list of URLs to start from was read to its end, which decides what is in scope"},
		{Config{Scope: ScopeAny}, "http://b.example/", "another", ""},
	} {
		s, err := newScope(&test.config)
		if err != nil {
			t.Fatal(err)
		}
		s.addSeed("http://a.example/seed/")
		types, err := newTypeFilter(nil)
		if err != nil {
			t.Fatal(err)
		}
		r := newReasons(&test.config, s, types)
		got := ""
		if test.reason != "" {
			got = r.detail(test.url, test.reason)
		} else {
			_, got = r.judge(test.url)
		}
		if got != test.want {
			t.Errorf("%+v %s: %q, want %q", test.config.Scope, test.url, got, test.want)
		}
	}
}

func TestWhy(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		fate Fate
		want string
	}{
		{Fate{Outcome: OutcomeFetched}, "its page is in the dataset"},
		{Fate{Outcome: OutcomeFailed, Reason: "tls", Detail: "expired"}, "no trusted TLS connection could be made: expired"},
		{Fate{Outcome: OutcomeFailed, Reason: "new", Detail: "what it is"}, "what it is"},
		{Fate{Outcome: OutcomeQueued}, "its turn had not come when the crawl ended"},
		{Fate{Outcome: OutcomeQueued, Detail: "answered 503", Tries: []Try{{Attempt: 1, Outcome: OutcomeRetry, AgainAt: at}}},
			"to be tried again from 2026-11-22T12:00:00.000Z on: answered 503"},
		{Fate{Outcome: OutcomeQueued, Reason: frontier.ReasonUndecided, Detail: "the list"}, "not decided yet: the list"},
		{Fate{Outcome: OutcomeSkipped, Reason: ReasonRobots, Detail: "robots.txt:2 Disallow: /"}, "robots.txt disallows it: robots.txt:2 Disallow: /"},
		{Fate{Outcome: OutcomeSkipped, Reason: frontier.ReasonRedirect, Detail: "to http://b/"}, "it answered with a redirect to http://b/"},
		{Fate{Outcome: OutcomeSkipped, Reason: ReasonType, Detail: "Content-Type: text/css"},
			"it answered with text/css, which is no page; --types text/css would keep it"},
		{Fate{Outcome: OutcomeSkipped, Reason: ReasonType, Detail: "Content-Type: "}, "it answered without a Content-Type, and what came is no page"},
		{Fate{Outcome: OutcomeSkipped, Reason: ReasonScope, Detail: "its host"}, "its host"},
	} {
		if got := test.fate.Why(); got != test.want {
			t.Errorf("%+v: %q, want %q", test.fate, got, test.want)
		}
	}
}
