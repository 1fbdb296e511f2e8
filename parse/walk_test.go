package parse

import (
	"runtime/debug"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TestBreaksLine asks for each element whether the words around and in it are one.
func TestBreaksLine(t *testing.T) {
	const blocks = `address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
		h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p plaintext pre search section summary
		table tbody td tfoot th thead tr ul xmp`
	for name := range strings.FieldsSeq(blocks) {
		if a := atom.Lookup([]byte(name)); a == 0 || !breaksLine(a) {
			t.Errorf("<%s> breaks lines", name)
		}
	}
	for name := range strings.FieldsSeq("a abbr b bdi cite code em font i img input kbd label mark q s small span strong sub sup time tt u var wbr") {
		if a := atom.Lookup([]byte(name)); a == 0 || breaksLine(a) {
			t.Errorf("<%s> breaks no line", name)
		}
	}
}

// TestWalkIsIterative walks a tree a hundred thousand nodes deep on a stack of a megabyte.
func TestWalkIsIterative(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20))
	root := &html.Node{Type: html.DocumentNode}
	n := root
	for range 100_000 {
		child := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
		n.AppendChild(child)
		n = child
	}
	n.AppendChild(&html.Node{Type: html.ElementNode, DataAtom: atom.A, Data: "a", Attr: []html.Attribute{{Key: "href", Val: "x"}}})
	if doc := documentOf(t, root, 0); len(doc.Links) != 1 {
		t.Errorf("%d links", len(doc.Links))
	}
}

// TestWalkAllocates holds the walk to allocations for what it finds, not for what it passes.
func TestWalkAllocates(t *testing.T) {
	root, _ := buildTree([]byte("<title>T</title>"+strings.Repeat("<div class=c id=i><p>text <b>bold</b></p></div>", 10_000)), false)
	w := newWalker(&Document{}, "", 0)
	if n := testing.AllocsPerRun(5, func() { w.hasTitle = true; w.walk(root) }); n > 1 {
		t.Errorf("%v allocations in a walk of 70,000 nodes", n)
	}
}
