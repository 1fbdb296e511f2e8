package crawler

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/sink"
)

func TestFateRoundTrip(t *testing.T) {
	want := Fate{
		URL: `http://a.example/?q=<&>\`, Outcome: OutcomeQueued, Detail: "answered \x1b 503\u2028", Depth: 3, Parent: "http://a.example/",
		RequestedURL: "a.example", Redirects: []sink.Hop{{URL: "http://a.example/x", Status: 301}}, Attempts: 1,
		Tries: []Try{{Attempt: 1, Outcome: OutcomeRetry, Detail: "answered 503", AgainAt: time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)}},
	}
	line := want.AppendLine(nil)
	if bytes.Count(line, []byte("\n")) != 1 || !bytes.Contains(line, []byte(`q=<&>`)) {
		t.Errorf("%s", line)
	}
	var got Fate
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := string(Fate{URL: "http://a.example/", Outcome: OutcomeFetched}.AppendLine(nil)); got != `{"url":"http://a.example/","outcome":"fetched","reason":null,`+
		`"detail":null,"depth":0,"parent":null,"requested_url":null,"redirects":[],"attempts":0,"tries":[]}`+"\n" {
		t.Errorf("the least of a line is %s", got)
	}
}

func TestFateRefusesOtherLines(t *testing.T) {
	whole := string(Fate{URL: "u", Outcome: OutcomeFetched, Tries: []Try{{Attempt: 1, Outcome: OutcomeFetched}}}.AppendLine(nil))
	for _, test := range []struct{ old, new string }{
		{`"url":"u"`, `"url":""`},
		{`"outcome":"fetched","reason":null,"detail":null,"depth"`, `"outcome":"queue","reason":null,"detail":null,"depth"`},
		{`"attempt":1,"outcome":"fetched"`, `"attempt":1,"outcome":"queued"`},
		{`"again_at":null`, `"again_at":"soon"`},
		{`"attempts":0`, `"attempts":"0"`},
		{`"depth"`, `"height"`},
		{`}]}`, `}`},
	} {
		line := strings.Replace(whole, test.old, test.new, 1)
		if line == whole {
			t.Fatalf("%s is not in %s", test.old, whole)
		}
		if err := json.Unmarshal([]byte(line), new(Fate)); err == nil {
			t.Errorf("it was taken: %s", line)
		}
	}
}

// FuzzFate: what is read is written the same, and nothing panics.
func FuzzFate(f *testing.F) {
	f.Add([]byte(fatesOfEveryFate[3]))
	f.Add([]byte(strings.Replace(fatesOfEveryFate[3], `"T"`, `"2026-11-22T12:00:00.000Z"`, 1)))
	f.Add([]byte(`{"url":"\\","outcome":"skipped","redirects":null}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var a, b Fate
		if json.Unmarshal(line, &a) != nil {
			return
		}
		again := a.AppendLine(nil)
		if !looksLikeFate(bytes.TrimSuffix(again, []byte("\n"))) {
			t.Fatalf("not taken for a line of an audit: %s", again)
		}
		if err := json.Unmarshal(again, &b); err != nil {
			t.Fatalf("%v: %s", err, again)
		}
		if third := b.AppendLine(nil); !bytes.Equal(again, third) {
			t.Errorf("-second +third:\n%s", cmp.Diff(string(again), string(third)))
		}
		for _, fate := range []Fate{a, b} {
			_ = fate.Why()
		}
	})
}
