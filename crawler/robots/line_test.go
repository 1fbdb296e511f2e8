package robots

import "testing"

func TestParseLine(t *testing.T) {
	for _, c := range []struct {
		raw, value string
		field      field
	}{
		{"User-agent: a", "a", userAgent},
		{"USERAGENT: a", "a", userAgent},
		{"user agent: a", "a", userAgent},
		{"user agent a", "", unknownField},
		{"user-agent a", "a", userAgent},
		{"user-agent a b", "", unknownField},
		{"User-agents: a", "a", userAgent},
		{"agent: a", "", unknownField},
		{"Disallow: /", "/", disallow},
		{"Dissallow: /", "/", disallow},
		{"Dissalow: /", "/", disallow},
		{"Disalow: /", "/", disallow},
		{"Diasllow: /", "/", disallow},
		{"Disallaw: /", "/", disallow},
		{"Dis-allow: /", "", unknownField},
		{"Disallow\t \t/", "/", disallow},
		{"Disallow /a b", "", unknownField},
		{"Disallow", "", unknownField},
		{"Disallow:", "", disallow},
		{"Disallow:: /", ": /", disallow},
		{"Disallow /a:b", "b", disallow},
		{"Disallow: /a b", "/a b", disallow},
		{"Allow: /", "/", allow},
		{"allowed: /", "/", allow},
		{"Sitemap: https://h/s#t", "https://h/s", sitemap},
		{"site-map: s", "s", sitemap},
		{"Crawl-delay: 3", "3", crawlDelay},
		{"crawldelay: 3", "3", crawlDelay},
		{"crawl delay: 3", "3", crawlDelay},
		{"Noindex: /", "", unknownField},
		{": /", "", unknownField},
		{"  ", "", unknownField},
		{"# Disallow: /", "", unknownField},
		{"Disallow: /a # why", "/a", disallow},
		{"Disallow # : /a", "", unknownField},
		{"Disallow: /a\x00b", "/a", disallow},
		{"\x00Disallow: /a", "", unknownField},
		{"\v\fDisallow\v:\f/a\v", "/a", disallow},
	} {
		if got := parseLine(c.raw); got.field != c.field || got.value != c.value {
			t.Errorf("%q: got field %d, value %q, want field %d, value %q", c.raw, got.field, got.value, c.field, c.value)
		}
	}
}

func TestParseLineKeepsText(t *testing.T) {
	for raw, want := range map[string]string{
		"\t DISALLOW : /a  # why": "DISALLOW : /a",
		"Disallow /a":             "Disallow /a",
	} {
		if got := parseLine(raw).text; got != want {
			t.Errorf("%q: got text %q, want %q", raw, got, want)
		}
	}
}
