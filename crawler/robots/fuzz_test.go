package robots

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// FuzzDecide compares the package with a second implementation, below, that is slow and obvious.
func FuzzDecide(f *testing.F) {
	const body = "User-agent: foobot\nDisallow: /*a*%62$\nAllow: /ab/index.html\nAllow: /a$b\r\n\rUser-agent:*\ndisallow /"
	for _, target := range []string{"/", "/ab", "/xa%62", "/ab/", "/a$b", "/ツ?x", "//", "/%2a%", "/robots.txt"} {
		f.Add([]byte(body), "foobot", target)
		f.Add([]byte("\xef\xbbUser-agent: * x\nDisallow: /\xff*%E3%83%84\nAllow: /*\x00"), "mp3bot", target)
		f.Add([]byte("user-agent: a\nsitemap: x\nuser-agent: mp3bot # c\nallow: *.gif$\ndisallow:\n\n\ndisallow: /**\nuser-agent: b"), "mp3bot", target)
	}
	f.Add([]byte("\xff\xfeU\x00s\x00"), "foobot", "/")
	f.Fuzz(func(t *testing.T, body []byte, agent, target string) {
		group := Parse(body).Agent(agent)
		got := group.Decide(target)
		if again := Parse(body).Agent(agent).Decide(target); got != again {
			t.Errorf("%+v, then %+v", got, again)
		}
		checkRoundTrip(t, group)
		utf16 := strings.HasPrefix(string(body), "\xff\xfe") || strings.HasPrefix(string(body), "\xfe\xff")
		if utf16 || len(body) > MaxBytes || strings.Contains(agent, "/") || len(body)*len(target) > 1<<16 {
			return // not the reference's business, or more than it can do
		}
		if want := referenceAllowed(string(body), agent, target); got.Allowed != want {
			t.Errorf("agent %q, target %q: got %+v, want allowed %t", agent, target, got, want)
		}
	})
}

// FuzzUnmarshalText looks for text that is taken for a group, but not kept as one.
func FuzzUnmarshalText(f *testing.F) {
	f.Add([]byte("robots 1\nagent FooBot\ndelay 1.5s\n5 Allow /x/index.html\n6 Disallow: /b%FCcher\n"))
	f.Add([]byte("robots 1\nallow-all because\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var g Group
		if g.UnmarshalText(text) == nil {
			g.Decide("/a?b")
			checkRoundTrip(t, &g)
		}
	})
}

type referenceGroup struct {
	agents []string
	rules  []referenceRule
}

type referenceRule struct {
	allow bool
	path  string
}

var (
	referenceNewline = regexp.MustCompile(`\r\n|\r|\n`)
	referenceField   = regexp.MustCompile(`^(user-agent|useragent|user agent|allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)`)
	referenceNoColon = regexp.MustCompile(`^([^ \t:]+)[ \t]+([^ \t:]+)$`)
	referenceToken   = regexp.MustCompile(`^[a-zA-Z_-]*`)
	referenceStar    = regexp.MustCompile(`^\*([ \t\v\f]|$)`)
	referenceEscape  = regexp.MustCompile(`%[0-9a-fA-F]{2}`)
	referenceIndex   = regexp.MustCompile(`(?s)/index\.htm[^/]*$`)
)

func referenceAllowed(body, agent, target string) bool {
	target, _, _ = strings.Cut(target, "#")
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	if target == "/robots.txt" {
		return true
	}
	longest, allowed := 0, true
	for _, r := range referenceRules(referenceGroups(body), agent) {
		pattern := referencePattern(r)
		patterns := [][]int{pattern}
		if at := referenceIndex.FindStringIndex(referenceText(pattern)); r.allow && at != nil {
			patterns = append(patterns, append(pattern[:at[0]+1:at[0]+1], end))
		}
		for _, pattern := range patterns {
			wins := len(pattern) > longest || len(pattern) == longest && r.allow
			if wins && referenceMatches(pattern, referenceTarget(target, r.allow)) {
				longest, allowed = len(pattern), r.allow
			}
		}
	}
	return allowed
}

func referenceGroups(body string) (groups []referenceGroup) {
	for _, octet := range []string{"\xef", "\xbb", "\xbf"} {
		if !strings.HasPrefix(body, octet) {
			break
		}
		body = body[1:]
	}
	const space = " \t\v\f"
	for _, text := range referenceNewline.Split(body, -1) {
		text, _, _ = strings.Cut(text[:min(len(text), 16663)], "\x00")
		text, _, _ = strings.Cut(text, "#")
		text = strings.Trim(text, space)
		text = referenceNoColon.ReplaceAllString(text, "$1:$2")
		key, value, colon := strings.Cut(text, ":")
		name, value, last := referenceField.FindString(strings.ToLower(key)), strings.Trim(value, space), len(groups)-1
		switch {
		case name == "" || !colon:
		case strings.HasPrefix(name, "user"):
			if last < 0 || len(groups[last].rules) > 0 {
				groups = append(groups, referenceGroup{})
				last++
			}
			groups[last].agents = append(groups[last].agents, value)
		case last >= 0:
			groups[last].rules = append(groups[last].rules, referenceRule{name == "allow", value})
		}
	}
	return groups
}

func referenceRules(groups []referenceGroup, agent string) (rules []referenceRule) {
	named := func(value string) bool {
		word := regexp.MustCompile(`^[^ \t\v\f]*`).FindString(value)
		return agent != "" && !referenceStar.MatchString(value) &&
			(strings.EqualFold(referenceToken.FindString(value), agent) || strings.EqualFold(word, agent))
	}
	for _, chosen := range []func(string) bool{named, referenceStar.MatchString} {
		found := false
		for _, g := range groups {
			for _, value := range g.agents {
				if chosen(value) {
					found = true
					rules = append(rules, g.rules...)
					break
				}
			}
		}
		if found {
			break
		}
	}
	return rules
}

// A pattern of the reference is a list of octets and of these.
const (
	star = -1
	end  = -2
)

func referencePattern(r referenceRule) (pattern []int) {
	for i := 0; i < len(r.path); i++ {
		switch {
		case r.path[i] == '*':
			pattern = append(pattern, star)
		case r.path[i] == '$' && i == len(r.path)-1:
			pattern = append(pattern, end)
		default:
			escape := i + len(referenceEscape.FindString(r.path[i:min(i+3, len(r.path))])) - 1
			for _, octet := range []byte(referenceNormal(r.path[i:max(i, escape)+1], r.allow, true)) {
				pattern = append(pattern, int(octet))
			}
			i = max(i, escape)
		}
	}
	return pattern
}

func referenceText(pattern []int) string {
	text := make([]byte, len(pattern))
	for i, p := range pattern {
		text[i] = byte(max(0, p))
	}
	return string(text)
}

func referenceTarget(target string, forAllow bool) string {
	var normal strings.Builder
	for target != "" {
		size := max(1, len(referenceEscape.FindString(target[:min(3, len(target))])))
		normal.WriteString(referenceNormal(target[:size], forAllow, !forAllow))
		target = target[size:]
	}
	return normal.String()
}

// referenceNormal takes one octet, encoded or not.
func referenceNormal(octet string, forAllow, encodeRaw bool) string {
	if len(octet) == 3 {
		value, _ := strconv.ParseUint(octet[1:], 16, 8)
		decoded := "-._~*$"
		if !forAllow {
			decoded += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		}
		if strings.IndexByte(decoded, byte(value)) >= 0 {
			return string(rune(value))
		}
		return strings.ToUpper(octet)
	}
	c := octet[0]
	if c >= 0x7f && (encodeRaw || c == 0x7f) || c <= ' ' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
		return "%" + strings.ToUpper(strconv.FormatUint(uint64(c)+0x100, 16)[1:])
	}
	return octet
}

// referenceMatches follows every way a pattern can go at once: reached has the places in the target where the pattern's start may end.
func referenceMatches(pattern []int, target string) bool {
	if len(pattern) == 0 {
		return false
	}
	reached := map[int]bool{0: true}
	for _, p := range pattern {
		next := map[int]bool{}
		for at := range reached {
			switch {
			case p == star:
				for ; at <= len(target); at++ {
					next[at] = true
				}
			case p == end && at == len(target), p >= 0 && at < len(target) && int(target[at]) == p:
				next[at+1] = true
			}
		}
		reached = next
	}
	return len(reached) > 0
}
