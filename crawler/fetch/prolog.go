package fetch

import (
	"bytes"
	"strings"
)

// A prolog is what a document of markup says of itself before its content.
type prolog struct {
	isXML   bool   // it has an XML declaration
	doctype string // the name in its document type declaration, in lower case
	root    string // the name of its first tag, in lower case, as far as the bytes go
}

// prologOf reads byte order mark, white space, XML declaration, comments and document type, up to the first tag.
func prologOf(first []byte) prolog {
	var p prolog
	rest := narrow(first)
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n\f")
		switch {
		case bytes.HasPrefix(rest, []byte("<?")):
			p.isXML = p.isXML || hasPrefixFold(rest, "<?xml")
			rest = after(rest, "?>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			rest = after(rest, "-->")
		case hasPrefixFold(rest, "<!doctype"):
			if p.doctype == "" {
				p.doctype = nameAt(bytes.TrimLeft(rest[len("<!doctype"):], " \t\r\n\f"))
			}
			rest = after(rest, ">")
		case bytes.HasPrefix(rest, []byte("<")):
			p.root = nameAt(rest[1:])
			return p
		default:
			return p
		}
	}
}

// isHTML reports whether it can be nothing else.
func (p prolog) isHTML() bool {
	switch p.root {
	case "html", "head", "body":
		return true
	}
	return p.doctype == "html"
}

// isXHTML reports whether XML with this prolog is XHTML, with or without a namespace prefix.
func (p prolog) isXHTML() bool {
	root := p.root[strings.IndexByte(p.root, ':')+1:]
	return root == "html" || root == "" && p.doctype == "html"
}

// htmlTags are the tags that a body of unknown type must begin with to be HTML, besides those of isHTML
// (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type).
var htmlTags = map[string]bool{
	"script": true, "iframe": true, "h1": true, "div": true, "font": true, "table": true, "a": true, "style": true,
	"title": true, "b": true, "br": true, "p": true,
}

// beginsTag reports whether a body of unknown type begins with a tag of HTML, or a comment.
func (p prolog) beginsTag(first []byte) bool {
	if p.isXML {
		return false
	}
	return htmlTags[p.root] || bytes.HasPrefix(bytes.TrimLeft(first, " \t\r\n\f"), []byte("<!--"))
}

// narrow drops a byte order mark, and of UTF-16 every zero byte, which leaves markup in ASCII as it is in other encodings.
func narrow(first []byte) []byte {
	switch {
	case bytes.HasPrefix(first, []byte(bomUTF8)):
		return first[len(bomUTF8):]
	case bytes.HasPrefix(first, []byte(bomUTF16BE)), bytes.HasPrefix(first, []byte(bomUTF16LE)):
		return bytes.ReplaceAll(first[2:], []byte{0}, nil)
	}
	return first
}

const (
	bomUTF8    = "\xef\xbb\xbf"
	bomUTF16BE = "\xfe\xff"
	bomUTF16LE = "\xff\xfe"
)

func hasBOM(b []byte) bool {
	return bytes.HasPrefix(b, []byte(bomUTF8)) || bytes.HasPrefix(b, []byte(bomUTF16BE)) || bytes.HasPrefix(b, []byte(bomUTF16LE))
}

// nameAt is the name that b begins with, in lower case.
func nameAt(b []byte) string {
	end := bytes.IndexAny(b, " \t\r\n\f/>[")
	if end < 0 {
		end = len(b)
	}
	return strings.ToLower(string(b[:end]))
}

// after is what follows the first mark, nothing without one.
func after(b []byte, mark string) []byte {
	_, rest, _ := bytes.Cut(b, []byte(mark))
	return rest
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}
