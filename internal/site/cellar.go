package site

import (
	"io"
	"net/http"
	"strings"
)

// cellarDepth is how many elements the way to the floor lies inside: more than the 512 that browsers, and x/net/html, keep open.
const cellarDepth = 1000

func (s *Site) serveCellar(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>The cellar – Tjeldhavn</title></head>\n<body>\n<h1>The cellar</h1>\n"+
		strings.Repeat("<div>", cellarDepth)+"<a href=\"/cellar/floor.html\">the floor</a>"+strings.Repeat("</div>", cellarDepth)+
		"\n<p>The way <a href=\"/\">up</a>.</p>\n</body>\n</html>\n")
}
