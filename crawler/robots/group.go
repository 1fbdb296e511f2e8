package robots

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Group is what a robots.txt says to one crawler. It is small: the text of its own rules, each once, and 24 bytes a rule.
// The zero Group has no rules and allows everything.
type Group struct {
	agent    string
	verdict  verdict
	reason   string // of a verdict that is not by rules
	delay    time.Duration
	hasDelay bool
	rules    []rule // the first that matches decides
	text     string // what the rules' offsets point into
}

// verdict is how a Group decides.
type verdict uint8

const (
	byRules verdict = iota
	allowAll
	disallowAll
)

// AllowAll gives the Group of a host whose robots.txt is unavailable, in HTTP a status of 400 to 499 (RFC 9309 section 2.3.1.3).
// The reason is what its decisions give as their Rule, "robots.txt answered 404".
func AllowAll(reason string) *Group {
	return &Group{verdict: allowAll, reason: printable(reason)}
}

// DisallowAll gives the Group of a host whose robots.txt is unreachable, by a status of 500 to 599 or because the network fails
// (RFC 9309 section 2.3.1.4). The reason is what its decisions give as their Rule, "robots.txt answered 503".
func DisallowAll(reason string) *Group {
	return &Group{verdict: disallowAll, reason: printable(reason)}
}

// rule is one pattern and where it comes from. Offsets instead of strings halve it, and leave the collector nothing to follow.
type rule struct {
	textStart, textLen       uint32
	patternStart, patternLen uint32
	line                     uint32
	allow                    bool
	implied                  bool // not what the line says but what follows from it
}

func (g *Group) ruleText(r *rule) string {
	return g.text[r.textStart : r.textStart+r.textLen]
}

func (g *Group) rulePattern(r *rule) string {
	return g.text[r.patternStart : r.patternStart+r.patternLen]
}

// draft is a rule that has not found its place yet.
type draft struct {
	line    int
	text    string
	pattern string
	allow   bool
	implied bool
}

// setRules compiles lines and orders them such that the first match is the one that RFC 9309 section 2.2.2 wants: the longest, and of
// equals an Allow. Of those that are the same in all of this, the first in the file stays.
func (g *Group) setRules(lines []line) {
	var drafts []draft
	for _, l := range lines {
		drafts = appendDrafts(drafts, l)
	}
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(strings.Compare(a.pattern, b.pattern), allowFirst(a, b), cmp.Compare(a.line, b.line))
	})
	drafts = slices.CompactFunc(drafts, func(a, b draft) bool { return a.pattern == b.pattern && a.allow == b.allow })
	slices.SortStableFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(len(b.pattern), len(a.pattern)), allowFirst(a, b), cmp.Compare(a.line, b.line))
	})
	g.rules, g.text = pack(drafts)
}

func allowFirst(a, b draft) int {
	switch {
	case a.allow == b.allow:
		return 0
	case a.allow:
		return -1
	default:
		return 1
	}
}

// appendDrafts adds what a line says. A path that is empty says nothing, and one that starts with neither "/" nor "*" can match nothing.
func appendDrafts(drafts []draft, l line) []draft {
	if l.value == "" || l.value[0] != '/' && l.value[0] != '*' {
		return drafts
	}
	d := draft{line: l.number, text: l.ruleText(), allow: l.field == allow}
	if !d.allow {
		d.pattern = compile(l.value, rfcs)
		return append(drafts, d)
	}
	d.pattern = compile(l.value, googles)
	drafts = append(drafts, d)
	// Google's parser has who allows a directory's index page allow the directory itself.
	if slash := strings.LastIndexByte(d.pattern, '/'); slash >= 0 && strings.HasPrefix(d.pattern[slash:], "/index.htm") {
		d.pattern, d.implied = d.pattern[:slash+1]+string([]byte{ending}), true
		drafts = append(drafts, d)
	}
	return drafts
}

// pack lays the rules' text out in one string. A pattern that is the end of its line's text, as most are, takes no room of its own.
func pack(drafts []draft) (rules []rule, text string) {
	if len(drafts) == 0 {
		return nil, ""
	}
	size := 0
	for _, d := range drafts {
		size += len(d.text)
		if !strings.HasSuffix(d.text, d.pattern) {
			size += len(d.pattern)
		}
	}
	var b strings.Builder
	b.Grow(size)
	rules = make([]rule, len(drafts))
	for i, d := range drafts {
		start := b.Len()
		b.WriteString(d.text)
		if !strings.HasSuffix(d.text, d.pattern) {
			b.WriteString(d.pattern)
		}
		rules[i] = rule{
			textStart: uint32(start), textLen: uint32(len(d.text)),
			patternStart: uint32(b.Len() - len(d.pattern)), patternLen: uint32(len(d.pattern)),
			line: uint32(d.line), allow: d.allow, implied: d.implied,
		}
	}
	return rules, b.String()
}

// ruleText is the line as written, or as near to it as can be shown and stored safely.
func (l line) ruleText() string {
	if isPrintable(l.text) {
		return l.text
	}
	return printable(l.key) + ": " + printable(l.value)
}

// printable percent-encodes what would not survive a terminal or a JSON string: control characters, and octets that are not UTF-8.
// In the path of a rule that changes nothing, for they are compared percent-encoded. It never shares memory with s.
func printable(s string) string {
	if isPrintable(s) {
		return strings.Clone(s)
	}
	var b []byte
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if isPrintableRune(r, size) {
			b = append(b, s[:size]...)
		} else {
			for i := range size {
				b = appendEncoded(b, s[i])
			}
		}
		s = s[size:]
	}
	return string(b)
}

func isPrintable(s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isPrintableRune(r, size) {
			return false
		}
		i += size
	}
	return true
}

func isPrintableRune(r rune, size int) bool {
	return !(r == utf8.RuneError && size == 1) && (r == '\t' || !unicode.IsControl(r))
}
