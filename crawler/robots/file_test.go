package robots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSitemaps(t *testing.T) {
	f := Parse([]byte("Sitemap: https://h/1.xml\nUser-agent: a\nSITE-MAP : /2.xml # second\nDisallow: /\n\nsitemaps: https://h/3.xml\nSitemap:"))
	want := []Sitemap{{"https://h/1.xml", 1}, {"/2.xml", 3}, {"https://h/3.xml", 6}}
	if diff := cmp.Diff(want, f.Sitemaps); diff != "" {
		t.Errorf("sitemaps (-want +got):\n%s", diff)
	}
}

func TestParseCutsAtMaxBytes(t *testing.T) {
	const head = "User-agent: *\nDisallow: /private\n"
	const cutLine = "Disallow: /public"
	filler := strings.Repeat("#\n", (MaxBytes-len(head)-len(cutLine))/2)
	filler += strings.Repeat("\n", MaxBytes-len(head)-len(filler)-len(cutLine))
	whole := head + filler + cutLine

	f := Parse([]byte(whole))
	if d := f.Agent("x").Decide("/publications"); f.Truncated || d.Allowed {
		t.Errorf("%d bytes: truncated %t, %+v", len(whole), f.Truncated, d)
	}
	f = Parse([]byte(whole + "/unless"))
	group := f.Agent("x")
	if !f.Truncated {
		t.Errorf("%d bytes are not said to be truncated", len(whole)+7)
	}
	if d := group.Decide("/publications"); !d.Allowed {
		t.Errorf("the part of a line before the cut is taken for a rule: %+v", d)
	}
	if d := group.Decide("/private"); d.Allowed {
		t.Errorf("a rule before the cut is forgotten: %+v", d)
	}
}

func TestParseKeepsNothingOfBody(t *testing.T) {
	body := []byte("User-agent: *\nDisallow: /x\nSitemap: https://h/1.xml")
	f := Parse(body)
	copy(body, bytes.Repeat([]byte("z"), len(body)))
	d := f.Agent("a").Decide("/x")
	if want := (Decision{Line: 2, Rule: "Disallow: /x", Agent: "*"}); d != want {
		t.Errorf("got %+v, want %+v", d, want)
	}
	if f.Sitemaps[0].URL != "https://h/1.xml" {
		t.Errorf("got sitemap %q", f.Sitemaps[0].URL)
	}
}

func BenchmarkParse20KB(b *testing.B) {
	body := []byte(bigRobots(520))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(body).Agent("trawl")
	}
}
