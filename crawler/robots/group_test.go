package robots

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

func TestZeroGroupAllows(t *testing.T) {
	var g Group
	if d := g.Decide("/"); d != (Decision{Allowed: true}) {
		t.Errorf("got %+v", d)
	}
	if delay, ok := g.CrawlDelay(); ok || delay != 0 {
		t.Errorf("got delay %s, %t", delay, ok)
	}
}

func TestAllowAllAndDisallowAll(t *testing.T) {
	const robotsTxt = "/robots.txt is always allowed"
	for _, c := range []struct {
		group  *Group
		target string
		want   Decision
	}{
		{AllowAll("robots.txt answered 404"), "/a", Decision{Allowed: true, Rule: "robots.txt answered 404"}},
		{AllowAll("robots.txt answered 404"), "/robots.txt", Decision{Allowed: true, Rule: robotsTxt}},
		{DisallowAll("robots.txt answered 503"), "/", Decision{Rule: "robots.txt answered 503"}},
		{DisallowAll("robots.txt answered 503"), "/a", Decision{Rule: "robots.txt answered 503"}},
		{DisallowAll("robots.txt answered 503"), "/robots.txt", Decision{Allowed: true, Rule: robotsTxt}},
		{DisallowAll(""), "/a", Decision{}},
	} {
		if got := c.group.Decide(c.target); got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.target, got, c.want)
		}
	}
}

// TestRulesOrder gives the lines in the order in which they are tried.
func TestRulesOrder(t *testing.T) {
	for _, c := range []struct {
		what, robots string
		want         []string
	}{
		{"longest first", "Allow: /a|Disallow: /abc|Allow: /ab", []string{"Disallow: /abc", "Allow: /ab", "Allow: /a"}},
		{"Allow first", "Disallow: /b|Allow: /a|Disallow: /a", []string{"Allow: /a", "Disallow: /b", "Disallow: /a"}},
		{"the file's order otherwise", "Disallow: /b*|Disallow: /*b|Disallow: /ab", []string{"Disallow: /b*", "Disallow: /*b", "Disallow: /ab"}},
		{"once each, the first", "Disallow: /b|disallow /b|DISALLOW: /%62|Allow: /b", []string{"Allow: /b", "Disallow: /b"}},
		{"octets as compared, not as written", "Disallow: /%7Ea|Allow: /~ab", []string{"Allow: /~ab", "Disallow: /%7Ea"}},
		{"nothing that says nothing", "Disallow:|Allow: |Disallow: a|Disallow: $", nil},
		// 13 octets with the page and 4 without it.
		{"index page", "Allow: /a/index.html|Allow: /b/index%2Ehtm$|Disallow: /c/index.html|Allow: /d/index.html/e", []string{
			"Allow: /d/index.html/e", "Allow: /a/index.html", "Allow: /b/index%2Ehtm$", "Disallow: /c/index.html",
			"Allow: /a/index.html", "Allow: /b/index%2Ehtm$"}},
	} {
		g := Parse([]byte("User-agent: *\n" + strings.ReplaceAll(c.robots, "|", "\n"))).Agent("a")
		var got []string
		for i := range g.rules {
			got = append(got, g.ruleText(&g.rules[i]))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestRulesShareTheirText(t *testing.T) {
	g := Parse([]byte("User-agent: *\nDisallow: /abc\nAllow: /x*")).Agent("a")
	if want := "Disallow: /abc" + "Allow: /x*" + "/x\xFF"; g.text != want {
		t.Errorf("got %q, want %q", g.text, want)
	}
	if size := unsafe.Sizeof(rule{}); size > 24 {
		t.Errorf("a rule takes %d bytes, the documentation says 24", size)
	}
}

func TestRuleTextIsPrintable(t *testing.T) {
	for raw, want := range map[string]string{
		"Disallow: /ツ":            "Disallow: /ツ",
		"Disallow\t/a":            "Disallow\t/a",
		"Disallow: /\x1b[31m":     "Disallow: /%1B[31m",
		"Disallow \x01/a":         "",
		"Disallow\x01 /b\xfc":     "Disallow%01: /b%FC",
		"Disallow:\v/a\u009b":     "Disallow: /a%C2%9B",
		"Disallow: /a\xe3\x83b":   "Disallow: /a%E3%83b",
		"Disallow: /\uFFFD\u00AD": "Disallow: /\uFFFD\u00AD",
	} {
		g := Parse([]byte("User-agent: *\n" + raw)).Agent("a")
		got := ""
		if len(g.rules) > 0 {
			got = g.ruleText(&g.rules[0])
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}
