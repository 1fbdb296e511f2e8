package parse

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/html"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// A harbour bookshop's page, with one of everything.
const shopPage = `<!DOCTYPE html>
<html lang="fr-CA">
<head>
<meta charset="utf-8">
<title>La
  librairie du port</title>
<meta name="Description" content=" Cartes  et livres ">
<meta name="robots" content="noindex">
<link rel="canonical" href="/librairie#haut">
<base href="/fr/" target="_top">
</head>
<body>
<h1>La <em>librairie</em></h1>
<p>Ouverte <a href="horaires.html">tous les jours</a>.</p>
<h3><img alt="logo"></h3>
<h2>Cartes<br>marines</h2>
<a href="http://[">?</a>
</body>
</html>`

func TestHTML(t *testing.T) {
	got, err := HTML([]byte(shopPage), Options{URL: "HTTP://example.com:80/x/../index.html#top"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Document{
		URL:          "http://example.com/index.html",
		Base:         "http://example.com/fr/",
		Encoding:     Encoding{Name: "utf-8", From: FromMeta},
		Title:        "La librairie du port",
		Description:  "Cartes et livres",
		Language:     "fr-CA",
		Canonical:    "http://example.com/librairie",
		Headings:     []Heading{{1, "La librairie"}, {2, "Cartes marines"}},
		InvalidLinks: 1,
		Robots:       Robots{NoIndex: true},
		Links: []Link{
			{URL: "http://example.com/librairie", Rel: "canonical", Kind: LinkHead},
			{URL: "http://example.com/fr/horaires.html", Text: "tous les jours"},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Document{}, "Root")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := got.Goquery().Find("p a[href]").Length(); n != 1 {
		t.Errorf("goquery finds %d anchors", n)
	}
	if got.Goquery().Nodes[0] != got.Root {
		t.Error("goquery has another tree")
	}
}

func TestHTMLNeedsURL(t *testing.T) {
	for _, url := range []string{"", "/relative", "ftp://example.com/", "http://["} {
		_, err := HTML(nil, Options{URL: url})
		var fault *weburl.Error
		if !errors.As(err, &fault) || fault.Input != url {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

// TestDocumentOwnsItsMemory parses from a buffer that is then used for something else, as pooled buffers are.
func TestDocumentOwnsItsMemory(t *testing.T) {
	body := []byte(shopPage)
	opts := Options{URL: "http://example.com/"}
	doc, err := HTML(body, opts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range body {
		body[i] = '!'
	}
	again := mustHTML(t, shopPage, opts)
	if diff := cmp.Diff(again, doc, cmpopts.IgnoreFields(Document{}, "Root")); diff != "" {
		t.Errorf("the document changed with the buffer:\n%s", diff)
	}
	if render(t, doc.Root) != render(t, again.Root) {
		t.Error("the tree changed with the buffer")
	}
}

func render(t testing.TB, root *html.Node) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Render(&b, root); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFields(t *testing.T) {
	tests := []struct {
		name, page string
		field      func(*Document) any
		want       any
	}{
		{"title in the body", `<p>x<title>T</title>`, title, "T"},
		{"title before another", `<title>T</title><title>no</title>`, title, "T"},
		{"first title, though empty", `<title></title><title>no</title>`, title, ""},
		{"title with markup", `<title>a <b>b</b> &amp; c</title>`, title, "a <b>b</b> & c"},
		{"title of an SVG", `<svg><title>no</title></svg><title>T</title>`, title, "T"},
		{"title of an SVG alone", `<svg><title>no</title></svg>`, title, ""},
		{"title in a template", `<template><title>no</title></template>`, title, ""},
		{"title with a line separator", "<title>a\u2028b</title>", title, "a b"},
		{"no title", ``, title, ""},

		{"description", `<meta name=DESCRIPTION content="a  b">`, description, "a b"},
		{"first description that says something", `<meta name=description><meta name=description content=" "><meta name=description content=D>` +
			`<meta name=description content=no>`, description, "D"},
		{"description for others", `<meta property="og:description" content=no><meta name=descriptions content=no>`, description, ""},

		{"lang", `<html lang=" de ">`, language, "de"},
		{"lang before others", `<html xml:lang=no lang=de><meta http-equiv=content-language content=no>`, language, "de"},
		{"xml:lang", `<html xml:lang=de><meta http-equiv=content-language content=no>`, language, "de"},
		{"content-language", `<html lang=""><meta http-equiv=Content-Language content=" de no ">`, language, "de"},
		{"content-language for several", `<meta http-equiv=content-language content="de, en">`, language, ""},
		{"lang of the body", `<body lang=no>`, language, ""},

		{"canonical", `<link rel="x CANONICAL" href=" c ">`, canonicalField, "https://example.com/dir/c"},
		{"first canonical with a web URL", `<link rel=canonical href="http://["><link rel=canonical href="data:,x"><link rel=canonical href=c>` +
			`<link rel=canonical href=no>`, canonicalField, "https://example.com/dir/c"},
		{"canonical with a place on this page", `<link rel=canonical href="page#x">`, canonicalField, "https://example.com/dir/page"},
		{"canonical in an anchor", `<a rel=canonical href=no>x</a>`, canonicalField, ""},

		{"base after the links", `<a href=x>x</a><base href="/b/">`, links, []string{"https://example.com/b/x"}},
		{"first base with href", `<base target=x><base href="/b/"><base href="/no/"><a href=x>x</a>`, links, []string{"https://example.com/b/x"}},
		{"first base, though invalid", `<base href="http://["><base href="/no/"><a href=x>x</a>`, links, []string{"https://example.com/dir/x"}},
		{"base on another host", `<base href="http://other.example"><a href=x>x</a>`, links, []string{"http://other.example/x"}},
		{"base that is no web URL", `<base href="file:///C:/"><a href=x>x</a><a href=http://b.example>x</a>`, links, []string{"http://b.example/"}},
		{"base of the page's own address", `<base href="page"><a href="#x">x</a>`, links, []string(nil)},
		{"base makes a fragment lead elsewhere", `<base href="/b/"><a href="#x">x</a>`, links, []string{"https://example.com/b/"}},
		{"base in a template", `<template><base href="/no/"></template><a href=x>x</a>`, links, []string{"https://example.com/dir/x"}},

		{"headings", `<h1>a<h2> b  <b>c</b></h2><h6>d</h6><h7>no</h7>`, headings, []Heading{{1, "a"}, {2, "b c"}, {6, "d"}}},
		{"empty headings", `<h1></h1><h2> &nbsp; </h2><h3><img alt=no></h3><h4><script>no</script></h4>`, headings, []Heading{}},
		{"heading in a heading", `<h1>a <div><h2>b</h2></div> c</h1>`, headings, []Heading{{1, "a b c"}, {2, "b"}}},
		{"heading in a link", `<a href=x>a <h2>b</h2></a>`, headings, []Heading{{2, "b"}}},
		{"heading of two lines", `<h1>a<br>b</h1>`, headings, []Heading{{1, "a b"}}},

		{"robots", `<meta name=Robots content="NOINDEX,nofollow">`, robots, Robots{true, true}},
		{"robots twice", `<meta name=robots content=noindex><meta name=robots content="follow, nofollow">`, robots, Robots{true, true}},
		{"robots for us", `<meta name=TRAWL content=nofollow><meta name=otherbot content=noindex>`, robots, Robots{NoFollow: true}},
		{"robots without content", `<meta name=robots>`, robots, Robots{}},

		{"refresh", `<meta http-equiv=REFRESH content="5; url=r#x">`, refresh, &Refresh{5 * time.Second, "https://example.com/dir/r"}},
		{"refresh of the page itself", `<base href="/b/"><meta http-equiv=refresh content=60>`, refresh,
			&Refresh{time.Minute, "https://example.com/dir/page"}},
		{"first refresh that works", `<meta http-equiv=refresh content=x><meta http-equiv=refresh content="1;url=http://["><meta http-equiv=refresh ` +
			`content="2;url=r"><meta http-equiv=refresh content="3">`, refresh, &Refresh{2 * time.Second, "https://example.com/dir/r"}},
		{"refresh makes one link", `<meta http-equiv=refresh content="1;url=a"><meta http-equiv=refresh content="2;url=no">`, links,
			[]string{"https://example.com/dir/a"}},
		{"refresh of the page itself is no link", `<meta http-equiv=refresh content=60>`, links, []string(nil)},
		{"no refresh", `<meta http-equiv=refresh><meta name=refresh content=1>`, refresh, (*Refresh)(nil)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := mustHTML(t, test.page, Options{URL: "https://example.com/dir/page", Agent: "trawl"})
			if diff := cmp.Diff(test.want, test.field(doc)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.page, diff)
			}
		})
	}
}

func title(d *Document) any          { return d.Title }
func description(d *Document) any    { return d.Description }
func language(d *Document) any       { return d.Language }
func canonicalField(d *Document) any { return d.Canonical }
func headings(d *Document) any       { return d.Headings }
func robots(d *Document) any         { return d.Robots }
func refresh(d *Document) any        { return d.Refresh }
func links(d *Document) any {
	var urls []string
	for _, l := range d.Links {
		urls = append(urls, l.URL)
	}
	return urls
}

func TestRobotsOfTheHeader(t *testing.T) {
	doc := mustHTML(t, `<meta name=robots content=noindex><a href=x>x</a>`, Options{Agent: "trawl", RobotsTag: []string{"trawl: nofollow"}})
	if doc.Robots != (Robots{NoIndex: true, NoFollow: true}) || !doc.Links[0].NoFollow {
		t.Errorf("got %+v, %+v", doc.Robots, doc.Links)
	}
}

func TestXHTML(t *testing.T) {
	const page = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de"><head><script src="x.js"/><title/>
<title>no</title></head><body><a id="top"/><iframe src="f"/><p>a<a href="x"><![CDATA[<X>]]></a><br></br></p></body></html>`
	doc := mustHTML(t, page, Options{XHTML: true})
	want := []Link{{URL: "https://example.com/dir/f", Kind: LinkFrame}, {URL: "https://example.com/dir/x", Text: "<X>"}}
	if diff := cmp.Diff(want, doc.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if doc.Title != "" || doc.Language != "de" || doc.Flattened {
		t.Errorf("title %q, language %q, flattened %t", doc.Title, doc.Language, doc.Flattened)
	}
	if asHTML := mustHTML(t, page, Options{}); len(asHTML.Links) != 0 {
		t.Errorf("as HTML the script never ends; yet there are links: %v", asHTML.Links)
	}
}
