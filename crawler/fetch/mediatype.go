package fetch

import (
	"net/http"
	"strings"
)

// sniffLen is how much of a body its type is told by (https://mimesniff.spec.whatwg.org/#reading-the-resource-header).
const sniffLen = 1445

// MediaType says what a body is, by its headers and its first bytes (1,445 are looked at, fewer will do).
//
// It follows https://mimesniff.spec.whatwg.org/#determining-the-computed-mime-type-of-a-resource, except that what plainly begins
// as an HTML document is text/html also when it is labelled text/plain or application/octet-stream, as its links are to be found;
// that XML whose root is html is application/xhtml+xml; and that what is labelled as nothing in particular (octet-stream) is named by its
// signature where it has a known one. X-Content-Type-Options: nosniff is obeyed.
//
// essence is type/subtype in lower case. charset is the header's parameter in lower case, "" without one. sniffed says that
// essence is not what the header said.
func MediaType(h http.Header, first []byte) (essence, charset string, sniffed bool) {
	first = first[:min(len(first), sniffLen)]
	supplied, charset, ok := extractContentType(h["Content-Type"])
	essence = computedType(supplied, ok, h, first)
	return essence, charset, essence != supplied
}

func computedType(supplied string, ok bool, h http.Header, first []byte) string {
	noSniff := strings.EqualFold(strings.TrimSpace(h.Get("X-Content-Type-Options")), "nosniff")
	switch {
	case !ok, supplied == "unknown/unknown", supplied == "application/unknown":
		return sniffUnknown(first)
	case isXML(supplied) && supplied != "application/xhtml+xml" && prologOf(first).isXHTML():
		return "application/xhtml+xml"
	case noSniff:
		return supplied
	case supplied == "application/octet-stream", supplied == "binary/octet-stream":
		return sniffOctets(first, supplied)
	case supplied == "text/plain":
		return sniffPlain(first, h["Content-Type"])
	case strings.HasPrefix(supplied, "image/") && !isXML(supplied):
		return match(imageSignatures, first, supplied)
	case strings.HasPrefix(supplied, "audio/"), strings.HasPrefix(supplied, "video/"):
		return sniffMedia(first, supplied)
	}
	return supplied
}

// isXML is https://mimesniff.spec.whatwg.org/#xml-mime-type.
func isXML(essence string) bool {
	return essence == "text/xml" || essence == "application/xml" || strings.HasSuffix(essence, "+xml")
}

// sniffUnknown is https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type, and fonts.
func sniffUnknown(first []byte) string {
	p := prologOf(first)
	switch {
	case p.isXML && p.isXHTML():
		return "application/xhtml+xml"
	case p.isHTML() || p.beginsTag(first):
		return "text/html"
	case p.isXML:
		return "text/xml"
	case hasBOM(first):
		return "text/plain"
	}
	if essence := sniffBinary(first, ""); essence != "" {
		return essence
	}
	if hasBinary(first) {
		return "application/octet-stream"
	}
	return "text/plain"
}

// sniffOctets names what a server had no name for. Text is left as it was labelled: a download, as far as anybody knows.
func sniffOctets(first []byte, supplied string) string {
	p := prologOf(first)
	switch {
	case p.isXML && p.isXHTML():
		return "application/xhtml+xml"
	case p.isHTML():
		return "text/html"
	}
	return sniffBinary(first, supplied)
}

// sniffPlain is for text/plain, which servers say of HTML by mistake, and Apache once said of anything it did not know
// (https://mimesniff.spec.whatwg.org/#sniffing-a-mislabeled-binary-resource): in these four spellings.
func sniffPlain(first []byte, lines []string) string {
	if prologOf(first).isHTML() {
		return "text/html"
	}
	switch lines[len(lines)-1] {
	case "text/plain", "text/plain; charset=ISO-8859-1", "text/plain; charset=iso-8859-1", "text/plain; charset=UTF-8":
		if !hasBOM(first) && hasBinary(first) {
			return sniffBinary(first, "application/octet-stream")
		}
	}
	return "text/plain"
}

// LooksBinary reports whether a body that is labelled as text can't be: it begins as a known binary format, or more than one byte in fifty
// is a control character that no text has. A stray NUL does not make a page binary. Text in UTF-16 without a byte order mark is not
// recognized: don't ask where the header names that charset.
func LooksBinary(first []byte) bool {
	first = first[:min(len(first), sniffLen)]
	if hasBOM(first) || prologOf(first).isHTML() {
		return false
	}
	if sniffBinary(first, "") != "" {
		return true
	}
	n := 0
	for _, c := range first {
		if isBinary(c) {
			n++
		}
	}
	return n*50 > len(first)
}

// hasBinary reports whether there is a binary data byte (https://mimesniff.spec.whatwg.org/#binary-data-byte).
func hasBinary(b []byte) bool {
	for _, c := range b {
		if isBinary(c) {
			return true
		}
	}
	return false
}

// isBinary: ESC is not, as ISO-2022-JP is made of it.
func isBinary(c byte) bool {
	return c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1b
}
