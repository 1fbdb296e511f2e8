package site

import (
	"fmt"
	"net/http"
	"strings"
)

// headerFaults are header lines that are too many, too long or none (RFC 9112, section 5).
func headerFaults() []Fault {
	page := Want{Outcome: "page", Status: 200}
	refused := Want{Outcome: "failed:protocol"}
	either := Want{Outcome: "page", Or: "failed:protocol", Status: 200}
	faults := []Fault{
		{"/fault/header/2-megabytes", "One header of 2 MB.", either, onWire(func(w *wire, _ *http.Request) {
			w.send(whole("200 OK", "2-megabytes", "X-Long: "+strings.Repeat("x", 2<<20)))
		})},
		{"/fault/header/100000-headers", "100,000 headers.", either, onWire(func(w *wire, _ *http.Request) {
			var lines strings.Builder
			for n := range 100_000 {
				fmt.Fprintf(&lines, "X-%d: many\r\n", n)
			}
			w.send("HTTP/1.1 200 OK\r\n" + lines.String() + strings.TrimPrefix(whole("200 OK", "100000-headers"), "HTTP/1.1 200 OK\r\n"))
		})},
		{"/fault/header/endless", "Headers without end.", refused, onWire(func(w *wire, _ *http.Request) {
			for more := w.send("HTTP/1.1 200 OK\r\n"); more; {
				more = w.send(strings.Repeat("X-More: and more\r\n", 1000))
			}
		})},
		{"/fault/header/endless-line", "One header without end.", refused, onWire(func(w *wire, _ *http.Request) {
			for more := w.send("HTTP/1.1 200 OK\r\nX-More: "); more; {
				more = w.send(strings.Repeat("and more ", 2000))
			}
		})},
		{"/fault/header/line-feeds", "Lines that end in LF alone.", page, raw(strings.ReplaceAll(whole("200 OK", "line-feeds"), "\r\n", "\n"))},
	}
	for _, line := range []struct {
		name, what, text string
		want             Want
	}{
		{"no-colon", "A header without a colon.", "X-Gull grey", refused},
		{"control-byte-name", "A control byte in a header's name.", "X-\x01: gull", refused},
		{"nul-name", "NUL as a header's name.", "\x00: gull", refused},
		{"empty-name", "Nothing as a header's name.", ": gull", refused},
		{"space-before-colon", "A space between a header's name and its colon.", "X-Gull : grey", either},
		{"latin-1-name", "A Latin-1 letter in a header's name.", "X-G\xfcll: grey", refused},
		{"folded", "A header folded over two lines, as was allowed once.", "X-Gull: grey\r\n  and white", page},
		{"folded-first", "A first header that begins with a space.", " X-Gull: grey", refused},
		{"latin-1-value", "A Latin-1 value.", "X-Gull: gr\xe5", page},
		{"nul-value", "NUL in a value.", "X-Gull: gr\x00y", refused},
		{"control-byte-value", "A control byte in a value.", "X-Gull: gr\x07y", refused},
		{"bare-cr", "A carriage return in a value, by itself.", "X-Gull: gr\ry", refused},
	} {
		faults = append(faults, Fault{"/fault/header/" + line.name, line.what, line.want, raw(whole("200 OK", line.name, line.text))})
	}
	return faults
}
