package main

import (
	"testing"

	"github.com/seed-5a061891/trawl/crawler/robots"
)

func TestRobotsAnswerText(t *testing.T) {
	const file = "# one\nUser-agent: trawl\nDisallow: /a\nCrawl-delay: 2.5\n\nUser-agent: *\nAllow: /\n"
	at := func(name, agent string) *robotsSource { return parsedRobots(name, []byte(file), agent) }
	for _, test := range []struct {
		url  string
		from *robotsSource
		want string
	}{
		{"http://h/a", at("http://h/robots.txt", "trawl"), "disallowed  http://h/a  robots.txt:3 Disallow: /a (user-agent: trawl), crawl-delay 2.5s"},
		{"http://h/b", at("http://h/robots.txt", "trawl"), "allowed     http://h/b  no rule matches (user-agent: trawl), crawl-delay 2.5s"},
		{"http://h/a", at("http://other/robots.txt", "gull"), "allowed     http://h/a  http://other/robots.txt:7 Allow: / (user-agent: *)"},
		{"http://h/robots.txt", at("http://h/robots.txt", "gull"), "allowed     http://h/robots.txt  /robots.txt is always allowed (user-agent: *)"},
		{"http://h/a", parsedRobots("http://h/robots.txt", nil, "gull"), `allowed     http://h/a  no group is for "gull"`},
		{"http://h/a", &robotsSource{group: robots.DisallowAll("the sea took it")}, "disallowed  http://h/a  the sea took it"},
	} {
		if got := newRobotsAnswer(test.url, test.from).text(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
