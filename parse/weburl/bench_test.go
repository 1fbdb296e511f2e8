package weburl

import (
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

const benchmarkPage = "https://docs.example.org/en/3/library/asyncio-task.html"

var benchmarkReferences = []struct{ name, ref string }{
	{"canonical", "https://docs.example.org/en/3/library/functions.html"},
	{"other-host", "https://www.example.com/a/page.html?id=42&lang=en"},
	{"no-path", "https://www.example.com"},
	{"network-path", "//static.example.com/a/page.html"},
	{"absolute-path", "/en/3/library/functions.html"},
	{"relative", "functions.html"},
	{"dot", "./functions.html"},
	{"dot-dot", "../../3/library/functions.html"},
	{"query", "?page=2&sort=price"},
	{"fragment", "#asyncio.run"},
	{"relative-fragment", "functions.html#open"},
	{"accent", "/café/été.html?q=à"},
	{"idn", "https://bücher.example/x"},
	{"mailto", "mailto:someone@example.org"},
}

func BenchmarkResolve(b *testing.B) {
	base, err := NewBase(benchmarkPage)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range benchmarkReferences {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				base.Resolve(c.ref)
			}
		})
	}
}

func BenchmarkLibraryResolve(b *testing.B) {
	base, err := whatwg.Parse(benchmarkPage)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range benchmarkReferences {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if u, err := base.Parse(c.ref); err == nil {
					u.Href(true)
				}
			}
		})
	}
}

func BenchmarkSameDocument(b *testing.B) {
	base, err := NewBase(benchmarkPage)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		base.SameDocument("asyncio-task.html#asyncio.run")
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse(benchmarkPage)
	}
}

func BenchmarkNewBase(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewBase(benchmarkPage)
	}
}

func BenchmarkSplit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Split(benchmarkPage)
	}
}

func BenchmarkRequestTarget(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		RequestTarget(benchmarkPage)
	}
}
