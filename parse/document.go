package parse

import (
	"fmt"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// Options is what a page's headers tell about it, and who asks.
type Options struct {
	// URL is the page's own: the final one, after redirects, absolute, http or https. Required.
	URL string
	// Charset is the charset parameter of Content-Type; "" when there is none.
	Charset string
	// XHTML says that the page is XML: its Content-Type is application/xhtml+xml, not text/html. Then <a/> is a whole element.
	XHTML bool
	// Agent is our product token, as in robots.txt: <meta name="token"> counts like <meta name="robots">. "" means nobody's.
	Agent string
	// RobotsTag has the values of the X-Robots-Tag headers, which count like the page's own robots meta.
	RobotsTag []string
}

// A Document is an HTML page, parsed once. It shares no memory with the bytes it was made from.
// Nothing in this package changes it after [HTML] returned it, so it may be read by many.
type Document struct {
	// Root is the document node of the tree, as the HTML standard's parser builds it (§13.2) with scripting off: what stands
	// in a <noscript> is elements. For selectors on it see [Document.Goquery].
	Root *html.Node
	// URL is the page's own, canonical.
	URL string
	// Base is what the page's links are relative to: URL, unless a <base href> says else. "" when that is no web URL.
	Base string
	// Encoding is how the bytes were read.
	Encoding Encoding

	// Title is the text of the first <title> (not one in an SVG). Here and in all texts, white space is collapsed.
	Title string
	// Description is the content of the first <meta name="description"> that has one.
	Description string
	// Language is the page's BCP 47 tag as it states it: <html lang>, else xml:lang, else <meta http-equiv="content-language">
	// with a single language, else "".
	Language string
	// Canonical is where the first <link rel="canonical"> with a web URL leads, "" without one. It is also among the Links.
	Canonical string
	// Headings are h1 to h6 in document order, without those that have no text.
	Headings []Heading
	// Links are in document order, each as often as it was found. Those to a place on this page ("#top") are left out.
	Links []Link
	// InvalidLinks counts the references that are no URL. Those of other schemes (mailto:, javascript:) aren't counted, nor kept.
	InvalidLinks int
	// Robots is what the page asks of us, in its headers and its metas.
	Robots Robots
	// Refresh is the page's <meta http-equiv="refresh">, nil without one. If it names a URL, that is also among the Links.
	Refresh *Refresh
	// Flattened reports that the page nests its elements deeper than html.Parse allows (512), or would make it run wild, so that
	// Root is a shallower tree: all texts and links are there, not all the nesting.
	Flattened bool
}

// A Heading is a heading of a page.
type Heading struct {
	Level int    // 1 to 6
	Text  string // as rendered
}

// HTML parses a page: bytes to UTF-8 by [Decode], one parse, one walk. Whatever the bytes are, it gives a Document, in time and memory
// linear in their number. The only error is that of opts.URL, from [weburl.NewBase].
func HTML(body []byte, opts Options) (*Document, error) {
	base, err := weburl.NewBase(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("parse: the page's own URL: %w", err)
	}
	text, enc := Decode(body, opts.Charset)
	doc := &Document{URL: base.URL(), Encoding: enc}
	doc.Root, doc.Flattened = buildTree(text, opts.XHTML)

	w := newWalker(doc, opts.Agent, len(text))
	w.walk(doc.Root)
	doc.Robots = doc.Robots.and(RobotsTag(opts.RobotsTag, opts.Agent))
	if w.hasBase {
		base = base.Rebase(w.base)
	}
	doc.Base = base.URL()
	w.finish(base)
	return doc, nil
}

// Goquery returns the tree for goquery's selectors. It is the same tree, not a copy; the wrapper is made anew each time.
func (d *Document) Goquery() *goquery.Document {
	return goquery.NewDocumentFromNode(d.Root)
}
