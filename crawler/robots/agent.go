package robots

import (
	"strings"
	"time"
)

// ProductToken gives the name by which a robots.txt addresses the crawler that sends the header User-Agent: userAgent (RFC 9309 section
// 2.2.1): "trawl/1.0 (+https://example.org)" is addressed as "trawl". It is the leading run of the octets a product token may have, a-z, A-Z,
// "_" and "-". A header that poses as a browser, "Mozilla/5.0 (compatible; ExampleBot/0.1; ...)", is addressed by what follows "compatible;".
// It is empty if the header starts with anything else; no group but "*" is then for that crawler.
func ProductToken(userAgent string) string {
	token := tokenPrefix(strings.TrimLeft(userAgent, asciiSpace))
	if !strings.EqualFold(token, "Mozilla") {
		return token
	}
	const posing = "(compatible;"
	if _, comment, ok := strings.Cut(userAgent, posing); ok {
		if bot := tokenPrefix(strings.TrimLeft(comment, asciiSpace)); bot != "" {
			return bot
		}
	}
	return token
}

// tokenPrefix is the longest start of s that is an identifier (RFC 9309 section 2.2).
func tokenPrefix(s string) string {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-') {
			return s[:i]
		}
	}
	return s
}

// Agent gives the rules for one crawler: those of all groups that name its product token, merged, or, if none does, those of all groups for "*"
// (RFC 9309 section 2.2.1). If there are none of those either, everything is allowed.
//
// Names are compared whole and without regard to case, so that "foobot" is not "foobot-news". Of the line in the file, only the start counts
// that is a product token ("User-agent: FooBot/2.1" and "User-agent: FooBot please" name FooBot), or else its first word. A productToken with
// a slash is taken for a whole User-Agent header, and goes through [ProductToken] first.
//
// The Group keeps nothing of the File. Make it once a host and drop the File.
func (f *File) Agent(productToken string) *Group {
	if strings.Contains(productToken, "/") {
		productToken = ProductToken(productToken)
	}
	var own, star selection
	inRules := false // since the last user-agent line: the next one starts another group
	for _, l := range f.lines {
		switch l.field {
		case userAgent:
			if inRules {
				own.current, star.current, inRules = false, false, false
			}
			if name, ok := names(l.value, productToken); ok {
				own.selectBy(name)
			} else if isStar(l.value) {
				star.selectBy("*")
			}
		case allow, disallow:
			inRules = true
			own.addRule(l)
			star.addRule(l)
		case crawlDelay:
			// Not part of the protocol, so it ends no group (section 2.2.4), and speaks to the agents named above it.
			own.addDelay(l.value)
			star.addDelay(l.value)
		}
	}
	if own.agent != "" {
		return own.group()
	}
	return star.group()
}

// names reports whether the value of a user-agent line names the crawler, and by which part of it.
func names(value, productToken string) (name string, ok bool) {
	if productToken == "" {
		return "", false
	}
	if token := tokenPrefix(value); strings.EqualFold(token, productToken) {
		return token, true
	}
	// A token with digits is none by the RFC, but who writes "mp3bot" means the crawler that calls itself so.
	if word := firstWord(value); strings.EqualFold(word, productToken) {
		return word, true
	}
	return "", false
}

// isStar reports whether a user-agent line speaks to everyone. Words after the star do not matter, as in Google's parser.
func isStar(value string) bool {
	return firstWord(value) == "*"
}

func firstWord(value string) string {
	if i := strings.IndexAny(value, asciiSpace); i >= 0 {
		return value[:i]
	}
	return value
}

// selection collects the lines of the groups for one name.
type selection struct {
	agent    string // as first written; empty as long as no line has named it
	current  bool   // the group being read is for it
	rules    []line
	delay    time.Duration
	hasDelay bool
}

func (s *selection) selectBy(name string) {
	s.current = true
	if s.agent == "" {
		s.agent = name
	}
}

func (s *selection) addRule(l line) {
	if s.current {
		s.rules = append(s.rules, l)
	}
}

// addDelay keeps the longest of several delays: none of them is then broken.
func (s *selection) addDelay(value string) {
	if delay, ok := parseDelay(value); s.current && ok {
		s.delay, s.hasDelay = max(s.delay, delay), true
	}
}

func (s *selection) group() *Group {
	g := &Group{agent: printable(s.agent), delay: s.delay, hasDelay: s.hasDelay}
	g.setRules(s.rules)
	return g
}
