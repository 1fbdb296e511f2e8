package parse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestLinks has one page a case; its URL is https://example.com/dir/page.
func TestLinks(t *testing.T) {
	const dir = "https://example.com/dir/"
	anchor := func(url, text string) Link { return Link{URL: url, Text: text} }
	tests := []struct {
		name, page string
		want       []Link
	}{
		{"a", `<a href="x">X</a>`, []Link{anchor(dir+"x", "X")}},
		{"spaces and line breaks in href", "<a href=' \n x\n/y\t '>X</a>", []Link{anchor(dir+"x/y", "X")}},
		{"a without href", `<a name=x>X</a>`, nil},
		{"href without value leads here", `<a href>X</a>`, []Link{anchor(dir+"page", "X")}},
		{"order and repetition are kept", `<a href=b>1</a><a href=a>2</a><a href=b>3</a>`,
			[]Link{anchor(dir+"b", "1"), anchor(dir+"a", "2"), anchor(dir+"b", "3")}},
		{"fragment is cut", `<a href="x#y">X</a>`, []Link{anchor(dir+"x", "X")}},
		{"a place on this page", `<a href="#y">1</a><a href="page#y">2</a><a href="/dir/../dir/page#">3</a>`, nil},
		{"this page again", `<a href="page">1</a>`, []Link{anchor(dir+"page", "1")}},
		{"other schemes", `<a href="mailto:a@b.c">1</a><a href="javascript:x">2</a><a href="ftp://x/">3</a><a href="tel:1">4</a>`, nil},
		{"SVG", `<svg><a href=x><text>X</text></a><a xlink:href=y /><a xlink:href=no href=z /></svg>`,
			[]Link{anchor(dir+"x", "X"), anchor(dir+"y", ""), anchor(dir+"z", "")}},
		{"MathML has links of its own, unlike HTML", `<math><a href=x>X</a><mi href=y>Y</mi></math>`, []Link{anchor(dir+"x", "X")}},

		{"image map", `<map><area href=x alt=" the
			X "><area href=y><area nohref alt=z></map>`, []Link{
			{URL: dir + "x", Text: "the X", Kind: LinkArea}, {URL: dir + "y", Kind: LinkArea}}},
		{"links of the head", `<head><link rel=canonical href=c><link rel=NEXT href=n><link rel=prev href=p><link rel=alternate href=a>` +
			`<link rel="alternate stylesheet" href=no><link rel=stylesheet href=no><link rel=icon href=no><link href=no>` +
			`<link rel=next href=""><link rel="  Me  Next " href=m>`, []Link{
			{URL: dir + "c", Rel: "canonical", Kind: LinkHead}, {URL: dir + "n", Rel: "next", Kind: LinkHead},
			{URL: dir + "p", Rel: "prev", Kind: LinkHead}, {URL: dir + "a", Rel: "alternate", Kind: LinkHead},
			{URL: dir + "m", Rel: "me next", Kind: LinkHead}}},
		{"iframe", `<iframe src=x><a href=no>1</a></iframe><iframe src=""></iframe><iframe></iframe><iframe src=about:blank></iframe>`,
			[]Link{{URL: dir + "x", Kind: LinkFrame}}},
		{"frames", `<frameset><frame src=x><frame src=y><noframes><a href=no>1</a></noframes></frameset>`,
			[]Link{{URL: dir + "x", Kind: LinkFrame}, {URL: dir + "y", Kind: LinkFrame}}},
		{"refresh", `<meta http-equiv=refresh content="0; url=x">`, []Link{{URL: dir + "x", Kind: LinkRefresh}}},
		{"noscript", `<head><noscript><meta http-equiv=refresh content="0;url=x"></noscript><body><noscript><a href=y>Y</a></noscript>`,
			[]Link{{URL: dir + "x", Kind: LinkRefresh}, anchor(dir+"y", "Y")}},
		{"template", `<template><a href=no>1</a></template><div><template shadowrootmode=open><a href=x>X</a></template></div>`,
			[]Link{anchor(dir+"x", "X")}},
		{"what isn't followed", `<img src=no srcset="no 2x"><form action=no><button formaction=no></form><object data=no></object><embed src=no>
			<q cite=no>q</q><div data-href=no></div><video src=no></video><script src=no></script><!-- <a href=no> --><body background=no>
			<script>"<a href=no>"</script><textarea><a href=no></textarea>`, nil},

		{"text", "<a href=x> the\n <b>qu</b>ick&nbsp;<i>fox</i> </a>", []Link{anchor(dir+"x", "the quick fox")}},
		{"text of blocks and lines", `<a href=x><div>one</div><div>two</div>three<br>four</a>`, []Link{anchor(dir+"x", "one two three four")}},
		{"text without code", `<a href=x><style>p{}</style>X<script>no()</script><template>no</template></a>`, []Link{anchor(dir+"x", "X")}},
		{"text without a second title", `<title>T</title><a href=x>X<title>no</title></a>`, []Link{anchor(dir+"x", "X")}},
		{"alt is the text when there is no other", `<a href=x><img alt="the"><img alt=X></a><a href=y><img alt=no>Y</a><img alt=no>`,
			[]Link{anchor(dir+"x", "the X"), anchor(dir+"y", "Y")}},
		{"texts don't run together", `<h1>H <a href=x>X</a><a href=y> Y</a></h1>`, []Link{anchor(dir+"x", "X"), anchor(dir+"y", "Y")}},

		{"nofollow", `<a href=x rel=" NoFollow  ugc ">X</a><a href=y rel="sponsored ugc nofollows">Y</a>`, []Link{
			{URL: dir + "x", Text: "X", Rel: "nofollow ugc", NoFollow: true}, {URL: dir + "y", Text: "Y", Rel: "sponsored ugc nofollows"}}},
		{"nofollow for all", `<a href=x>X</a><meta name=robots content=nofollow><link rel=next href=n>`, []Link{
			{URL: dir + "x", Text: "X", NoFollow: true}, {URL: dir + "n", Rel: "next", Kind: LinkHead, NoFollow: true}}},

		{"link without end, repeated by the parser", `<ul><li><a href=x>X<li><a href=y>Y</ul>`, []Link{anchor(dir+"x", "X"), anchor(dir+"y", "Y")}},
		{"link ended too early, split by the parser", `<a href=x><p>X</a>no</p>`, []Link{anchor(dir+"x", "X")}},
		{"an icon beside its label", `<a href=x>X</a> <a href=x><i></i></a>`, []Link{anchor(dir+"x", "X"), anchor(dir+"x", "")}},
		{"two links alike", `<a href=x></a> <a href=y></a> <a href=x></a>`,
			[]Link{anchor(dir+"x", ""), anchor(dir+"y", ""), anchor(dir+"x", "")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := mustHTML(t, test.page, Options{})
			if diff := cmp.Diff(test.want, doc.Links, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("links of %s (-want +got):\n%s", test.page, diff)
			}
			if doc.InvalidLinks != 0 {
				t.Errorf("%d invalid links", doc.InvalidLinks)
			}
		})
	}
}

func TestInvalidLinks(t *testing.T) {
	doc := mustHTML(t, `<a href="http://[">1</a><a href="http://a:99999/">2</a><iframe src="//"></iframe><a href=mailto:x>4</a><a href=x>5</a>`, Options{})
	if doc.InvalidLinks != 3 || len(doc.Links) != 1 {
		t.Errorf("%d invalid links, want 3; links %v", doc.InvalidLinks, doc.Links)
	}
}

func TestLinkKindString(t *testing.T) {
	for kind, want := range map[LinkKind]string{LinkAnchor: "a", LinkArea: "area", LinkHead: "link", LinkFrame: "frame", LinkRefresh: "refresh"} {
		if got := kind.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRelTokens(t *testing.T) {
	for rel, want := range map[string]string{
		"": "", "next": "next", " next": "next", "NEXT\nNoFollow": "next nofollow", "a b": "a b", "shortcut-icon": "shortcut-icon",
	} {
		if got := relTokens(rel); got != want {
			t.Errorf("relTokens(%q) = %q, want %q", rel, got, want)
		}
	}
}
