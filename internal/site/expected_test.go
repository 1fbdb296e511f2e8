package site

import (
	"compress/gzip"
	"encoding/xml"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func expectedFacts(t *testing.T) map[string]Fact {
	t.Helper()
	list, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	facts := make(map[string]Fact)
	for _, f := range list {
		if _, twice := facts[f.URL]; twice {
			t.Errorf("%s is there twice", f.URL)
		}
		facts[f.URL] = f
	}
	return facts
}

// The facts and the pages can't drift apart.
func TestWalkFindsWhatIsExpected(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		want := expectedFacts(t)
		maps.DeleteFunc(want, func(_ string, f Fact) bool { return f.Via != "" })
		for u, f := range want {
			f.Note = ""
			want[u] = f
		}
		got := (&walker{t: t, srv: srv, robots: true}).walk()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("expected.jsonl (-) and a walk (+) differ:\n%s", diff)
		}
		for _, r := range srv.Requests() {
			if strings.HasPrefix(r.Path, "/fault/") || strings.HasPrefix(r.Path, "/graph/") || strings.HasPrefix(r.Path, "/fan/") {
				t.Errorf("the world leads to %s", r.Path)
			}
		}
	})
}

// Without robots.txt the calendar goes as deep as one lets it.
func TestWalkWithoutRobotsIsTrapped(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		months := func(depth int) int {
			n := 0
			for u := range (&walker{t: t, srv: srv, maxDepth: depth}).walk() {
				if strings.HasPrefix(u, "/calendar/") {
					n++
				}
			}
			return n
		}
		if shallow, deep := months(5), months(25); shallow != 9 || deep != 49 {
			t.Errorf("%d months at depth 5, %d at depth 25; want 9 and 49", shallow, deep)
		}
	})
}

func TestSitemapsListWhatIsThere(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		facts := expectedFacts(t)
		listed := make(map[string]bool)
		for _, sitemap := range locations(t, srv, "/sitemap-index.xml") {
			for _, u := range locations(t, srv, sitemap) {
				listed[u] = true
				fact, known := facts[u]
				if !known {
					t.Errorf("%s lists %s, which nothing is known of", sitemap, u)
				}
				if resp, body := get(t, srv, u); fact.Via == "sitemap" && !strings.Contains(body, "<title>"+fact.Title+"</title>") {
					t.Errorf("%s: %d, and not titled %q", u, resp.StatusCode, fact.Title)
				}
			}
		}
		for u, fact := range facts {
			if fact.Via == "sitemap" && !listed[u] {
				t.Errorf("%s is in no sitemap", u)
			}
		}
		if len(listed) < 50 || !listed["/news/2026/window-prize.html"] {
			t.Errorf("%d URLs listed", len(listed))
		}
	})
}

// locations are the paths in a sitemap or an index.
func locations(t *testing.T, srv *Server, path string) []string {
	t.Helper()
	resp, body := get(t, srv, path)
	if resp.StatusCode != 200 {
		t.Fatalf("%s: %d", path, resp.StatusCode)
	}
	dec := xml.NewDecoder(strings.NewReader(body))
	if strings.HasSuffix(path, ".gz") {
		zr, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		dec = xml.NewDecoder(zr)
	}
	var doc struct {
		Entries []struct {
			Loc string `xml:"loc"`
		} `xml:",any"`
	}
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var paths []string
	for _, e := range doc.Entries {
		p, own := strings.CutPrefix(e.Loc, srv.URL)
		if !own {
			t.Errorf("%s lists %s, which is elsewhere", path, e.Loc)
		}
		paths = append(paths, p)
	}
	return paths
}

func TestFactsAreReadStrictly(t *testing.T) {
	for lines, want := range map[string]string{
		`{"url": "/"}` + "\n" + `{"url": "/a", "colour": 1}`: `after 1 lines: json: unknown field "colour"`,
		`{"url": "/"`: "after 0 lines: unexpected EOF",
	} {
		if _, err := readFacts([]byte(lines)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", lines, err, want)
		}
	}
}
