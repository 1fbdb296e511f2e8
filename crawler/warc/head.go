package warc

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// appendHeader writes the lines of a header, sorted by name as net/http sends
// them: it doesn't tell in which order those of an answer came.
func appendHeader(b []byte, h http.Header) []byte {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			b = appendField(b, oneLine(name), oneLine(value))
		}
	}
	return b
}

func appendField(b []byte, name, value string) []byte {
	b = append(append(b, name...), ": "...)
	return append(append(b, value...), "\r\n"...)
}

// oneLine keeps a value from being taken for more than one, in the way of RFC 9110
// section 5.5.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n\x00") {
		return s
	}
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(s)
}
