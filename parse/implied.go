package parse

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// endImplied ends what a new element ends without an end tag (HTML standard §13.1.2.4 optional tags, and §13.2.6.4.7).
func (f *flattener) endImplied(a atom.Atom) {
	switch a {
	case atom.A:
		f.endWithin(atom.A)
	case atom.Li:
		f.endWithin(atom.Li, atom.Ul, atom.Ol, atom.Menu)
	case atom.Dt, atom.Dd:
		f.endWithin(atom.Dt, atom.Dl)
		f.endWithin(atom.Dd, atom.Dl)
	case atom.Td, atom.Th:
		f.endWithin(atom.Td, atom.Tr)
		f.endWithin(atom.Th, atom.Tr)
	case atom.Tr:
		f.endWithin(atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot)
	case atom.Tbody, atom.Thead, atom.Tfoot:
		f.endWithin(atom.Tbody)
		f.endWithin(atom.Thead)
		f.endWithin(atom.Tfoot)
	case atom.Option:
		f.endWithin(atom.Option, atom.Select, atom.Datalist)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if isHeading(f.top().DataAtom) {
			f.popTo(len(f.stack) - 1)
		}
	}
	if endsParagraph(a) {
		f.endWithin(atom.P, atom.Button)
	}
}

// endWithin ends the innermost element of a kind, unless one of the bounds, or what confines an end tag of its kind, is inside it.
func (f *flattener) endWithin(kind atom.Atom, bounds ...atom.Atom) {
	if f.open[kind.String()] == 0 {
		return
	}
	for i := len(f.stack) - 1; i >= 2; i-- {
		a := f.stack[i].DataAtom
		if a == kind {
			f.popTo(i)
			return
		}
		if confines(a, kind) || slices.Contains(bounds, a) {
			return
		}
	}
}

// confines reports whether an element keeps a tag of a kind from ending what is around it (§13.2.4.2 "has an element in scope").
func confines(element, kind atom.Atom) bool {
	switch element {
	case atom.Table:
		return kind != atom.Table
	case atom.Td, atom.Th, atom.Caption:
		switch kind {
		case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption:
			return false
		}
		return true
	case atom.Object, atom.Template, atom.Marquee, atom.Applet:
		return kind != element
	}
	return false
}

// endsParagraph reports whether the start of an element ends an open <p>.
func endsParagraph(a atom.Atom) bool {
	switch a {
	case atom.Body, atom.Br, atom.Caption, atom.Legend, atom.Optgroup, atom.Option, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
		return false
	}
	return breaksLine(a)
}

// bearsText reports whether an element is one whose text a Document tells.
func bearsText(a atom.Atom) bool { return a == atom.A || isHeading(a) }

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// belongsInHead reports whether an element doesn't begin the body.
func belongsInHead(a atom.Atom) bool {
	switch a {
	case atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Noframes, atom.Noscript, atom.Script, atom.Style, atom.Template,
		atom.Title:
		return true
	}
	return false
}

// isVoid reports whether an element has no end tag and no content (§13.1.2).
func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Basefont, atom.Bgsound, atom.Br, atom.Col, atom.Embed, atom.Frame, atom.Hr, atom.Img, atom.Input, atom.Keygen,
		atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
