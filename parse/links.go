package parse

import (
	"errors"
	"strings"
	"time"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// A Link is a place that a page leads to.
type Link struct {
	URL      string   // canonical and absolute, http or https, without fragment
	Text     string   // what one clicks on, as rendered; the alt text of its images when there is no other; no limit but the page's
	Rel      string   // the rel attribute in lower case, one space between its tokens
	Kind     LinkKind // the element it stands in
	NoFollow bool     // asked not to follow: by the link's own rel=nofollow or for all the page's links
}

// LinkKind is what kind of element makes a link.
type LinkKind uint8

// The kinds of links.
const (
	LinkAnchor  LinkKind = iota // <a href>, in SVG as well
	LinkArea                    // <area href> of an image map; its text is the alt
	LinkHead                    // <link href> whose rel is canonical, next, prev or alternate
	LinkFrame                   // <iframe src> or <frame src>
	LinkRefresh                 // <meta http-equiv="refresh">
)

// String returns the name of the element: "a", "area", "link", "frame" or "refresh".
func (k LinkKind) String() string {
	switch k {
	case LinkAnchor:
		return "a"
	case LinkArea:
		return "area"
	case LinkHead:
		return "link"
	case LinkFrame:
		return "frame"
	default:
		return "refresh"
	}
}

// A reference is a link as it was found, before the page's base is known: a <base> counts for what stands before it too.
type reference struct {
	ref   string // as in the attribute
	rel   string // as Link.Rel
	text  span
	delay int32 // of a refresh, in seconds
	kind  LinkKind
	alt   bool // text is in the walker's alts
	self  bool // a refresh that names no URL
}

// resolve fills in the document's links, canonical URL and refresh from the references of the walk.
func (w *walker) resolve(base *weburl.Base) {
	doc := w.doc
	doc.Links = make([]Link, 0, len(w.refs))
	queries := queryEncoder(doc.Encoding.Name)
	for i := range w.refs {
		r := &w.refs[i]
		if r.kind == LinkRefresh && doc.Refresh != nil {
			continue // the first that works counts
		}
		if r.self {
			doc.Refresh = &Refresh{Delay: time.Duration(r.delay) * time.Second, URL: doc.URL}
			continue
		}
		ref := queries.encode(r.ref)
		url, err := base.Resolve(ref)
		if err != nil {
			if !errors.Is(err, weburl.ErrScheme) {
				doc.InvalidLinks++
			}
			continue
		}
		switch {
		case r.kind == LinkRefresh:
			doc.Refresh = &Refresh{Delay: time.Duration(r.delay) * time.Second, URL: url}
		case r.kind == LinkHead && doc.Canonical == "" && hasToken(r.rel, "canonical"):
			doc.Canonical = url
		}
		if url == doc.URL && strings.IndexByte(ref, '#') >= 0 {
			continue // a place on this page
		}
		doc.Links = append(doc.Links, Link{
			URL:      url,
			Text:     w.textOf(r),
			Rel:      r.rel,
			Kind:     r.kind,
			NoFollow: doc.Robots.NoFollow || hasToken(r.rel, "nofollow"),
		})
	}
}

// textOf returns the text of a reference.
func (w *walker) textOf(r *reference) string {
	if r.alt {
		return w.alts.slice(r.text)
	}
	return w.text.slice(r.text)
}

// relTokens returns a rel attribute in lower case with one space between its tokens.
func relTokens(rel string) string {
	plain := true
	for i := range len(rel) {
		plain = plain && 'a' <= rel[i] && rel[i] <= 'z'
	}
	if plain { // none, or one word
		return rel
	}
	return strings.ToLower(collapse(rel))
}

// hasToken reports whether a word is among those of a rel that relTokens returned.
func hasToken(rel, word string) bool {
	for token := range strings.SplitSeq(rel, " ") {
		if token == word {
			return true
		}
	}
	return false
}

// leadsOn reports whether a <link> with such a rel leads to another page. The others name what the page is made of (stylesheets,
// icons, scripts to preload), or where its makers and their licences are.
func leadsOn(rel string) bool {
	alternate, stylesheet := false, false
	for token := range strings.SplitSeq(rel, " ") {
		switch token {
		case "canonical", "next", "prev":
			return true
		case "alternate":
			alternate = true
		case "stylesheet":
			stylesheet = true
		}
	}
	return alternate && !stylesheet // together they are a stylesheet to choose instead
}
