package parse

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostilePages has pages that take a parser hours or gigabytes when its work grows faster than the page. Nothing here measures
// that: with a square in it the test doesn't end.
func TestHostilePages(t *testing.T) {
	const megabyte = 1 << 20
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	tests := []struct {
		name, page string
		links      int
		invalid    int
	}{
		{"200,000 links", many(200_000, `<a href="/%d">x</a>`), 200_000, 0},
		{"200,000 links left open", many(200_000, `<li><a href="/%d">x`), 200_000, 0},
		{"200,000 links in one another's cells", many(200_000, `<table><td><a href="/%d">x`), 200_000, 0},
		{"an href of 8 MB", `<a href="/` + strings.Repeat("x", 8*megabyte) + `">x</a><a href=y>y</a>`, 1, 1},
		{"an href of slashes", `<a href="` + strings.Repeat("/../", 2*megabyte) + `">x</a>`, 0, 1},
		{"an attribute of 8 MB", `<a title="` + strings.Repeat("x", 8*megabyte) + `" href=y>y</a>`, 1, 0},
		{"a tag that never ends", `<a href=y>y</a><a href="` + strings.Repeat("x", 8*megabyte), 1, 0},
		{"a comment that never ends", `<a href=y>y</a>` + strings.Repeat("<!--", 2*megabyte), 1, 0},
		{"100,000 attributes", `<a ` + many(100_000, "a%d ") + ` href=y>y</a>`, 1, 0},
		{"100,000 metas", strings.Repeat(`<meta name=description content=" "><meta http-equiv=refresh content=x>`, 50_000) + `<a href=y>y</a>`, 1, 0},
		{"text in pieces", `<a href=y>` + strings.Repeat("x</i>", megabyte/4) + `</a>`, 1, 0},
		{"headings in headings", many(500, `<h1>%d<div>`) + strings.Repeat("x", 8*megabyte), 0, 0},
		{"formatting left open", forgetful(400, 100_000), 100_000, 0},
		{"attributes of many bodies", many(100_000, "<body a%d=1>") + `<a href=y>y</a>`, 1, 0},
		{"end tags", strings.Repeat("</p></x>", megabyte/4) + `<a href=y>y</a>`, 1, 0},
		{"bases", many(200_000, `<base href="/%d/">`) + `<a href=y>y</a>`, 1, 0},
		{"charset over and over", `<meta content="` + strings.Repeat("charset", megabyte) + `"><a href=y>y</a>`, 1, 0},
		{"NUL", strings.Repeat("\x00", megabyte) + `<a href=y>y</a>`, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := mustHTML(t, test.page, Options{})
			if len(doc.Links) != test.links || doc.InvalidLinks != test.invalid {
				t.Errorf("%d links, %d of them invalid; want %d, %d", len(doc.Links), doc.InvalidLinks, test.links, test.invalid)
			}
		})
	}
}
