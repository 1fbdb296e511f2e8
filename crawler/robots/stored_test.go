package robots

import (
	"encoding"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var (
	_ encoding.TextMarshaler   = (*Group)(nil)
	_ encoding.TextUnmarshaler = (*Group)(nil)
)

func TestStoredForm(t *testing.T) {
	g := Parse([]byte("User-agent: FooBot\n# x\nCrawl-delay: 1.5\nDisallow: /a b # c\nAllow /x/index.html\nDisallow: /b\xfccher")).Agent("foobot")
	text, err := g.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	const want = "robots 1\nagent FooBot\ndelay 1.5s\n5 Allow /x/index.html\n6 Disallow: /b%FCcher\n4 Disallow: /a b\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStoredRoundTrip(t *testing.T) {
	for _, g := range []*Group{
		{},
		AllowAll("robots.txt answered 404"),
		AllowAll("Not\nFound"),
		DisallowAll("Get \"https://h/robots.txt\": dial tcp:\nno\x00 route"),
		DisallowAll(""),
		Parse([]byte(bigRobots(500))).Agent("trawl"),
		Parse([]byte("User-agent: *\nCrawl-delay: 0.333333333")).Agent("trawl"),
		Parse([]byte("User-agent: mp3bot\nAllow: /a/index%2Ehtml\nAllow: /a/index.html\nAllow: /a/$\nDisallow\x01:\v/\xff")).Agent("mp3bot"),
	} {
		checkRoundTrip(t, g)
	}
}

// checkRoundTrip stores a group as it is and within JSON.
func checkRoundTrip(t *testing.T, g *Group) {
	t.Helper()
	text, err := g.MarshalText()
	if err != nil || !utf8.Valid(text) {
		t.Fatalf("got %q, error %v", text, err)
	}
	var direct, throughJSON Group
	if err := direct.UnmarshalText(text); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	encoded, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &throughJSON); err != nil {
		t.Fatal(err)
	}
	for _, got := range []*Group{&direct, &throughJSON} {
		if diff := cmp.Diff(g, got, cmp.AllowUnexported(Group{}, rule{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestUnmarshalTextRefuses(t *testing.T) {
	for _, c := range []struct {
		text, reason string
		line         int
	}{
		{"", "empty", 1},
		{"robots 2\n", `"robots 1"`, 1},
		{"User-agent: *\nDisallow: /", `"robots 1"`, 1},
		{"robots 1\ndelay x", "duration", 2},
		{"robots 1\ndelay -1s", "duration", 2},
		{"robots 1\ndelay 25h", "duration", 2},
		{"robots 1\nagent a\nDisallow: /", "line number", 3},
		{"robots 1\n0 Disallow: /", "line number", 2},
		{"robots 1\n-1 Disallow: /", "line number", 2},
		{"robots 1\n99999999999 Disallow: /", "line number", 2},
		{"robots 1\n3000000000 Disallow: /", "line number", 2},
		{"robots 1\n1 User-agent: *", "line number", 2},
		{"robots 1\n1", "line number", 2},
		{"robots 1\n\n", "line number", 2},
		{"robots 1\n" + strings.Repeat("1 Disallow: /\n", maxStoredBytes/14), "more than", 1},
	} {
		g := DisallowAll("kept")
		err := g.UnmarshalText([]byte(c.text))
		stored, ok := errors.AsType[*StoredError](err)
		if !ok || stored.Line != c.line || !strings.Contains(stored.Reason, c.reason) {
			t.Errorf("%.50q: got %v, want %q in line %d", c.text, err, c.reason, c.line)
		}
		if d := g.Decide("/"); d.Rule != "kept" {
			t.Errorf("%.50q: the group is changed: %+v", c.text, d)
		}
	}
}

func TestStoredErrorIsReadable(t *testing.T) {
	var g Group
	err := g.UnmarshalText([]byte("robots 1\n" + strings.Repeat("x", 1000)))
	const want = `robots: stored group, line 2: want a line number and an Allow or Disallow line: "` +
		`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; fetch the robots.txt again`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
