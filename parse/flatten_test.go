package parse

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/html"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// documentOf gathers a Document from the tree of a page of so many bytes.
func documentOf(t testing.TB, root *html.Node, size int) *Document {
	t.Helper()
	base, err := weburl.NewBase("https://example.com/dir/page")
	if err != nil {
		t.Fatal(err)
	}
	doc := &Document{Root: root, URL: base.URL()}
	w := newWalker(doc, "", size)
	w.walk(root)
	w.finish(base)
	return doc
}

// TestFlattenTellsTheSame has a page in each parser: on all but the deepest and the worst they say the same.
func TestFlattenTellsTheSame(t *testing.T) {
	pages := []string{
		"", "text", shopPage, referencePage(40),
		`<title>T</title><p>a<a href=x>X</a><p>b<a href=y>Y</a>`,
		`<ul><li><a href=x>X</a><li>b<ul><li><a href=y>Y</a></ul><li><a href=z>Z</a></ul><h1>H</h1>`,
		`<dl><dt><a href=x>X</a><dd><h2>a</h2><dt>b<dd>c</dl>`,
		`<table><tr><td><a href=x>X<td><a href=y>Y</a><tr><th>a<tbody><tr><td><h3>b</h3></table><h4>c</h4>`,
		`<table><tr><td><div>a</table><h1>b</h1>`,
		`<h1>a</h1><h2>b<h3>c</h3></h2><h4>d</h4>`,
		`<p>a<div><h1>b</h1></p></div><h2>c</h2>`,
		`<select><option>a<option>b</select><a href=x>X</a>`,
		`<svg><title>no</title><a xlink:href=x>X</a><path d=x /><foreignObject><h1>a</h1></foreignObject></svg><h2>b</h2><svg/><title>T</title>`,
		`<head><noscript><link rel=next href=x></noscript></head><body><noscript><a href=y>Y</a></noscript>`,
		`<script>"<a href=no>"</script><style>a</style><textarea><a href=no></textarea><a href=x>X</a>`,
		`<iframe src=x><a href=no></iframe><template><a href=no></template><br/><img src=x /><div/><h1>a</h1></div><h2>b</h2>`,
		`</p></div></table><a href=x>X</a></a></body></html><a href=y>Y</a>`,
		`<html lang=de><html lang=no><head><base href=/b/></head><body><body lang=no><a href=x>X</a>`,
		`<plaintext><a href=no>`,
	}
	for _, page := range pages {
		parsed, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
		if err != nil {
			t.Fatal(err)
		}
		flat, cut := flatten([]byte(page), false)
		if cut {
			t.Errorf("%.80q isn't deep", page)
		}
		if diff := cmp.Diff(documentOf(t, parsed, len(page)), documentOf(t, flat, len(page)), cmpopts.IgnoreFields(Document{}, "Root")); diff != "" {
			t.Errorf("%.200q (-parsed +flat):\n%s", page, diff)
		}
	}
}

// TestFlattenDeep nests pages deeper than html.Parse allows.
func TestFlattenDeep(t *testing.T) {
	const depth = 100_000
	nest := func(open, inner, end string) string {
		return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
	}
	const inner = `<h1>Deep <b>heading</b></h1><p><a href=x>deep <i>link</i></a> and <a href=y><div>another</div></a>`
	tests := map[string]string{
		"div":              nest("<div>", inner, "</div>"),
		"div without end":  nest("<div>", inner, ""),
		"span":             nest("<span>", inner, "</span>"),
		"formatting":       nest("<b>", inner, "</b>"),
		"list":             nest("<ul><li>", inner, "</li></ul>"),
		"list without end": nest("<ul><li>", inner, "</ul>"),
		"table":            nest("<table><tr><td>", inner, "</table>"),
		"quote":            nest("<blockquote><p>", inner, "</blockquote>"),
		"unknown":          nest("<x-y>", inner, "</x-y>"),
		"object":           nest("<object>", inner, "</object>"),
		"SVG":              nest("<svg><g>", "</svg>"+inner, ""),
	}
	for name, page := range tests {
		t.Run(name, func(t *testing.T) {
			doc := mustHTML(t, "<title>T</title>"+page+"<h2>After</h2><a href=z>Z</a>", Options{})
			if !doc.Flattened {
				t.Error("not flattened")
			}
			if name == "SVG" {
				return // below, links and headings may be SVG's
			}
			if diff := cmp.Diff([]Heading{{1, "Deep heading"}, {2, "After"}}, doc.Headings); diff != "" {
				t.Errorf("headings (-want +got):\n%s", diff)
			}
			want := []Link{
				{URL: "https://example.com/dir/x", Text: "deep link"},
				{URL: "https://example.com/dir/y", Text: "another"},
				{URL: "https://example.com/dir/z", Text: "Z"},
			}
			if diff := cmp.Diff(want, doc.Links); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
			if doc.Title != "T" {
				t.Errorf("title %q", doc.Title)
			}
			if depth := treeDepth(doc.Root); depth > flatTextDepth+2 {
				t.Errorf("%d deep", depth)
			}
			if text := collapse(doc.Goquery().Text()); text != "TDeep headingdeep link and anotherAfterZ" {
				t.Errorf("text %q", text)
			}
		})
	}
}

func TestFlattenXHTML(t *testing.T) {
	if doc := mustHTML(t, strings.Repeat("<div>", flatDepth/2), Options{XHTML: true}); doc.Flattened {
		t.Error("nothing was flattened")
	}
	if doc := mustHTML(t, strings.Repeat("<div>", 2*flatDepth), Options{XHTML: true}); !doc.Flattened {
		t.Error("what was flattened isn't told")
	}
}

func TestFlattenHead(t *testing.T) {
	tests := []struct{ page, head, body string }{
		{"\n<head> <title>T</title>\n<meta> <p>a <link>", "<title>T</title><meta/>", "<p>a <link/></p>"},
		{"<title>T</title> a <link>", "<title>T</title>", " a <link/>"},
		{"<noscript>a<p>b</noscript><title>T</title>", "<noscript>a<p>b</p></noscript><title>T</title>", ""},
		{"<noscript>a<body>b", "<noscript>a</noscript>", "b"},
	}
	for _, test := range tests {
		root, _ := flatten([]byte(test.page), false)
		want := "<html><head>" + test.head + "</head><body>" + test.body + "</body></html>"
		if got := render(t, root); got != want {
			t.Errorf("%q:\n got %s\nwant %s", test.page, got, want)
		}
	}
}

// treeDepth is how many nodes deep a tree is.
func treeDepth(root *html.Node) int {
	deepest := 0
	depth := 1
	for n := root; n != nil; {
		deepest = max(deepest, depth)
		switch {
		case n.FirstChild != nil:
			n = n.FirstChild
			depth++
			continue
		case n == root:
			return deepest
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
			depth--
		}
		if n == root {
			return deepest
		}
		n = n.NextSibling
	}
	return deepest
}
