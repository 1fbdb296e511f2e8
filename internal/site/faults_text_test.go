package site

import (
	"strings"
	"testing"
)

func TestTexts(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]string{
			"nul":             "<p>a\x00b\x00\x00c</p>\n<x\x00y><a href=\"/fault/leaf/n\x00ul\">NUL</a>",
			"nul-title":       "<title>n\x00ul</title>",
			"line-separators": "<title>one\xe2\x80\xa8two\xe2\x80\xa9three</title>",
			"newlines":        "<title>\n one\r\n\ttwo \f three\nfour </title>",
			"lone-surrogates": `"name": "lone \ud800 surrogate", "author": "\udc00"`,
			"broken-json-ld":  `{"@type": "Book", "name": "open</script>`,
			"json-in-title":   "<title>\"},{\"url\":\"\\ &lt;b>&amp;\x01\x7f</title>",
			"right-to-left":   "<title>\u202e",
			"astral":          "&#x1D52E;",
			"no-title":        "<body>\n<p>",
		} {
			_, body := get(t, srv, "/fault/text/"+name)
			if !strings.Contains(body, want) || !strings.Contains(body, `<a href="/fault/leaf/`+name+`">`) {
				t.Errorf("%s: no %q in %q", name, want, body)
			}
		}
	})
}

// The titles are what a tokenizer and collapsed white space make of the pages; NUL in a title is the tree builder's to replace.
func TestTitles(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, f := range textFaults() {
			_, body := get(t, srv, f.Path)
			got := readPage(t, srv.URL+f.Path, "text/html; charset=utf-8", []byte(body)).title
			if got = strings.ReplaceAll(got, "\x00", "\uFFFD"); got != f.Want.Title {
				t.Errorf("%s: title %q, want %q", f.Path, got, f.Want.Title)
			}
		}
	})
}
