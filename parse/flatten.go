package parse

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// flatDepth is how deep containers nest in a flattened tree: half of html.Parse's 512, deeper than any page that people made.
	flatDepth = 256
	// flatTextDepth is how deep a link or heading within them may go on, with what is in it, so that it keeps its text.
	flatTextDepth = 512
)

// flatten builds a tree that is never deep, from pages that html.Parse can't build one of. It reads the same tokens and ends
// what authors leave to be ended (<p>, <li>, <td>, a link by the next), but knows nothing of misnested formatting or foster parents:
// rules that matter to how such a page looks, not to what it says. What nests deeper than flatDepth becomes a sibling, and
// cut is true then. Time and memory are linear in the text.
//
// It builds the tree of XHTML too, where <script/> is a whole element, which to html.Parse begins a script that never ends.
func flatten(text []byte, xhtml bool) (root *html.Node, cut bool) {
	f := newFlattener(text, xhtml)
	for {
		f.z.AllowCDATA(xhtml || f.top().Namespace != "")
		switch f.z.Next() {
		case html.ErrorToken:
			return f.doc, f.cut
		case html.TextToken:
			f.text(string(f.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			f.start(f.z.Token())
		case html.EndTagToken:
			name, _ := f.z.TagName()
			f.end(string(name))
		}
	}
}

// A flattener builds a flat tree.
type flattener struct {
	z               *html.Tokenizer
	doc, head, body *html.Node
	stack           []*html.Node   // open elements; the first two are <html> and <head> or <body>
	open            map[string]int // how many of each name are on the stack
	left            map[string]int // how many of each name were open too, but left off the stack
	xhtml           bool
	cut             bool // some were left off
}

func newFlattener(text []byte, xhtml bool) *flattener {
	f := &flattener{
		xhtml: xhtml,
		z:     html.NewTokenizer(bytes.NewReader(text)),
		doc:   &html.Node{Type: html.DocumentNode},
		head:  newElement(atom.Head),
		body:  newElement(atom.Body),
		open:  make(map[string]int),
		left:  make(map[string]int),
	}
	root := newElement(atom.Html)
	f.doc.AppendChild(root)
	root.AppendChild(f.head)
	root.AppendChild(f.body)
	f.stack = []*html.Node{root, f.head}
	return f
}

func newElement(a atom.Atom) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
}

func (f *flattener) top() *html.Node { return f.stack[len(f.stack)-1] }

// inHead reports whether the next element would be a child of the head.
func (f *flattener) inHead() bool { return f.top() == f.head }

// beginBody leaves the head, whatever is open in it.
func (f *flattener) beginBody() {
	if f.stack[1] != f.body {
		f.popTo(2)
		f.stack[1] = f.body
	}
}

// popTo ends open elements until n are left.
func (f *flattener) popTo(n int) {
	for _, ended := range f.stack[n:] {
		f.open[ended.Data]--
	}
	f.stack = f.stack[:n]
}

func (f *flattener) text(s string) {
	if f.inHead() {
		if strings.Trim(s, spaces) == "" {
			return
		}
		f.beginBody()
	}
	f.top().AppendChild(&html.Node{Type: html.TextNode, Data: s})
}

func (f *flattener) start(t html.Token) {
	switch t.DataAtom {
	case atom.Html:
		f.adopt(f.stack[0], t)
		return
	case atom.Head:
		f.adopt(f.head, t)
		return
	case atom.Body:
		f.adopt(f.body, t)
		f.beginBody()
		return
	}
	if f.inHead() && !belongsInHead(t.DataAtom) {
		f.beginBody()
	}
	if !f.xhtml {
		f.endImplied(t.DataAtom)
	}
	n := &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr, Namespace: f.namespace(t.DataAtom)}
	qualifyXLink(n)
	f.top().AppendChild(n)
	whole := n.Namespace == "" && isVoid(n.DataAtom) || (n.Namespace != "" || f.xhtml) && t.Type == html.SelfClosingTagToken
	raw := !whole && hasRawText(n)
	if !raw {
		f.z.NextIsNotRawText() // it goes by names only
	}
	switch {
	case whole:
	case raw || f.hasRoom(n.DataAtom):
		f.stack = append(f.stack, n)
		f.open[n.Data]++
	default:
		f.left[n.Data]++
		f.cut = true
	}
}

// adopt gives the attributes of a tag to one of the three elements that are there without theirs.
func (f *flattener) adopt(n *html.Node, t html.Token) {
	if n.Attr == nil {
		n.Attr = t.Attr
	}
}

// namespace returns that of a new element.
func (f *flattener) namespace(a atom.Atom) string {
	switch parent := f.top(); {
	case a == atom.Svg:
		return "svg"
	case a == atom.Math:
		return "math"
	case parent.Namespace == "svg" && (parent.Data == "foreignobject" || parent.Data == "desc" || parent.Data == "title"):
		return "" // where SVG holds HTML
	default:
		return parent.Namespace
	}
}

// qualifyXLink gives an SVG link the attribute that html.Parse gives it (§13.2.6.1 "adjust foreign attributes").
func qualifyXLink(n *html.Node) {
	if n.Namespace == "" {
		return
	}
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == "xlink:href" {
			a.Namespace, a.Key = "xlink", "href"
		}
	}
}

// hasRawText reports whether what follows the start of n is text up to its end tag. With scripting off, a <noscript> isn't among them.
func hasRawText(n *html.Node) bool {
	if n.Namespace != "" {
		return false
	}
	switch n.DataAtom {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Plaintext, atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp:
		return true
	}
	return false
}

// hasRoom reports whether an element may nest here.
func (f *flattener) hasRoom(a atom.Atom) bool {
	depth := len(f.stack)
	return depth < flatDepth || depth < flatTextDepth && (depth > flatDepth || bearsText(a))
}

// end ends the innermost element of that name, and what is open in it.
func (f *flattener) end(name string) {
	// Within a link or heading beyond flatDepth, what is on the stack is innermost; after that, what was left off it.
	if len(f.stack) > flatDepth && f.endFrom(name, flatDepth) {
		return
	}
	if f.left[name] > 0 {
		f.left[name]--
		return
	}
	f.endFrom(name, 2)
}

// endFrom ends the innermost element of that name, if it is above the first floor elements of the stack and the end tag isn't
// confined to a cell or the like. It reports whether there was one.
func (f *flattener) endFrom(name string, floor int) bool {
	if f.open[name] == 0 {
		return false
	}
	tag := atom.Lookup([]byte(name))
	for i := len(f.stack) - 1; i >= floor; i-- {
		n := f.stack[i]
		if n.Data == name {
			f.popTo(i)
			return true
		}
		if confines(n.DataAtom, tag) {
			return false
		}
	}
	return false
}
