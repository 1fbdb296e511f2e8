package crawler

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

// ResumeError says that the crawl that an output belongs to was begun with other
// settings, with which it would be another dataset.
type ResumeError struct {
	Dir         string // of the state
	Differences []Difference
}

// Difference is a field of a [Config] that is not what it was.
type Difference struct {
	Field   string // as in Config
	Was, Is string
}

func (e *ResumeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is the state of another crawl: ", e.Dir)
	for i, d := range e.Differences {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s was %s and is %s", d.Field, abridged(d.Was), abridged(d.Is))
	}
	b.WriteString("; go on as it was begun, or begin anew with --overwrite")
	return b.String()
}

// abridged keeps a message readable that has a thousand seeds in it.
func abridged(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// identity is what the dataset depends on. What only says how the pages are had
// may change from run to run: rate, concurrency, timeouts, retries, the user
// agent, headers, the proxy.
type identity struct {
	Seeds          []string // canonical
	SeedList       bool
	FollowNothing  bool
	SeedsOnly      bool
	MaxDepth       int
	MaxPages       int
	Scope          ScopeMode
	AllowedDomains []string
	Include        []string
	Exclude        []string
	Types          []string
	IgnoreRobots   bool
	Ordered        bool
	Recording      string   `json:",omitempty"` // the archive, as seen from the output
	Secrets        bool     `json:",omitempty"` // it has them
	Replayed       []string `json:",omitempty"` // the files of the recording that is replayed
}

func (c *Config) identity() *identity {
	i := &identity{
		SeedList: c.SeedList != nil, FollowNothing: c.FollowNothing, SeedsOnly: c.SeedsOnly, MaxDepth: c.MaxDepth, MaxPages: c.MaxPages,
		Scope: c.Scope, AllowedDomains: c.AllowedDomains, Include: c.Include, Exclude: c.Exclude, Types: c.Types,
		IgnoreRobots: c.IgnoreRobots, Ordered: c.Ordered, Recording: c.recordedBeside(), Secrets: c.Recording.Secrets, Replayed: c.replays(),
	}
	for _, raw := range c.Seeds {
		if s, err := parseSeed(raw); err == nil {
			i.Seeds = append(i.Seeds, s.canonical)
		}
	}
	return i
}

// setting is a field of a Config in words.
type setting struct{ field, value string }

// settings are the fields of an identity, in words that are equal if their
// meaning is.
func (i *identity) settings() []setting {
	seeds := i.Seeds
	if !i.Ordered { // else the order of the lines depends on theirs
		seeds = slices.Sorted(slices.Values(seeds))
	}
	depth := limit(i.MaxDepth)
	if i.SeedsOnly {
		depth = "0"
	}
	return []setting{
		{"Seeds", listed(seeds)},
		{"SeedList", yes(i.SeedList)},
		{"FollowNothing", yes(i.FollowNothing)},
		{"MaxDepth", depth},
		{"MaxPages", limit(i.MaxPages)},
		{"Scope", string(i.Scope)},
		{"AllowedDomains", listed(slices.Sorted(slices.Values(i.AllowedDomains)))},
		{"Include", listed(slices.Sorted(slices.Values(i.Include)))},
		{"Exclude", listed(slices.Sorted(slices.Values(i.Exclude)))},
		{"Types", listed(slices.Sorted(slices.Values(i.Types)))},
		{"IgnoreRobots", yes(i.IgnoreRobots)},
		{"Ordered", yes(i.Ordered && i.MaxPages == 0)}, // which implies it
		{"Recording", orNone(i.Recording)},
		{"Secrets", yes(i.Secrets)},
		{"Transport", listed(i.Replayed)},
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func limit(n int) string {
	if n == 0 {
		return "no limit"
	}
	return strconv.Itoa(n)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func listed(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	quoted := slices.Clone(words)
	for i, w := range quoted {
		if w == "" || w == "none" || strings.ContainsAny(w, " \"") {
			quoted[i] = strconv.Quote(w)
		}
	}
	return strings.Join(quoted, " ")
}

// readIdentity is what the state's crawl was begun with.
func readIdentity(f *disk.Frontier, dir string) (*identity, error) {
	note, _ := f.Meta(metaIdentity)
	i := new(identity)
	if err := json.Unmarshal(note, i); err != nil {
		return nil, fmt.Errorf("%s: what the crawl was begun with is not readable: %w", dir, err)
	}
	return i, nil
}

// sameIdentity refuses to go on with a crawl that was begun as another one.
func sameIdentity(f *disk.Frontier, dir string, c *Config) error {
	before, err := readIdentity(f, dir)
	if err != nil {
		return err
	}
	e := &ResumeError{Dir: dir}
	was := before.settings()
	for n, is := range c.identity().settings() {
		if was[n] != is {
			e.Differences = append(e.Differences, Difference{Field: is.field, Was: was[n].value, Is: is.value})
		}
	}
	if len(e.Differences) > 0 {
		return e
	}
	return nil
}

// refuseOptions says in a user's terms why the frontier can't go on with other
// options. Its own words are the last resort.
func (s *state) refuseOptions(c *Config, refusal error) error {
	f, err := disk.Open(s.dir, disk.Options{Mode: disk.Inspect})
	if err != nil {
		return refusal
	}
	if err := errors.Join(sameIdentity(f, s.dir, c), f.Close()); err != nil {
		return err
	}
	return refusal
}
