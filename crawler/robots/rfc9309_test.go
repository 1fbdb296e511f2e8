package robots

import (
	"strings"
	"testing"
)

// TestRFC9309 goes through the RFC, section by section. The robots.txt of each case is written with a bar between its lines.
// "allow" and "deny" are targets for the agent.
func TestRFC9309(t *testing.T) {
	const example = "User-Agent: * | Disallow: *.gif$ | Disallow: /example/ | Allow: /publications/ |" +
		" | User-Agent: foobot | Disallow:/ | Allow:/example/page.html | Allow:/example/allowed.gif |" +
		" | User-Agent: barbot | User-Agent: bazbot | Disallow: /example/page.html | | User-Agent: quxbot"
	for _, c := range []struct {
		section, what, robots, agent string
		allow, deny                  []string
	}{
		// 2.1, 2.2: groups and lines.
		{"2.1", "no file content", "", "foobot", []string{"/", "/x?y"}, nil},
		{"2.1", "a user-agent line after a rule ends the group", "User-agent: a | Disallow: /x | User-agent: foobot | Disallow: /y", "foobot",
			[]string{"/x"}, []string{"/y"}},
		{"2.1", "the last group may have no rules", "User-agent: * | Disallow: / | User-agent: foobot", "foobot", []string{"/x"}, nil},
		{"2.1", "several user-agent lines share rules", "User-agent: a | User-agent: foobot | User-agent: b | Disallow: /x", "foobot",
			[]string{"/"}, []string{"/x"}},
		{"2.2", "blank lines end nothing", "User-agent: a | | User-agent: foobot | | | Disallow: /x | | Disallow: /y", "a",
			[]string{"/"}, []string{"/x", "/y"}},
		{"2.2", "space and tabs around everything", " \tUser-agent\t : foobot\t | \t Disallow \t:\t/x \t", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2", "no space at all", "user-agent:foobot|disallow:/x", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2", "field names in any case", "USER-AGENT: foobot | dIsAlLoW: /x | ALLOW: /x/y", "foobot", []string{"/", "/x/y"}, []string{"/x"}},
		{"2.2", "empty Disallow", "User-agent: foobot | Disallow:", "foobot", []string{"/", "/x"}, nil},
		{"2.2", "empty Disallow beside another", "User-agent: foobot | Disallow: | Disallow: /x", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2", "empty Allow", "User-agent: foobot | Allow: | Disallow: /", "foobot", nil, []string{"/", "/x"}},
		{"2.2", "a path that does not start with a slash", "User-agent: foobot | Disallow: x | Disallow: http://h/x | Disallow: ?", "foobot",
			[]string{"/", "/x", "/?", "/http://h/x"}, nil},

		// 2.2.1: the user-agent line.
		{"2.2.1", "names in any case", "User-agent: FOObot | Disallow: /x", "fooBOT", []string{"/"}, []string{"/x"}},
		{"2.2.1", "own group before *", "User-agent: * | Disallow: / | User-agent: foobot | Disallow: /x", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2.1", "own group before *, whatever the order", "User-agent: foobot | Disallow: /x | User-agent: * | Disallow: /", "foobot",
			[]string{"/"}, []string{"/x"}},
		{"2.2.1", "* without an own group", "User-agent: * | Disallow: /x | User-agent: bazbot | Disallow: /", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2.1", "neither", "User-agent: bazbot | Disallow: /", "foobot", []string{"/", "/x"}, nil},
		{"2.2.1", "two own groups are merged", "User-agent: foobot | Disallow: /x | | User-agent: * | Disallow: /z | | User-agent: foobot | Disallow: /y",
			"foobot", []string{"/", "/z"}, []string{"/x", "/y"}},
		{"2.2.1", "two groups for * are merged", "User-agent: * | Disallow: /x | User-agent: a | Disallow: /z | User-agent: * | Allow: /x/y | Disallow: /y",
			"foobot", []string{"/", "/z", "/x/y"}, []string{"/x", "/y"}},
		{"2.2.1", "merged rules compete by length", "User-agent: foobot | Disallow: /x | User-agent: foobot | Allow: /x/y", "foobot",
			[]string{"/x/y"}, []string{"/x/z"}},
		{"2.2.1", "foobot-news is not foobot", "User-agent: foobot-news | Disallow: /", "foobot", []string{"/"}, nil},
		{"2.2.1", "foobot is not foobot-news", "User-agent: foobot | Disallow: /", "foobot-news", []string{"/"}, nil},
		{"2.2.1", "each its own", "User-agent: foobot | Disallow: /x | User-agent: foobot-news | Disallow: /y", "foobot-news",
			[]string{"/x"}, []string{"/y"}},
		{"2.2.1", "a token is not found inside another", "User-agent: bot | Disallow: /", "foobot", []string{"/"}, nil},
		{"2.2.1", "version after the token", "User-agent: foobot/1.2 | Disallow: /", "foobot", nil, []string{"/"}},
		{"2.2.1", "words after the token", "User-agent: foobot and friends | Disallow: /", "foobot", nil, []string{"/"}},
		{"2.2.1", "words after the star", "User-agent: * everyone | Disallow: /", "foobot", nil, []string{"/"}},
		{"2.2.1", "a star with letters is no star", "User-agent: *bot | Disallow: /", "foobot", []string{"/"}, nil},
		{"2.2.1", "group for * and for foobot at once", "User-agent: * | User-agent: foobot | Disallow: /x", "foobot", []string{"/"}, []string{"/x"}},
		{"2.2.1", "empty user-agent line", "User-agent: | Disallow: /", "foobot", []string{"/"}, nil},
		{"2.2.1", "agent without a token", "User-agent: | Disallow: / | User-agent: * | Disallow: /x", "", []string{"/"}, []string{"/x"}},

		// 2.2.2: Allow and Disallow.
		{"2.2.2", "paths with regard to case", "User-agent: * | Disallow: /X", "foobot", []string{"/x"}, []string{"/X"}},
		{"2.2.2", "from the first octet", "User-agent: * | Disallow: /x", "foobot", []string{"/a/x"}, []string{"/x", "/xyz", "/x/y", "/x?y"}},
		{"2.2.2", "most octets win", "User-agent: * | Disallow: /a/b | Allow: /a | Allow: /a/b/c", "foobot", []string{"/a", "/a/b/c"}, []string{"/a/b"}},
		{"2.2.2", "order does not matter", "User-agent: * | Allow: /a/b/c | Allow: /a | Disallow: /a/b", "foobot",
			[]string{"/a", "/a/b/c"}, []string{"/a/b"}},
		{"2.2.2", "Allow wins a tie", "User-agent: * | Disallow: /a | Allow: /a", "foobot", []string{"/a"}, nil},
		{"2.2.2", "a star is an octet", "User-agent: * | Allow: /page | Disallow: /*.htm", "foobot", []string{"/page"}, []string{"/page.htm"}},
		{"2.2.2", "tie between star and letter", "User-agent: * | Disallow: /a* | Allow: /ab", "foobot", []string{"/ab"}, []string{"/ac"}},
		{"2.2.2", "no match", "User-agent: * | Disallow: /a", "foobot", []string{"/b", "/"}, nil},
		{"2.2.2", "no path is /", "User-agent: * | Disallow: /$", "foobot", []string{"/x"}, []string{"", "/"}},
		{"2.2.2", "/robots.txt is allowed", "User-agent: * | Disallow: / | Disallow: /robots.txt", "foobot", []string{"/robots.txt"},
			[]string{"/robots.txt2", "/a/robots.txt", "/robots.txt?x"}},
		{"2.2.2", "rules before any group", "Disallow: /x | Allow: / | User-agent: * | Disallow: /y", "foobot", []string{"/x"}, []string{"/y"}},
		{"2.2.2", "query as written", "User-agent: * | Disallow: /a?b=1&a=2", "foobot", []string{"/a?a=2&b=1"}, []string{"/a?b=1&a=2"}},
		{"2.2.2", "reserved characters unencoded", "User-agent: * | Disallow: /a?b=https://c.d", "foobot",
			[]string{"/a?b=https%3A%2F%2Fc.d"}, []string{"/a?b=https://c.d"}},
		{"2.2.2", "reserved characters encoded", "User-agent: * | Disallow: /a%2Fb", "foobot", []string{"/a/b"}, []string{"/a%2Fb", "/a%2fb"}},
		{"2.2.2", "hexadecimal digits in any case", "User-agent: * | Disallow: /a%3cd | Allow: /%aa", "foobot",
			[]string{"/%AA"}, []string{"/a%3Cd", "/a%3cd"}},
		{"2.2.2", "UTF-8 in the rule", "User-agent: * | Disallow: /foo/bar/ツ", "foobot",
			[]string{"/foo/bar/"}, []string{"/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84/x"}},
		{"2.2.2", "UTF-8 encoded in the rule", "User-agent: * | Disallow: /foo/bar/%E3%83%84", "foobot",
			nil, []string{"/foo/bar/%e3%83%84", "/foo/bar/ツ"}},
		{"2.2.2", "encoded unreserved in the rule", "User-agent: * | Disallow: /%62%61%7a", "foobot",
			[]string{"/ba"}, []string{"/baz", "/%62%61%7A", "/b%61z"}},
		{"2.2.2", "encoded unreserved in the target", "User-agent: * | Disallow: /baz", "foobot", nil, []string{"/%62%61%7A"}},
		{"2.2.2", "marks in an Allow", "User-agent: * | Disallow: / | Allow: /%7Ejoe/%2D%5f%2e | Allow: /~ann", "foobot",
			[]string{"/~joe/-_.", "/%7ejoe/-_%2E", "/%7Eann"}, []string{"/joe"}},
		{"2.2.2", "a percent sign of its own", "User-agent: * | Disallow: /100% | Disallow: /%zz", "foobot",
			[]string{"/10"}, []string{"/100%", "/100%25", "/%zz"}},
		{"2.2.2", "octets that are not UTF-8", "User-agent: * | Disallow: /b\xfccher", "foobot",
			[]string{"/b%C3%BCcher"}, []string{"/b%FCcher", "/b%fccher"}},

		// 2.2.3: special characters.
		{"2.2.3", "comments", "# all | User-agent: * # everyone | Disallow: /x#y | # Disallow: /z | Allow: /x/ # but", "foobot",
			[]string{"/z", "/x/"}, []string{"/x", "/xz"}},
		{"2.2.3", "nothing but a comment in a value", "User-agent: * | Disallow: # /", "foobot", []string{"/"}, nil},
		{"2.2.3", "$ ends the match", "User-agent: * | Disallow: /this/exactly$", "foobot",
			[]string{"/this/exactly/", "/this/exactly?x"}, []string{"/this/exactly"}},
		{"2.2.3", "$ in the middle is itself", "User-agent: * | Disallow: /a$b", "foobot", []string{"/a", "/ab"}, []string{"/a$b", "/a$bc", "/a%24b"}},
		{"2.2.3", "$$", "User-agent: * | Disallow: /a$$", "foobot", []string{"/a", "/a$b"}, []string{"/a$"}},
		{"2.2.3", "* in the middle", "User-agent: * | Disallow: /this/*/exactly", "foobot",
			[]string{"/this/exactly"}, []string{"/this/x/exactly", "/this//exactly", "/this/x/y/exactly2"}},
		{"2.2.3", "* at the end adds nothing but an octet", "User-agent: * | Disallow: /x* | Allow: /x", "foobot", nil, []string{"/x", "/xy"}},
		{"2.2.3", "* at the start", "User-agent: * | Disallow: *.gif$", "foobot", []string{"/a.gif?x"}, []string{"/a.gif", "/b/c.gif"}},
		{"2.2.3", "* alone", "User-agent: * | Disallow: *", "foobot", nil, []string{"/", "/x"}},
		{"2.2.3", "*$", "User-agent: * | Disallow: /a*$", "foobot", []string{"/b"}, []string{"/a", "/abc"}},
		{"2.2.3", "**", "User-agent: * | Disallow: /a**b", "foobot", []string{"/a"}, []string{"/ab", "/axb"}},
		{"2.2.3", "* backs off for a literal that comes twice", "User-agent: * | Disallow: /*ab$", "foobot",
			[]string{"/abx"}, []string{"/abab", "/abxab"}},
		{"2.2.3", "literals do not overlap", "User-agent: * | Disallow: /aba*ab$", "foobot", []string{"/abab", "/aba"}, []string{"/abaab", "/abaxab"}},
		{"2.2.3", "encoded star", "User-agent: * | Disallow: /path/file-with-a-%2A.html", "foobot",
			[]string{"/path/file-with-a-x.html"}, []string{"/path/file-with-a-*.html", "/path/file-with-a-%2a.html"}},
		{"2.2.3", "encoded dollar", "User-agent: * | Disallow: /path/foo-%24", "foobot",
			[]string{"/path/foo-"}, []string{"/path/foo-$", "/path/foo-%24x"}},
		{"2.2.3", "a star in the target is not special", "User-agent: * | Disallow: /abc", "foobot", []string{"/*", "/a*"}, nil},

		// 2.2.4: other records.
		{"2.2.4", "Sitemap ends no group", "User-agent: foobot | Sitemap: https://h/s.xml | User-agent: b | Disallow: /x", "foobot",
			[]string{"/"}, []string{"/x"}},
		{"2.2.4", "Crawl-delay ends no group", "User-agent: foobot | Crawl-delay: 1 | User-agent: b | Disallow: /x", "foobot",
			[]string{"/"}, []string{"/x"}},
		{"2.2.4", "unknown records end no group", "User-agent: foobot | Foo: bar | nonsense | User-agent: b | Disallow: /x", "foobot",
			[]string{"/"}, []string{"/x"}},
		{"2.2.4", "nor do they stop rules", "User-agent: foobot | Noindex: /y | Disallow: /x | Sitemap: s | Disallow: /z", "foobot",
			[]string{"/y"}, []string{"/x", "/z"}},

		// 2.3.1.5: parsing errors.
		{"2.3.1.5", "HTML", "<!DOCTYPE html> | <html><p style=\"color: red\">allow: /</p> | <a href=\"/\">Disallow: /</a>", "foobot",
			[]string{"/", "/x"}, nil},
		{"2.3.1.5", "what can be read is used", ": | \x00\x01 | User-agent: * | ::: | Disallow /x | Disallow", "foobot", []string{"/"}, []string{"/x"}},

		// 5.1, 5.2: the RFC's examples.
		{"5.1", "*", example, "otherbot", []string{"/publications/x", "/a.gif?"}, []string{"/example/", "/a.gif"}},
		{"5.1", "foobot", example, "foobot",
			[]string{"/example/page.html", "/example/allowed.gif"}, []string{"/", "/publications/", "/example/other.gif"}},
		{"5.1", "bazbot", example, "bazbot", []string{"/", "/a.gif"}, []string{"/example/page.html"}},
		{"5.1", "quxbot", example, "quxbot", []string{"/", "/example/page.html", "/a.gif"}, nil},
		{"5.2", "longest match", "User-Agent: foobot | Allow: /example/page/ | Disallow: /example/page/disallowed.gif", "foobot",
			[]string{"/example/page/x"}, []string{"/example/page/disallowed.gif"}},
	} {
		t.Run(c.section+" "+c.what, func(t *testing.T) {
			body := strings.ReplaceAll(c.robots, "|", "\n")
			group := Parse([]byte(body)).Agent(c.agent)
			for _, target := range c.allow {
				if d := group.Decide(target); !d.Allowed {
					t.Errorf("%q is not allowed: %+v\n%s", target, d, body)
				}
			}
			for _, target := range c.deny {
				if d := group.Decide(target); d.Allowed {
					t.Errorf("%q is allowed: %+v\n%s", target, d, body)
				}
			}
		})
	}
}
