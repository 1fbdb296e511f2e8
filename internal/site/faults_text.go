package site

import "net/http"

// textFaults are characters that break a line, a log or a JSON encoder.
func textFaults() []Fault {
	page := func(title string) Want { return Want{Outcome: "page", Status: 200, Title: title} }
	text := func(title, name string, extra ...string) serveFault {
		return plain(func(w http.ResponseWriter, _ *http.Request) {
			writeHTML(w, "<!DOCTYPE html>\n<title>"+title+"</title>\n"+faultBody(name, extra...))
		})
	}
	return []Fault{
		{"/fault/text/nul", "NUL bytes in the text, a tag's name and a link.",
			page("nul"), text("nul", "nul", "<p>a\x00b\x00\x00c</p>", "<x\x00y><a href=\"/fault/leaf/n\x00ul\">NUL</a>")},
		{"/fault/text/nul-title", "A NUL byte in the title, which becomes U+FFFD.", page("n\uFFFDul"), text("n\x00ul", "nul-title")},
		{"/fault/text/line-separators", "U+2028 and U+2029 in the title, which are white space to collapse.",
			page("one two three"), text("one\u2028two\u2029three", "line-separators")},
		{"/fault/text/newlines", "Newlines, tabs and a form feed in the title.",
			page("one two three four"), text("\n one\r\n\ttwo \x0c three\nfour ", "newlines")},
		{"/fault/text/lone-surrogates", "Lone surrogates, as escapes, in JSON-LD, and as references in the title.",
			page("lone \uFFFD surrogate"), text("lone &#xD800; surrogate", "lone-surrogates",
				`<script type="application/ld+json">{"@type": "Book", "name": "lone \ud800 surrogate", "author": "\udc00"}</script>`)},
		{"/fault/text/broken-json-ld", "JSON-LD that isn't JSON.", page("broken-json-ld"), text("broken-json-ld", "broken-json-ld",
			`<script type="application/ld+json">{"@type": "Book", "name": "open</script>`, `<script type="application/ld+json"></script>`)},
		{"/fault/text/json-in-title", "Quotes, backslashes, angle brackets and control characters in the title.",
			page("\"},{\"url\":\"\\ <b>&\x01\u007f"),
			text("\"},{\"url\":\"\\ &lt;b>&amp;\x01\u007f", "json-in-title")},
		{"/fault/text/right-to-left", "Direction marks and an overlong pile of accents in the title.",
			page("\u202eyauq\u202c e\u0301\u0301\u0301\u0301"), text("\u202eyauq\u202c e\u0301\u0301\u0301\u0301", "right-to-left")},
		{"/fault/text/astral", "Characters outside the basic plane, and noncharacters, in the title.",
			page("🛥 𝔮𝔲𝔞𝔶 \U0001FFFE"), text("🛥 &#x1D52E;𝔲𝔞𝔶 \U0001FFFE", "astral")},
		{"/fault/text/no-title", "No title at all.",
			page(""), plain(func(w http.ResponseWriter, _ *http.Request) { writeHTML(w, faultBody("no-title")) })},
	}
}

// faultBody is the body of a page, with a link to the leaf of that name.
func faultBody(name string, extra ...string) string {
	body := "<body>\n<p><a href=\"/fault/leaf/" + name + "\">A leaf</a></p>\n"
	for _, e := range extra {
		body += e + "\n"
	}
	return body + "</body>\n"
}
