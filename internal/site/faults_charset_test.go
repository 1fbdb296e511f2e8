package site

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/htmlindex"
)

// Each page is in the encoding that it should turn out to be in, told here by its label.
func TestCharsets(t *testing.T) {
	labels := map[string]string{
		"none-utf-8": "utf-8", "none-latin-1": "windows-1252", "none-shift-jis": "shift_jis", "none-windows-1251": "windows-1251", "meta-first": "euc-jp",
		"meta-after-1k": "shift_jis", "meta-after-4k": "windows-1251", "meta-http-equiv": "iso-2022-jp", "meta-utf-16": "utf-8",
		"bom-against-header": "utf-8", "utf-16le-bom": "utf-16le", "utf-16be-bom": "utf-16be", "utf-16le-header": "utf-16le", "header-against-meta": "utf-8",
		"says-latin-1-is-utf-8": "utf-8", "unknown-header": "euc-jp", "latin-1-is-windows": "windows-1252", "quoted": "gb18030", "big5": "big5",
		"euc-kr": "euc-kr", "koi8-r": "koi8-r", "broken-utf-8": "utf-8",
	}
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, f := range charsetFaults() {
			name := strings.TrimPrefix(f.Path, "/fault/charset/")
			label := labels[name]
			if label == "" && name != "replacement" {
				t.Errorf("%s: this test doesn't know its encoding", name)
			}
			if name == "replacement" {
				continue
			}
			encoding, err := htmlindex.Get(label)
			if err != nil {
				t.Fatal(err)
			}
			_, body := get(t, srv, f.Path)
			text, err := encoding.NewDecoder().String(body)
			for _, want := range []string{"<title>" + f.Want.Title + "</title>", `<a href="/fault/leaf/` + name} {
				if err != nil || !strings.Contains(text, want) {
					t.Errorf("%s: no %s in %s, %v", name, want, text, err)
				}
			}
			if label != "utf-8" && label != "windows-1252" && bytes.Equal([]byte(body), []byte(text)) {
				t.Errorf("%s is the same in UTF-8, and so no test", name)
			}
		}
	})
}

// Where the declaration is within reach of the standard's prescan, it leads to that encoding.
func TestCharsetsAreDeclared(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]string{
			"meta-first": "euc-jp", "meta-http-equiv": "iso-2022-jp", "meta-utf-16": "utf-8", "bom-against-header": "utf-8", "utf-16le-bom": "utf-16le",
			"utf-16be-bom": "utf-16be", "utf-16le-header": "utf-16le", "header-against-meta": "utf-8", "says-latin-1-is-utf-8": "windows-1252",
			"unknown-header": "euc-jp", "latin-1-is-windows": "windows-1252", "quoted": "gb18030", "big5": "big5", "euc-kr": "euc-kr", "koi8-r": "koi8-r",
			"broken-utf-8": "utf-8", "replacement": "replacement",
		} {
			resp, body := get(t, srv, "/fault/charset/"+name)
			if _, got, _ := charset.DetermineEncoding([]byte(body), resp.Header.Get("Content-Type")); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		for name, reach := range map[string]int{"meta-after-1k": 1024, "meta-after-4k": 4096} {
			if _, body := get(t, srv, "/fault/charset/"+name); strings.Index(body, "<meta") < reach {
				t.Errorf("%s: the meta is at %d", name, strings.Index(body, "<meta"))
			}
		}
		for _, name := range []string{"none-utf-8", "none-latin-1", "none-shift-jis", "none-windows-1251"} {
			resp, body := get(t, srv, "/fault/charset/"+name)
			if resp.Header.Get("Content-Type") != "text/html" || strings.Contains(body, "charset") {
				t.Errorf("%s: %s, and %q", name, resp.Header.Get("Content-Type"), body)
			}
		}
	})
}
