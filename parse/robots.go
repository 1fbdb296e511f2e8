package parse

import "strings"

// Robots is what a page asks of crawlers, in <meta name="robots"> or the X-Robots-Tag header (there is no standard; these
// are the two rules that all who obey any have agreed on since 1996). "none" asks for both.
type Robots struct {
	NoIndex  bool // leave the page out of what you publish
	NoFollow bool // follow none of its links
}

// RobotsTag reads the values of a response's X-Robots-Tag headers. A value may begin with the product token of the crawler it is for
// ("otherbot: noindex"), and name another further on ("a: nofollow, b: noindex"); rules without one are for all.
// agent is our product token, any case; with "" only the rules for all count. What a crawler is asked is the sum of
// the rules for all and those for it.
func RobotsTag(values []string, agent string) Robots {
	var asked Robots
	for _, value := range values {
		forUs := true
		for rule := range strings.SplitSeq(value, ",") {
			if name, rest, found := strings.Cut(rule, ":"); found && namesCrawler(name) {
				forUs = agent != "" && strings.EqualFold(strings.TrimSpace(name), agent)
				rule = rest
			}
			if forUs {
				asked = asked.and(robotsRules(rule))
			}
		}
	}
	return asked
}

// robotsRules reads a list of rules. It is separated by commas; those who forget them mean the same.
func robotsRules(list string) Robots {
	var asked Robots
	for rule := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r <= ' ' }) {
		switch {
		case equalFold(rule, "noindex"):
			asked.NoIndex = true
		case equalFold(rule, "nofollow"):
			asked.NoFollow = true
		case equalFold(rule, "none"):
			return Robots{NoIndex: true, NoFollow: true}
		}
	}
	return asked
}

// namesCrawler reports whether what stands before a colon is a crawler's product token, and neither the name of a rule with a value
// ("max-snippet: 20") nor the middle of one ("unavailable_after: Friday, 25 Jun 2010 15:00:00 GMT").
func namesCrawler(name string) bool {
	name = strings.TrimSpace(name)
	return name != "" && !strings.ContainsAny(name, spaces) && !hasPrefixFold(name, "max-") && !equalFold(name, "unavailable_after")
}

func (r Robots) and(other Robots) Robots {
	return Robots{NoIndex: r.NoIndex || other.NoIndex, NoFollow: r.NoFollow || other.NoFollow}
}
