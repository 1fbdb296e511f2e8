package parse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// referencePage is a page like one of an API's documentation: 109 links in 26 KB for 40 methods.
func referencePage(methods int) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>
<html lang="en"><head><title>Tide (Harbour 4)</title><meta charset="utf-8"><meta name="description" content="declaration: class Tide">
<link rel="stylesheet" href="../style.css" title="Style"><script src="../search.js"></script></head>
<body class="class-page"><header role="banner"><nav><ul class="nav"><li><a href="../index.html">Overview</a></li>
<li><a href="package-summary.html">Package</a></li><li class="current">Class</li></ul></nav></header>
<main role="main"><h1 title="Class Tide" class="title">Class Tide</h1>
`)
	for i := range methods {
		fmt.Fprintf(&b, `<section class="detail" id="height%d(Station,Moment)"><h3>height%d</h3>
<div class="signature"><span class="modifiers">public</span>&nbsp;<span class="type"><a href="Height.html" title="class in sea">Height</a></span>`+
			`&nbsp;<span class="name">height%d</span>&#8203;(<span class="parameters"><a href="../place/Station%d.html">Station</a>&nbsp;at)</span></div>
<div class="block">Returns the height of the water at a station, as its table has it for the moment of this tide, in metres above
 <code>datum</code>. See <em>Reckoning</em>.</div>
`, i, i, i, i)
		if i%3 != 0 {
			fmt.Fprintf(&b, `<dl class="notes"><dt>Since:</dt><dd>1.%d</dd><dt>See Also:</dt><dd><a href="#depth%d()"><code>depth</code></a></dd></dl>`, i, i)
		}
		b.WriteString("\n</section>\n")
	}
	b.WriteString(`</main><footer role="contentinfo"><p class="legal">Bundled with the <a href="/tables/">tables</a>.</p></footer></body></html>`)
	return b.String()
}

func BenchmarkDecode(b *testing.B) {
	page := referencePage(40)
	for _, bench := range []struct{ name, body, label string }{
		{"header", page, "utf-8"},
		{"meta", page, ""},
		{"windows-1252", strings.ReplaceAll(page, "station", "st\xE4tion"), "windows-1252"},
		{"detector", strings.ReplaceAll(strings.Replace(page, "charset", "x", 1), "station", "st\xE4tion"), ""},
	} {
		b.Run(bench.name, func(b *testing.B) {
			body := []byte(bench.body)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Decode(body, bench.label)
			}
		})
	}
}

// BenchmarkTree is what can't be saved: the parse alone.
func BenchmarkTree(b *testing.B) {
	page := []byte(referencePage(40))
	b.Run("html.Parse", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("flatten", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportAllocs()
		for b.Loop() {
			flatten(page, false)
		}
	})
	b.Run("runsWild", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			runsWild(page)
		}
	})
}

// BenchmarkHTML is all of it.
func BenchmarkHTML(b *testing.B) {
	page := []byte(referencePage(40))
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := HTML(page, Options{URL: "https://example.com/api/sea/Tide.html", Charset: "utf-8"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWalk is the walk and the links, of a tree that is there.
func BenchmarkWalk(b *testing.B) {
	page := []byte(referencePage(40))
	root, _ := buildTree(page, false)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		documentOf(b, root, len(page))
	}
}
