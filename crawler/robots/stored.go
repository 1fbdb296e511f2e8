package robots

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// storedHead starts the stored form of a Group. Its number changes when what follows does.
const storedHead = "robots 1"

// maxStoredBytes bounds what UnmarshalText takes. MarshalText writes at most three octets for one of the robots.txt, and a line number.
const maxStoredBytes = 8 * MaxBytes

// StoredError says that text is not a Group stored by [Group.MarshalText]. The cure is to fetch the robots.txt again.
type StoredError struct {
	Line   int    // of the text, from 1
	Text   string // what stands there, its start if it is long
	Reason string // what is wrong with it
}

func (e *StoredError) Error() string {
	return fmt.Sprintf("robots: stored group, line %d: %s: %q; fetch the robots.txt again", e.Line, e.Reason, e.Text)
}

// MarshalText gives the Group as lines of UTF-8 text, to be kept across restarts and read by [Group.UnmarshalText]. The rules are as the
// robots.txt has them, each after its line number, such that a later version of this package may compile them otherwise. The error is always
// nil.
func (g *Group) MarshalText() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(storedHead + "\n")
	if g.agent != "" {
		fmt.Fprintf(&b, "agent %s\n", g.agent)
	}
	if g.hasDelay {
		fmt.Fprintf(&b, "delay %s\n", g.delay)
	}
	switch g.verdict {
	case allowAll:
		fmt.Fprintf(&b, "allow-all %s\n", g.reason)
	case disallowAll:
		fmt.Fprintf(&b, "disallow-all %s\n", g.reason)
	case byRules:
		for i := range g.rules {
			if r := &g.rules[i]; !r.implied {
				fmt.Fprintf(&b, "%d %s\n", r.line, g.ruleText(r))
			}
		}
	}
	return b.Bytes(), nil
}

// UnmarshalText makes the Group the one that MarshalText gave text for: it decides as that one does, line numbers included. It keeps nothing
// of text. The error is a *[StoredError], and leaves the Group as it was.
func (g *Group) UnmarshalText(text []byte) error {
	if len(text) > maxStoredBytes {
		return &StoredError{Line: 1, Text: abridged(string(text[:100])), Reason: fmt.Sprintf("%d bytes are more than any group has", len(text))}
	}
	var stored storedGroup
	number := 0
	for raw := range strings.Lines(string(text)) {
		number++
		raw = strings.TrimSuffix(raw, "\n")
		read := stored.read
		if number == 1 {
			read = readHead
		}
		if reason := read(raw); reason != "" {
			return &StoredError{Line: number, Text: abridged(raw), Reason: reason}
		}
	}
	if number == 0 {
		return &StoredError{Line: 1, Reason: "the text is empty"}
	}
	stored.group.setRules(stored.rules)
	*g = stored.group
	return nil
}

func readHead(raw string) (reason string) {
	if raw != storedHead {
		return "want the line " + strconv.Quote(storedHead)
	}
	return ""
}

// storedGroup is a Group being read.
type storedGroup struct {
	group Group
	rules []line
}

// read takes one line, and says what is wrong with it.
func (s *storedGroup) read(raw string) (reason string) {
	word, rest, _ := strings.Cut(raw, " ")
	switch word {
	case "agent":
		s.group.agent = printable(rest)
	case "delay":
		delay, err := time.ParseDuration(rest)
		if err != nil || delay < 0 || delay > maxCrawlDelay {
			return "want a duration of at most " + maxCrawlDelay.String()
		}
		s.group.delay, s.group.hasDelay = delay, true
	case "allow-all":
		s.group.verdict, s.group.reason = allowAll, printable(rest)
	case "disallow-all":
		s.group.verdict, s.group.reason = disallowAll, printable(rest)
	default:
		number, err := strconv.ParseUint(word, 10, 32)
		l := parseLine(rest)
		if err != nil || number == 0 || number > math.MaxInt32 || l.field != allow && l.field != disallow {
			return "want a line number and an Allow or Disallow line"
		}
		l.number = int(number)
		s.rules = append(s.rules, l)
	}
	return ""
}

// abridged is the start of s, enough for a message.
func abridged(s string) string {
	const enough = 60
	if len(s) > enough {
		s = s[:enough]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
