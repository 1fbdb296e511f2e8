package site

import (
	"fmt"
	"strings"
)

// typeFaults are about Content-Type, and what a body is in spite of it (the MIME Sniffing Standard).
func typeFaults() []Fault {
	page := Want{Outcome: "page", Status: 200}
	skipped := Want{Outcome: "skipped:type"}
	sniffed := Want{Outcome: "page", Or: "skipped:type", Status: 200}
	var faults []Fault
	for _, t := range []struct {
		name, what, header, body string
		want                     Want
	}{
		{"missing", "No Content-Type; it is HTML.", "", "", page},
		{"missing-binary", "No Content-Type; it is binary.", "", binaryBody, skipped},
		{"missing-text", "No Content-Type; it is plain text.", "", "Just text, and nothing but text.\n", skipped},
		{"missing-json", "No Content-Type; it is JSON.", "", `{"gull": "grey"}`, skipped},
		{"empty", "An empty Content-Type; it is HTML.", "Content-Type:", "", page},
		{"garbage", "Content-Type: ???; it is HTML.", "Content-Type: ???", "", page},
		{"unknown", "Content-Type: unknown/unknown; it is HTML.", "Content-Type: unknown/unknown", "", page},
		{"wildcard", "Content-Type: */*; it is HTML.", "Content-Type: */*", "", page},
		{"two", "Two Content-Types, the second of which is right.", "Content-Type: text/plain\r\nContent-Type: text/html", "", sniffed},
		{"two-in-one", "Two Content-Types in one header.", "Content-Type: text/plain, text/html", "", sniffed},
		{"upper-case", "TEXT/HTML.", "Content-Type: TEXT/HTML", "", page},
		{"odd-parameters", "Content-Type with odd parameters.", `Content-Type: text/html;;; charset; =x; charset="utf-8"; charset=latin1`, "", page},
		{"unknown-charset", "A charset that nobody knows; it is UTF-8.", "Content-Type: text/html; charset=x-gullspeak", "", page},
		{"html-as-plain", "HTML as text/plain.", "Content-Type: text/plain", "", sniffed},
		{"html-as-octet-stream", "HTML as application/octet-stream.", "Content-Type: application/octet-stream", "", sniffed},
		{"html-as-xml", "HTML as text/xml.", "Content-Type: text/xml", "", sniffed},
		{"html-as-gif", "HTML as image/gif.", "Content-Type: image/gif", "", skipped},
		{"html-named.gif", "HTML whose path ends as an image's.", htmlType, "", skipped},
		{"binary-as-html", "Random bytes as text/html.", "Content-Type: text/html", binaryBody, page},
		{"gif-as-html", "A GIF as text/html.", "Content-Type: text/html",
			"GIF89a\x01\x00\x01\x00\x80\x00\x00wx\x89\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", page},
		{"pdf-as-html", "The beginning of a PDF as text/html.", "Content-Type: text/html", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", page},
		{"json", "JSON, which isn't a page.", "Content-Type: application/json", `{"html": "<a href='/fault/leaf/json'>no link</a>"}`, skipped},
		{"xhtml", "XHTML.", "Content-Type: application/xhtml+xml", "", page},
		{"attachment", "HTML to be saved as a file.", htmlType + "\r\nContent-Disposition: attachment; filename=\"page.html\"", "", page},
	} {
		if t.body == "" {
			t.body = faultPage(t.name, `<p><a href="/fault/leaf/`+t.name+`">A leaf</a></p>`)
		}
		lines := []string{fmt.Sprintf("Content-Length: %d", len(t.body)), closing}
		if t.header != "" {
			lines = append(lines, t.header)
		}
		faults = append(faults, Fault{"/fault/type/" + t.name, t.what, t.want, raw(head("200 OK", lines...) + t.body)})
	}
	return faults
}

// binaryBody is no text in any encoding, and no known format.
var binaryBody = strings.Repeat("\x00\x01\x02\x8f\x10\x93\xfe\x05\xff\x11\x00\x07<\xd8\x00\xdc", 64)
