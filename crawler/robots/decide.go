package robots

import "strings"

// Decision is whether a URL may be fetched, and why.
type Decision struct {
	Allowed bool

	// Line is the line of the robots.txt that decided, from 1. It is 0 if none did: because no rule matches (Rule is then empty), or
	// because there is a reason outside the file (Rule is then that reason).
	Line int

	// Rule is that line as written, "Disallow: /private/", without its comment. Control characters, and octets that are not UTF-8, are
	// percent-encoded.
	Rule string

	// Agent is the name in the user-agent line that chose the group: the crawler's own as the file writes it, or "*".
	// It is empty if no group is for the crawler.
	Agent string
}

const robotsPath = "/robots.txt"

// Decide says whether a URL may be fetched, given its path and query; [Target] cuts them from a URL. Of the rules that match, the one with
// the most octets decides, and an Allow over a Disallow of the same length; without any the URL is allowed, as /robots.txt always is
// (RFC 9309 section 2.2.2).
//
// Rules and target are compared octet by octet, with regard to case, in a normal form: the hexadecimal digits of %xx in upper case; what
// cannot stand in a URI percent-encoded (non-ASCII octets, space, controls and "<>\^`{|}, such that "Disallow: /a b" matches /a%20b); -, ., _,
// ~, * and $ decoded. Reserved characters are left as they are: /a%2Fb is not /a/b. The query is not reordered. Encoded letters and digits:
// see the package's documentation.
//
// It is linear in the length of the target for each rule, whatever the rule, and allocates nothing if the target has only unencoded characters
// of a URI.
func (g *Group) Decide(pathAndQuery string) Decision {
	target, _, _ := strings.Cut(pathAndQuery, "#")
	target = rooted(target)
	if target == robotsPath {
		return Decision{Allowed: true, Rule: robotsPath + " is always allowed", Agent: g.agent}
	}
	if g.verdict != byRules {
		return Decision{Allowed: g.verdict == allowAll, Rule: g.reason}
	}
	forAllow, forDisallow := target, target
	if !isPlain(target) {
		forAllow, forDisallow = normalTarget(target, googles), normalTarget(target, rfcs)
	}
	for i := range g.rules {
		r := &g.rules[i]
		target := forDisallow
		if r.allow {
			target = forAllow
		}
		if matches(g.rulePattern(r), target) {
			return Decision{Allowed: r.allow, Line: int(r.line), Rule: g.ruleText(r), Agent: g.agent}
		}
	}
	return Decision{Allowed: true, Agent: g.agent}
}
