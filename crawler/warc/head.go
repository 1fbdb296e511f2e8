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
			b = append(b, oneLine(name)+": "+oneLine(value)+"\r\n"...)
		}
	}
	return b
}

// oneLine keeps a value from being taken for more than one.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
}
