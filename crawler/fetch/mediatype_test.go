package fetch

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16Of(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if big {
			b.WriteByte(byte(u >> 8))
		}
		b.WriteByte(byte(u))
		if !big {
			b.WriteByte(byte(u >> 8))
		}
	}
	return b.String()
}

func TestMediaType(t *testing.T) {
	const page = "<!DOCTYPE html><title>x</title>"
	const xhtml = `<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml">`
	const png = "\x89PNG\r\n\x1a\n\x00\x00"
	for _, c := range []struct {
		header  string // lines parted by |; - for none
		body    string
		essence string
		charset string
	}{
		// What the header says.
		{"text/html", page, "text/html", ""},
		{"Text/HTML; Charset=UTF-8", page, "text/html", "utf-8"},
		{"text/html", "\x89PNG\r\n\x1a\n", "text/html", ""},
		{"text/css", page, "text/css", ""},
		{"application/json; charset=\"latin1\"", "{}", "application/json", "latin1"},
		{"application/pdf", page, "application/pdf", ""},
		{"image/svg+xml", "<svg>", "image/svg+xml", ""},
		{"text/xml", "<rss>", "text/xml", ""},
		// None, or none that can be read.
		{"-", page, "text/html", ""},
		{"", page, "text/html", ""},
		{"garbage", page, "text/html", ""},
		{"text/", page, "text/html", ""},
		{"*/*", page, "text/html", ""},
		{"unknown/unknown", page, "text/html", ""},
		{"application/unknown; charset=x", page, "text/html", "x"},
		{"-", "  \n\t<HTML\n lang=en>", "text/html", ""},
		{"-", "<html>", "text/html", ""},
		{"-", "<p>hello", "text/html", ""},
		{"-", "<A href=x>", "text/html", ""},
		{"-", "<!-- hello -->", "text/html", ""},
		{"-", "<!-- hello --><div>", "text/html", ""},
		{"-", "\xef\xbb\xbf<!doctype html>", "text/html", ""},
		{"-", utf16Of(page, true), "text/html", ""},
		{"-", utf16Of(page, false), "text/html", ""},
		{"-", utf16Of("words", false), "text/plain", ""},
		{"-", "\xef\xbb\xbfwords", "text/plain", ""},
		{"-", "<article>", "text/plain", ""},
		{"-", "<pre>", "text/plain", ""},
		{"-", "words", "text/plain", ""},
		{"-", "", "text/plain", ""},
		{"-", "BMW makes cars", "text/plain", ""},
		{"-", "<?xml version='1.0'?><rss>", "text/xml", ""},
		{"-", xhtml, "application/xhtml+xml", ""},
		{"-", "\x00\x01\x02\x03", "application/octet-stream", ""},
		{"-", png, "image/png", ""},
		{"-", "%PDF-1.7", "application/pdf", ""},
		{"-", "%!PS-Adobe-3.0", "application/postscript", ""},
		{"-", "GIF89a", "image/gif", ""}, {"-", "GIF87a", "image/gif", ""},
		{"-", "\xff\xd8\xff\xe0", "image/jpeg", ""},
		{"-", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", ""},
		{"-", "RIFF\x00\x00\x00\x00WAVE", "audio/wave", ""},
		{"-", "BM\x00\x00\x00\x00", "image/bmp", ""},
		{"-", "\x00\x00\x01\x00\x01", "image/x-icon", ""},
		{"-", "\x00\x00\x00\x1cftypavif\x00\x00", "image/avif", ""},
		{"-", "ID3\x03\x00", "audio/mpeg", ""},
		{"-", "OggS\x00", "application/ogg", ""},
		{"-", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "video/mp4", ""},
		{"-", "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "video/mp4", ""},
		{"-", "\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08\x42\x82\x84webm", "video/webm", ""},
		{"-", "PK\x03\x04", "application/zip", ""},
		{"-", "\x1f\x8b\x08\x00", "application/x-gzip", ""},
		{"-", "wOF2\x00", "font/woff2", ""}, {"-", "\x00\x01\x00\x00\x00", "font/ttf", ""},
		// Two of them: the last that can be read.
		{"text/html|text/css", page, "text/css", ""},
		{"text/css, text/html;charset=x", page, "text/html", "x"},
		{"text/html|garbage", page, "text/html", ""},
		{"text/html;charset=a|text/html", page, "text/html", "a"},
		{"text/html;charset=a|text/html;charset=b", page, "text/html", "b"},
		{"text/html;charset=a|text/css", page, "text/css", ""},
		{`text/css;x="a,b";charset=c`, page, "text/css", "c"},
		{`text/css;x="a\",b";charset=c`, page, "text/css", "c"},
		{"text/html, */*", page, "text/html", ""},
		// Plain text that isn't.
		{"text/plain", page, "text/html", ""},
		{"text/plain; charset=utf-8", "  <html>", "text/html", "utf-8"},
		{"text/plain", "<!-- saved from x --><html>", "text/html", ""},
		{"text/plain", "<p>an example", "text/plain", ""},
		{"text/plain", "<!-- a config file -->", "text/plain", ""},
		{"text/plain", "<?xml version='1.0'?><rss>", "text/plain", ""},
		{"text/plain", "words", "text/plain", ""},
		{"text/plain", "\x00\x01\x02\x03", "application/octet-stream", ""},
		{"text/plain; charset=ISO-8859-1", png, "image/png", "iso-8859-1"},
		{"text/plain; charset=utf-16", "\x00a\x00b", "text/plain", "utf-16"},
		{"text/plain", utf16Of("words", true), "text/plain", ""},
		{"text/plain", "\x1b$B", "text/plain", ""},
		// Octets that have a name.
		{"application/octet-stream", page, "text/html", ""},
		{"binary/octet-stream", png, "image/png", ""},
		{"application/octet-stream", "words", "application/octet-stream", ""},
		{"application/octet-stream", "<p>words", "application/octet-stream", ""},
		{"application/octet-stream", xhtml, "application/xhtml+xml", ""},
		// XHTML by its root.
		{"application/xml", xhtml, "application/xhtml+xml", ""},
		{"text/xml; charset=x", "<h:html xmlns:h='http://www.w3.org/1999/xhtml'>", "application/xhtml+xml", "x"},
		{"application/xhtml+xml", xhtml, "application/xhtml+xml", ""},
		{"application/atom+xml", "<feed><html/>", "application/atom+xml", ""},
		// Images and media by their signature.
		{"image/gif", png, "image/png", ""},
		{"image/x-unknown", "words", "image/x-unknown", ""},
		{"audio/x", "ID3\x03", "audio/mpeg", ""},
		{"video/quicktime", "\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00qt  qt  ", "video/quicktime", ""},
	} {
		h := http.Header{}
		if c.header != "-" {
			h["Content-Type"] = strings.Split(c.header, "|")
		}
		essence, charset, sniffed := MediaType(h, []byte(c.body))
		if essence != c.essence || charset != c.charset {
			t.Errorf("%q %.20q: %s, charset %q; want %s, %q", c.header, c.body, essence, charset, c.essence, c.charset)
		}
		if said, _, _ := extractContentType(h["Content-Type"]); sniffed != (said != essence) {
			t.Errorf("%q %.20q: sniffed %v", c.header, c.body, sniffed)
		}
	}
}

func TestNoSniff(t *testing.T) {
	for header, want := range map[string]string{
		"text/plain": "text/plain", "application/octet-stream": "application/octet-stream", "image/gif": "image/gif", "garbage": "text/html",
	} {
		h := http.Header{"Content-Type": {header}, "X-Content-Type-Options": {" NoSniff"}}
		if essence, _, _ := MediaType(h, []byte("<!doctype html>")); essence != want {
			t.Errorf("%s: %s, want %s", header, essence, want)
		}
	}
}

// Only the first 1,445 bytes count.
func TestSniffLength(t *testing.T) {
	text := strings.Repeat("x", sniffLen)
	h := http.Header{}
	if essence, _, _ := MediaType(h, []byte(text+"\x00")); essence != "text/plain" {
		t.Error(essence)
	}
	if essence, _, _ := MediaType(h, []byte(text[1:]+"\x00")); essence != "application/octet-stream" {
		t.Error(essence)
	}
}

func TestLooksBinary(t *testing.T) {
	for body, want := range map[string]bool{
		"":                       false,
		"<html>\x00\x00\x00\x00": false,
		strings.Repeat("<p>words</p>", 9) + "\x00": false,
		"words":                                 false,
		"caf\xe9":                               false,
		"\x1b$B%F%9%H\x1b(B":                    false,
		utf16Of("words", true):                  false,
		utf16Of("words", false):                 false,
		"BMW makes cars":                        false,
		"\x89PNG\r\n\x1a\n":                     true,
		"%PDF-1.4":                              true,
		"PK\x03\x04":                            true,
		"\x00\x01\x02\x03":                      true,
		"\x7fELF\x02\x01\x01\x00\x00\x00":       true,
		strings.Repeat("\xde\xad\xbe\x01", 300): true,
	} {
		if LooksBinary([]byte(body)) != want {
			t.Errorf("%.20q: %v", body, !want)
		}
	}
}

func TestMediaTypeOfAPageIsCheap(t *testing.T) {
	h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	body := []byte("<!doctype html>")
	if n := testing.AllocsPerRun(100, func() { MediaType(h, body) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMediaType(f *testing.F) {
	f.Add("text/html; charset=\"utf-8", "x/y", []byte("<!doctype html>"))
	f.Add(`a/b;c="\"`, ",,,", []byte("\xff\xfe<\x00h\x00"))
	f.Add("text/plain", "", []byte("<!--<?xml"))
	f.Add("", "", []byte("\x00\x00\x00\x18ftypmp42"))
	f.Fuzz(func(t *testing.T, first, second string, body []byte) {
		h := http.Header{"Content-Type": {first, second}}
		essence, charset, _ := MediaType(h, body)
		major, minor, found := strings.Cut(essence, "/")
		if !found || !isToken(major) || !isToken(minor) || essence != strings.ToLower(essence) {
			t.Errorf("essence %q", essence)
		}
		if strings.ContainsAny(charset, "\r\n\x00") {
			t.Errorf("charset %q", charset)
		}
		LooksBinary(body)
	})
}
