package weburl

import (
	"errors"
	"strings"
)

// A Base is the URL that the links of a page are relative to. Prepare one a page. It does not change and may be shared.
type Base struct {
	document string // canonical URL of the page
	url      string // canonical base URL: the same, unless the page has a <base>; empty if that is no web URL
	scheme   string

	pathStart    int // url[pathStart:pathEnd] is the path
	directoryEnd int // just after the last slash of the path
	pathEnd      int
}

// NewBase makes the base of a page from the page's own URL, an absolute http or https URL (the final one, after redirects).
// It fails as [Parse] does.
func NewBase(raw string) (*Base, error) {
	document, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	return newBase(document, document), nil
}

func newBase(document, base string) *Base {
	parts := Split(base)
	b := &Base{document: document, url: base, scheme: parts.Scheme}
	b.pathStart = len(base) - len(parts.PathAndQuery)
	b.pathEnd = b.pathStart + len(parts.Path)
	b.directoryEnd = b.pathStart + strings.LastIndexByte(parts.Path, '/') + 1
	return b
}

// Rebase returns the base of the same page with a <base> element, whose href it is given. Only the first that has one counts
// (HTML section 4.2.3, "set the frozen base URL"): href is relative to the page's own URL; where it is invalid, or a data: or
// javascript: URL, the base is the page's own URL. With another scheme, as ftp:, every relative link of the page is an
// [ErrScheme].
func (b *Base) Rebase(href string) *Base {
	page := newBase(b.document, b.document)
	base, err := page.Resolve(href)
	if err == nil {
		return newBase(b.document, base)
	}
	var fault *Error
	if errors.As(err, &fault) && fault.Kind == ErrScheme && fault.Scheme != "data" && fault.Scheme != "javascript" {
		return &Base{document: b.document, scheme: fault.Scheme}
	}
	return page
}

// URL is the canonical URL that links are resolved against; empty after a [Base.Rebase] to what is no web URL.
func (b *Base) URL() string { return b.url }

// Resolve returns the canonical URL that ref, the value of an HTML attribute, leads to. Errors are of type *[Error].
//
// A ref that is canonical already is returned itself, and one that leads to the base, the base's own string; else the result is
// the one allocation. As with [Parse], clone what must not keep a larger string alive.
func (b *Base) Resolve(ref string) (string, error) {
	var buffer [bufferSize]byte
	in := strip(ref)
	dst, fault := appendURL(buffer[:0], in, b)
	if fault != nil {
		fault.Input = ref
		return "", fault
	}
	switch {
	case string(dst) == in:
		return in, nil
	case string(dst) == b.url:
		return b.url, nil
	}
	return string(dst), nil
}

// SameDocument reports whether ref leads to a place within the page that it stands on: it has a fragment, and all before that
// leads to the page's own URL, as "#top" does when the page has no <base>. A link to the page without a fragment is not meant,
// for that asks for the page again (HTML section 7.4.2.2, "navigate").
func (b *Base) SameDocument(ref string) bool {
	if strings.IndexByte(ref, '#') < 0 {
		return false
	}
	var buffer [bufferSize]byte
	dst, fault := appendURL(buffer[:0], strip(ref), b)
	return fault == nil && string(dst) == b.document
}

// authority is what stands between "://" and the path.
func (b *Base) authority() string {
	if b.url == "" {
		return ""
	}
	return b.url[len(b.scheme)+len("://") : b.pathStart]
}
