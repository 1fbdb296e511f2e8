package robots

import (
	"fmt"
	"strings"
	"testing"
)

func TestDecisionExplains(t *testing.T) {
	const body = "# a file\r\n\r\nUser-agent: *\r\nDisallow: /private/ # keep out\r\n" +
		"User-Agent: FooBot/1.0\r\n  DISALLOW : /a*b\r\nallow /a/index.html\r\nDisallow: /a/\r\n"
	for _, c := range []struct {
		agent, target string
		want          Decision
	}{
		{"x", "/private/y", Decision{Line: 4, Rule: "Disallow: /private/", Agent: "*"}},
		{"x", "/y", Decision{Allowed: true, Agent: "*"}},
		{"foobot", "/ab", Decision{Line: 6, Rule: "DISALLOW : /a*b", Agent: "FooBot"}},
		{"foobot", "/a/index.html", Decision{Allowed: true, Line: 7, Rule: "allow /a/index.html", Agent: "FooBot"}},
		{"foobot", "/a/", Decision{Allowed: true, Line: 7, Rule: "allow /a/index.html", Agent: "FooBot"}},
		{"foobot", "/a/x", Decision{Line: 8, Rule: "Disallow: /a/", Agent: "FooBot"}},
		{"foobot", "/private/y", Decision{Allowed: true, Agent: "FooBot"}},
		{"foobot", "/robots.txt", Decision{Allowed: true, Rule: "/robots.txt is always allowed", Agent: "FooBot"}},
	} {
		if got := Parse([]byte(body)).Agent(c.agent).Decide(c.target); got != c.want {
			t.Errorf("%s, %s: got %+v, want %+v", c.agent, c.target, got, c.want)
		}
	}
}

func TestDecideTargetForms(t *testing.T) {
	g := Parse([]byte("User-agent: *\nDisallow: /a$\nDisallow: /?q$")).Agent("x")
	for target, allowed := range map[string]bool{"/a": false, "a": false, "/a#b": false, "?q": false, "#": true, "/b": true} {
		if d := g.Decide(target); d.Allowed != allowed {
			t.Errorf("%q: got %+v", target, d)
		}
	}
}

// TestDecideWhereReadingsDiffer pins what the package's documentation says of the RFC's reading and Google's.
func TestDecideWhereReadingsDiffer(t *testing.T) {
	const allowOnly, disallowOnly = "User-agent: *\nDisallow: /\nAllow: ", "User-agent: *\nDisallow: "
	for _, c := range []struct {
		path, target string
		same         bool // to an Allow; to a Disallow they all are
	}{
		{"/baz", "/baz", true},
		{"/%62az", "/%62az", true},
		{"/%62az", "/baz", false},
		{"/baz", "/%62az", false},
		{"/ツ", "/%e3%83%84", true},
		{"/ツ", "/ツ", false},
		{"/%7E", "/~", true},
		{"/a b", "/a%20b", true},
	} {
		if d := Parse([]byte(allowOnly + c.path)).Agent("x").Decide(c.target); d.Allowed != c.same {
			t.Errorf("Allow: %s, %s: got %+v", c.path, c.target, d)
		}
		if d := Parse([]byte(disallowOnly + c.path)).Agent("x").Decide(c.target); d.Allowed {
			t.Errorf("Disallow: %s, %s: got %+v", c.path, c.target, d)
		}
	}
}

func TestDecideDoesNotAllocate(t *testing.T) {
	g := Parse([]byte(bigRobots(500))).Agent("trawl")
	if allocs := testing.AllocsPerRun(100, func() { g.Decide("/catalogue/page-2.html?sort=price&dir=down") }); allocs != 0 {
		t.Errorf("%g allocations", allocs)
	}
}

// bigRobots has one group of so many rules, in the mix that shops have; about 40 bytes each.
func bigRobots(rules int) string {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for i := range rules {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "Allow: /catalogue/section-%d/item.html\n", i)
		case 1:
			fmt.Fprintf(&b, "Disallow: /*/section-%d/*?session=\n", i)
		case 2:
			fmt.Fprintf(&b, "Disallow: /*.export-%d.csv$\n", i)
		default:
			fmt.Fprintf(&b, "Disallow: /catalogue/section-%d/private/\n", i)
		}
	}
	return b.String()
}

func BenchmarkDecide500Rules(b *testing.B) {
	g := Parse([]byte(bigRobots(500))).Agent("trawl")
	for name, target := range map[string]string{
		"plain":   "/catalogue/page-2.html?sort=price&dir=down",
		"encoded": "/catalogue/page-2.html?q=caf%C3%A9",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g.Decide(target)
			}
		})
	}
}
