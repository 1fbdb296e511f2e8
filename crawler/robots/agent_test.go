package robots

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestProductToken(t *testing.T) {
	for userAgent, want := range map[string]string{
		"trawl/1.0 (+https://example.org)": "trawl",
		"trawl":                            "trawl",
		"  Trawl_Bot-X 2":                  "Trawl_Bot-X",
		"mp3bot/1.0":                       "mp",
		"7bot":                             "",
		"":                                 "",
		"*":                                "",
		"Mozilla/5.0 (compatible; ExampleBot/0.1; https://www.example.com/bot.html)": "ExampleBot",
		"mozilla/5.0 (compatible;ExampleBot)":                                        "ExampleBot",
		"Mozilla/5.0 (compatible; 7bot/1.0)":                                         "Mozilla",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":     "Mozilla",
		"curl/8 (compatible; ExampleBot/0.1)":                                        "curl",
	} {
		if got := ProductToken(userAgent); got != want {
			t.Errorf("%q: got %q, want %q", userAgent, got, want)
		}
	}
}

// TestAgentNames is about which lines name which crawler; which groups then count is in TestRFC9309.
func TestAgentNames(t *testing.T) {
	for _, c := range []struct {
		line, agent string
		want        string // the name that chose the group
	}{
		{"FooBot", "foobot", "FooBot"},
		{"FooBot/2.1 (+https://h)", "foobot", "FooBot"},
		{"FooBot Images", "foobot", "FooBot"},
		{"Foo Bar", "Foo Bar", ""},
		{"mp3bot", "mp3bot", "mp3bot"},
		{"mp3bot v2", "MP3bot", "mp3bot"},
		{"mp3bot", "mp", "mp"},
		{"Львів-bot", "Львів-bot", "Львів-bot"},
		{"FooBot", "FooBot/1.0 (+https://h)", "FooBot"},
		{"FooBot", "Mozilla/5.0 (compatible; FooBot/0.1; https://h)", "FooBot"},
		{"FooBot/1.0", "FooBot/2.0", "FooBot"},
		{"Mozilla", "FooBot", ""},
		{"*", "foobot", "*"},
		{"*", "*", "*"},
		{"*", "", "*"},
		{"*", "7/x", "*"},
		{"*\tx", "foobot", "*"},
		{"**", "foobot", ""},
		{"", "", ""},
		{"foo*", "foobot", ""},
	} {
		d := Parse([]byte("User-agent: " + c.line + "\nDisallow: /")).Agent(c.agent).Decide("/x")
		if d.Agent != c.want || d.Allowed != (c.want == "") {
			t.Errorf("line %q, agent %q: got %+v, want agent %q", c.line, c.agent, d, c.want)
		}
	}
}

func TestAgentNameIsTheFirstOne(t *testing.T) {
	d := Parse([]byte("User-agent: FOObot\nDisallow: /a\nUser-agent: foobot\nDisallow: /b")).Agent("FooBot").Decide("/b")
	if want := (Decision{Line: 4, Rule: "Disallow: /b", Agent: "FOObot"}); d != want {
		t.Errorf("got %+v, want %+v", d, want)
	}
}

func TestAgentDelay(t *testing.T) {
	for _, c := range []struct {
		what, robots string
		want         time.Duration
		ok           bool
	}{
		{"none", "User-agent: foobot|Disallow: /", 0, false},
		{"of the own group", "User-agent: *|Crawl-delay: 9|User-agent: foobot|Crawl-delay: 2.5|Disallow: /", 2500 * time.Millisecond, true},
		{"of *", "User-agent: *|Crawl-delay: 9|User-agent: a|Crawl-delay: 2", 9 * time.Second, true},
		{"not of * beside an own group", "User-agent: *|Crawl-delay: 9|Disallow: /|User-agent: foobot|Disallow: /", 0, false},
		{"zero", "User-agent: foobot|Crawl-delay: 0", 0, true},
		{"the longest of several", "User-agent: foobot|Crawl-delay: 2|Crawl-delay: 7|Disallow: /|User-agent: foobot|Crawl-delay: 3", 7 * time.Second, true},
		{"bad beside good", "User-agent: foobot|Crawl-delay: 2|Crawl-delay: -7", 2 * time.Second, true},
		{"after rules", "User-agent: foobot|Disallow: /|Crawl-delay: 2", 2 * time.Second, true},
		{"for all agents above", "User-agent: foobot|User-agent: a|Crawl-delay: 2|Disallow: /", 2 * time.Second, true},
		{"not for agents below", "User-agent: a|Crawl-delay: 2|User-agent: foobot|Disallow: /", 0, false},
		{"before any group", "Crawl-delay: 2|User-agent: foobot", 0, false},
	} {
		got, ok := Parse([]byte(strings.ReplaceAll(c.robots, "|", "\n"))).Agent("foobot").CrawlDelay()
		if got != c.want || ok != c.ok {
			t.Errorf("%s: got %s, %t, want %s, %t", c.what, got, ok, c.want, c.ok)
		}
	}
}

// TestAgentKeepsNothingOfFile holds groups of files a thousand times their size.
func TestAgentKeepsNothingOfFile(t *testing.T) {
	const groups = 50
	body := []byte("User-agent: foobot\nDisallow: /a\nUser-agent: b\n" + strings.Repeat("Disallow: /b\n", 30_000))
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap()
	var kept [groups]*Group
	for i := range kept {
		kept[i] = Parse(body).Agent("foobot")
	}
	if grown := int64(heap()) - int64(before); grown > groups*int64(len(body))/100 {
		t.Errorf("%d groups of one rule keep %d bytes", groups, grown)
	}
	runtime.KeepAlive(kept)
}
