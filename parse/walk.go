package parse

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// A walker goes over a page's tree once and gathers everything that a Document tells.
type walker struct {
	doc   *Document
	agent string

	base     string // the first <base href>
	hasBase  bool
	title    span
	hasTitle bool
	headings []heading
	refs     []reference
	// The page's language, by the standing of who states it.
	lang, xmlLang, pragmaLang string

	text textBuffer
	alts textBuffer // of images in anchors
	open []capture  // elements whose text is being gathered, outermost first
	// anchors counts those of open that are anchors.
	anchors int
	// closed is the anchor that ended last.
	closed closedAnchor
}

// How many bytes of a page there are to a link, and to a byte of title, headings and anchors, a little fewer than in most:
// room for them is made at once.
const (
	bytesPerLink     = 200
	bytesPerTextByte = 10
)

// newWalker returns a walker for a page of so many bytes that fills in doc; agent is as in [Options].
func newWalker(doc *Document, agent string, size int) *walker {
	w := &walker{doc: doc, agent: agent, refs: make([]reference, 0, size/bytesPerLink)}
	w.text.text.Grow(size / bytesPerTextByte)
	return w
}

// A closedAnchor is an anchor that has ended.
type closedAnchor struct {
	node  *html.Node
	index int  // among the walker's refs
	blank bool // there is nothing in it
}

// A heading is a Heading whose text is still a span.
type heading struct {
	level int
	text  span
}

// A capture is an element whose text is being gathered, and where it began.
type capture struct {
	node      *html.Node
	text, alt int // marks
	index     int // among the walker's refs or headings; unused for the title
}

// walk visits every node under root in document order, without recursion: the tree may be as deep as its maker likes.
func (w *walker) walk(root *html.Node) {
	for n := root; ; {
		if w.enter(n) && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for {
			if len(w.open) > 0 {
				w.leave(n)
			}
			if n == root {
				return
			}
			if n.NextSibling != nil {
				n = n.NextSibling
				break
			}
			n = n.Parent
		}
	}
}

// enter takes in a node and reports whether its children matter.
func (w *walker) enter(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		if len(w.open) > 0 {
			w.text.add(n.Data)
		}
		return false
	case html.ElementNode:
		return w.element(n)
	}
	return n.Type == html.DocumentNode
}

// leave ends the capture that n began, if it did. There is one open.
func (w *walker) leave(n *html.Node) {
	if breaksLine(n.DataAtom) {
		w.text.gap = true
	}
	c := w.open[len(w.open)-1]
	if c.node != n {
		return
	}
	w.open = w.open[:len(w.open)-1]
	text := w.text.since(c.text)
	switch n.DataAtom {
	case atom.Title:
		w.title = text
	case atom.A:
		w.anchors--
		r := &w.refs[c.index]
		r.text = text
		if text.empty() {
			r.text, r.alt = w.alts.since(c.alt), true
		}
		if blank := text.empty() && !hasElement(n); !blank || !w.repeats(n, c.index) {
			w.closed = closedAnchor{node: n, index: c.index, blank: blank}
		} else {
			w.refs = w.refs[:c.index]
		}
	default:
		w.headings[c.index].text = text
	}
}

// capture begins to gather the text of n.
func (w *walker) capture(n *html.Node, index int) {
	if len(w.open) == 0 {
		w.text.gap = false
	}
	w.open = append(w.open, capture{node: n, text: w.text.mark(), alt: w.alts.mark(), index: index})
}

// element takes in an element and reports whether its children matter.
func (w *walker) element(n *html.Node) bool {
	if len(w.open) > 0 && breaksLine(n.DataAtom) {
		w.text.gap = true
	}
	switch n.DataAtom {
	case atom.A:
		w.anchor(n)
	case atom.Script, atom.Style, atom.Noembed, atom.Noframes:
		return false
	}
	if n.Namespace != "" {
		return true // nothing else in SVG or MathML means what it does in HTML
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.headings = append(w.headings, heading{level: int(n.Data[1] - '0')})
		w.capture(n, len(w.headings)-1)
	case atom.Img:
		if alt, ok := attribute(n, "alt"); ok && w.anchors > 0 {
			w.alts.gap = true
			w.alts.add(alt)
		}
	case atom.Area:
		if href, ok := attribute(n, "href"); ok {
			alt, _ := attribute(n, "alt")
			start := w.alts.mark()
			w.alts.add(alt)
			w.refs = append(w.refs, reference{ref: href, rel: relOf(n), kind: LinkArea, text: w.alts.since(start), alt: true})
		}
	case atom.Iframe, atom.Frame:
		if src, _ := attribute(n, "src"); src != "" {
			w.refs = append(w.refs, reference{ref: src, kind: LinkFrame})
		}
		return false
	case atom.Link:
		if href, _ := attribute(n, "href"); href != "" {
			if rel := relOf(n); leadsOn(rel) {
				w.refs = append(w.refs, reference{ref: href, rel: rel, kind: LinkHead})
			}
		}
	case atom.Meta:
		w.meta(n)
	case atom.Base:
		if href, ok := attribute(n, "href"); ok && !w.hasBase {
			w.base, w.hasBase = href, true
		}
	case atom.Title:
		if w.hasTitle {
			return false
		}
		w.hasTitle = true
		w.capture(n, 0)
	case atom.Html:
		w.lang, _ = attribute(n, "lang")
		w.xmlLang, _ = attribute(n, "xml:lang")
	case atom.Template:
		// Inert, unless it is a shadow tree, which is shown.
		_, shown := attribute(n, "shadowrootmode")
		return shown
	}
	return true
}

// anchor takes in an <a>, HTML's or SVG's.
func (w *walker) anchor(n *html.Node) {
	href, ok := attribute(n, "href")
	if !ok && n.Namespace == "svg" {
		href, ok = qualifiedAttribute(n, "xlink", "href")
	}
	if !ok {
		return
	}
	if w.closed.blank && w.repeats(n, len(w.refs)) {
		w.refs = w.refs[:w.closed.index]
	}
	w.refs = append(w.refs, reference{ref: href, rel: relOf(n), kind: LinkAnchor})
	w.anchors++
	w.capture(n, len(w.refs)-1)
}

// repeats reports whether an anchor, the reference with that index, is the same as the one before it. The HTML parser makes several of one
// whose end tag is missing or misplaced: <li><a href="1">one<li><a href="2">two has a second, blank link to 1 before that to 2.
func (w *walker) repeats(n *html.Node, index int) bool {
	return w.closed.node != nil && w.closed.index == index-1 && slices.Equal(w.closed.node.Attr, n.Attr)
}

// hasElement reports whether there is an element in n.
func hasElement(n *html.Node) bool {
	for child := range n.ChildNodes() {
		if child.Type == html.ElementNode {
			return true
		}
	}
	return false
}

// meta takes in a <meta>.
func (w *walker) meta(n *html.Node) {
	content, ok := attribute(n, "content")
	if !ok {
		return
	}
	if name, ok := attribute(n, "name"); ok {
		switch {
		case equalFold(name, "description"):
			if w.doc.Description == "" {
				w.doc.Description = collapse(content)
			}
		case equalFold(name, "robots"), w.agent != "" && strings.EqualFold(name, w.agent):
			w.doc.Robots = w.doc.Robots.and(robotsRules(content))
		}
	}
	pragma, _ := attribute(n, "http-equiv")
	switch {
	case equalFold(pragma, "refresh"):
		if seconds, ref, hasRef, ok := parseRefresh(content); ok {
			w.refs = append(w.refs, reference{ref: ref, kind: LinkRefresh, delay: seconds, self: !hasRef})
		}
	case equalFold(pragma, "content-language"):
		if tags := strings.Fields(content); len(tags) > 0 && !strings.Contains(content, ",") {
			w.pragmaLang = tags[0]
		}
	}
}

// finish fills in what had to wait for the end of the walk: texts, and all that depends on the base.
func (w *walker) finish(base *weburl.Base) {
	doc := w.doc
	doc.Language = cmp.Or(strings.TrimSpace(w.lang), strings.TrimSpace(w.xmlLang), w.pragmaLang)
	doc.Title = w.text.slice(w.title)
	doc.Headings = make([]Heading, 0, len(w.headings))
	for _, h := range w.headings {
		if !h.text.empty() {
			doc.Headings = append(doc.Headings, Heading{Level: h.level, Text: w.text.slice(h.text)})
		}
	}
	w.resolve(base)
}

// attribute returns the value of an element's attribute, and whether it has it.
func attribute(n *html.Node, key string) (string, bool) {
	return qualifiedAttribute(n, "", key)
}

func qualifiedAttribute(n *html.Node, namespace, key string) (string, bool) {
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == key && a.Namespace == namespace {
			return a.Val, true
		}
	}
	return "", false
}

// relOf returns an element's rel as [Link] has it.
func relOf(n *html.Node) string {
	rel, _ := attribute(n, "rel")
	return relTokens(rel)
}

// breaksLine reports whether an element begins and ends a line when it is shown (HTML standard §15.3, display: block and
// what tables and lists are made of), so that the words before, in and after it are not one word.
func breaksLine(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Br, atom.Caption, atom.Center, atom.Dd,
		atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer,
		atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Legend, atom.Li,
		atom.Listing, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.Optgroup, atom.Option, atom.P, atom.Plaintext, atom.Pre,
		atom.Search, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul,
		atom.Xmp:
		return true
	}
	return false
}
