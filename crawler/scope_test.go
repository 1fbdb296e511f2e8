package crawler

import (
	"errors"
	"net/http"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func scopeOf(t *testing.T, c Config, seeds ...string) *scope {
	t.Helper()
	c = c.withDefaults()
	s, err := newScope(&c)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range seeds {
		seed, err := parseSeed(raw)
		if err != nil {
			t.Fatal(err)
		}
		s.addSeed(seed.canonical)
	}
	return s
}

func TestScope(t *testing.T) {
	for _, tc := range []struct {
		name   string
		config Config
		seed   string
		in     []string
		out    []string
	}{
		{"page", Config{Scope: ScopePage}, "http://a.example/x/y",
			[]string{"http://a.example/x/y"}, []string{"http://a.example/x/", "http://a.example/x/y?q", "http://a.example/x/yz"}},
		{"prefix", Config{Scope: ScopePrefix}, "http://a.example/x/y",
			[]string{"http://a.example/x/", "https://www.a.example/x/z/1?q"},
			[]string{"http://a.example/x", "http://a.example/", "http://a.example/xy/", "http://b.example/x/"}},
		{"host", Config{}, "http://a.example/x/y",
			[]string{"http://a.example/", "https://a.example/", "http://www.a.example/z"},
			[]string{"http://b.a.example/", "http://a.example.org/", "http://a.example:8080/", "http://example/"}},
		{"host with port", Config{}, "http://127.0.0.1:81/", []string{"http://127.0.0.1:81/z"},
			[]string{"http://127.0.0.1:82/", "http://127.0.0.1/"}},
		{"host www", Config{}, "http://www.a.example/", []string{"http://a.example/"}, []string{"http://www.www.b.example/"}},
		{"domain", Config{Scope: ScopeDomain}, "http://a.b.co.uk/",
			[]string{"http://b.co.uk/", "http://c.b.co.uk/", "http://b.co.uk:8080/"}, []string{"http://c.co.uk/", "http://xb.co.uk/"}},
		{"domain of an address", Config{Scope: ScopeDomain}, "http://10.0.0.1/",
			[]string{"http://10.0.0.1:8080/"}, []string{"http://11.0.0.1/", "http://0.0.0.1/"}},
		{"any", Config{Scope: ScopeAny}, "http://a.example/", []string{"https://b.example/"}, nil},
		{"allowed domains", Config{AllowedDomains: []string{"*.B.example"}}, "http://a.example/",
			[]string{"http://a.example/", "http://b.example/", "http://x.b.example:81/"}, []string{"http://xb.example/", "http://c.example/"}},
	} {
		s := scopeOf(t, tc.config, tc.seed)
		for _, u := range tc.in {
			if r := s.skip(u); r != "" {
				t.Errorf("%s: %s is skipped for %s", tc.name, u, r)
			}
		}
		for _, u := range tc.out {
			if r := s.skip(u); r != ReasonScope {
				t.Errorf("%s: %s is in scope (%q)", tc.name, u, r)
			}
		}
	}
}

func TestScopePatterns(t *testing.T) {
	s := scopeOf(t, Config{Include: []string{`/docs/`, `^http://a\.example/$`}, Exclude: []string{`\?print=`}}, "http://a.example/")
	for u, want := range map[string]frontier.Reason{
		"http://a.example/":               "",
		"http://a.example/docs/1":         "",
		"http://a.example/docs/1?print=1": ReasonExclude,
		"http://a.example/blog":           ReasonExclude,
		"http://b.example/docs/":          ReasonScope,
	} {
		if got := s.skip(u); got != want {
			t.Errorf("%s is skipped for %q, want %q", u, got, want)
		}
	}
}

func TestScopeRefusals(t *testing.T) {
	for field, c := range map[string]Config{
		"Scope":          {Scope: "planet"},
		"AllowedDomains": {AllowedDomains: []string{"a.example/x"}},
		"Include":        {Include: []string{"("}},
		"Exclude":        {Exclude: []string{"*"}},
		"Types":          {Types: []string{"pdf"}},
		"Seeds":          {Seeds: []string{"http://[::1/"}},
		"MaxDepth":       {MaxDepth: -1},
		"Concurrency":    {Concurrency: -1},
		"PerHost":        {PerHost: -2},
		"Delay":          {Delay: -1},
		"Output":         {Output: "pages.jsonl.bz2"},
		"UserAgent":      {UserAgent: "a\nb"},
		"Header":         {Header: http.Header{"X Y": {"z"}}},
	} {
		if c.Seeds == nil {
			c.Seeds = []string{"http://a.example/"}
		}
		_, err := New(c)
		var bad *ConfigError
		if !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	var bad *ConfigError
	if _, err := New(Config{}); !errors.As(err, &bad) || bad.Field != "Seeds" {
		t.Errorf("no seeds: %v", err)
	}
}
