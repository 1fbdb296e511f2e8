package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// conformance returns a file of the cases that others wrote, which lie beside the checkout.
func conformance(t *testing.T, name string) []byte {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "conformance", name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("outside cases are missing: %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestHTML5LibEncodings runs html5lib's encoding tests. They ask which encoding a browser ends with when nothing but the page tells.
func TestHTML5LibEncodings(t *testing.T) {
	// Of one kind only: those where a script writes the declaration.
	needsScript := []byte("document.write('<meta charset")

	total, excepted := 0, 0
	for _, file := range []string{"tests1.dat", "tests2.dat", "test-yahoo-jp.dat"} {
		data := append([]byte("\n"), conformance(t, filepath.Join("charset", file))...)
		for _, test := range bytes.Split(data, []byte("\n#data\n"))[1:] {
			body, rest, found := bytes.Cut(test, []byte("\n#encoding\n"))
			if !found {
				t.Fatalf("%s: a case without #encoding: %q", file, test)
			}
			total++
			if bytes.Contains(body, needsScript) {
				excepted++
				continue
			}
			want := string(bytes.ToLower(bytes.TrimSpace(rest)))
			if _, got := Decode(body, ""); got.Name != want {
				t.Errorf("%s: %.300q\ngot %+v, want %s", file, body, got, want)
			}
		}
	}
	if total != 82 || excepted != 1 {
		t.Errorf("%d cases, %d of them excepted; the suite had 82 and 1", total, excepted)
	}
}

// The reasons for which links that other crawlers take aren't taken here.
const (
	notAPage   = "an image, video or script is part of a page, not a page"
	notALink   = "a form is sent by people; a crawler that does so asks for every search there is"
	notAnother = "a place on the page itself"
	noFrame    = "a frame outside a frameset is none (HTML standard §13.2.6.4.7)"
	notShown   = "a comment is no markup"
)

// TestNutchLinks runs Apache Nutch's cases: which links a page has, with which anchor text.
func TestNutchLinks(t *testing.T) {
	notTaken := map[string]map[string]string{
		"nutch-05": {"http://www.nutch.org/maps/logo.gif": notAPage, "http://www.nutch.org/maps/#bottom": notAnother},
		"nutch-09": {"http://www.nutch.org/dummy.jsp": notALink},
		"nutch-13": {"http://www.nutch.org/test.gif": notAPage},
		"nutch-14": {"http://www.nutch.org/movie.mp4": notAPage},
	}
	type link struct{ URL, Anchor string }
	type page struct {
		ID, HTML, Base, Title string
		Outlinks              []link
	}
	cases := lines[page](t, "links/nutch_links.jsonl")
	if len(cases) != 15 {
		t.Errorf("%d cases; the suite had 15", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			doc := mustHTML(t, c.HTML, Options{URL: c.Base})
			if doc.Title != c.Title {
				t.Errorf("title %q, want %q", doc.Title, c.Title)
			}
			var got, want []link
			for _, l := range doc.Links {
				if !l.NoFollow { // Nutch drops what we mark
					got = append(got, link{l.URL, l.Text})
				}
			}
			for _, l := range c.Outlinks {
				if _, excepted := notTaken[c.ID][l.URL]; excepted {
					delete(notTaken[c.ID], l.URL)
					continue
				}
				want = append(want, link{canonical(t, l.URL), l.Anchor})
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
			for url := range notTaken[c.ID] {
				t.Errorf("%s is excepted but no case", url)
			}
		})
	}
}

// TestHeritrixLinks runs Heritrix's cases: what its extractor of HTML must and must not find.
func TestHeritrixLinks(t *testing.T) {
	// Heritrix archives: it takes what a page is made of as well. Of these cases nothing that it must find is a link to a page.
	notTaken := map[string]string{
		"heritrix-00": noFrame,
		"heritrix-01": notALink,
		"heritrix-02": notAPage,
		"heritrix-06": notAPage,
		"heritrix-07": notAPage,
		"heritrix-09": notShown,
		"heritrix-10": notAPage,
		"heritrix-11": notAPage,
		"heritrix-12": notAPage,
		"heritrix-13": notAPage,
	}
	type page struct {
		ID, Note, Base, HTML string
		Must                 []string
		MustNot              []string `json:"must_not"`
	}
	cases := lines[page](t, "links/heritrix_links.jsonl")
	if len(cases) != 15 {
		t.Errorf("%d cases; the suite had 15", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			doc := mustHTML(t, c.HTML, Options{URL: c.Base})
			found := make(map[string]bool)
			for _, l := range doc.Links {
				if !l.NoFollow {
					found[l.URL] = true
				}
			}
			reason, excepted := notTaken[c.ID]
			for _, url := range c.Must {
				if got := found[canonical(t, url)]; got == excepted {
					t.Errorf("%s: found %s: %t (%s)", c.Note, url, got, reason)
				}
			}
			for _, url := range c.MustNot {
				if url == "*" && len(found) > 0 || found[url] {
					t.Errorf("%s: must not find %s; found %v", c.Note, url, found)
				}
			}
		})
	}
}

// lines decodes a file of JSON lines.
func lines[T any](t *testing.T, name string) []T {
	t.Helper()
	var all []T
	for decoder := json.NewDecoder(bytes.NewReader(conformance(t, name))); decoder.More(); {
		var one T
		if err := decoder.Decode(&one); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, one)
	}
	return all
}

func canonical(t *testing.T, url string) string {
	t.Helper()
	c, err := weburl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustHTML(t testing.TB, page string, opts Options) *Document {
	t.Helper()
	if opts.URL == "" {
		opts.URL = "https://example.com/dir/page"
	}
	doc, err := HTML([]byte(page), opts)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
