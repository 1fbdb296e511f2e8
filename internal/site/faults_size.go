package site

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	longAttribute = 8 << 20
	manyLinks     = 200_000
	deepElements  = 100_000
)

// sizeFaults are too much of something, in HTML that is otherwise well.
func sizeFaults() []Fault {
	cut := Want{Outcome: "partial", Status: 200}
	fits := Want{Outcome: "page", Or: "partial", Status: 200}
	return []Fault{
		{"/fault/size/endless-body", "A body without end, and without a length.", cut, endless("<p>The tide comes in. The tide goes out.</p>\n")},
		{"/fault/size/endless-tag", "A tag that is never closed, attribute after attribute.", cut, endless(` data-tide="in" data-tide="out"`)},
		{"/fault/size/long-attribute", fmt.Sprintf("An attribute of %d MB, and a link behind it.", longAttribute>>20),
			fits, plain(func(w http.ResponseWriter, _ *http.Request) {
				writeHTML(w, faultPage("long-attribute",
					`<p title="`+strings.Repeat("long ", longAttribute/5)+`">`, `<a href="/fault/leaf/long-attribute">A leaf</a>`))
			})},
		{"/fault/size/many-links", fmt.Sprintf("%d links.", manyLinks), fits, plain(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			out := bufio.NewWriter(w)
			defer out.Flush()
			out.WriteString("<!DOCTYPE html>\n<title>many-links</title>\n")
			for n := range manyLinks {
				fmt.Fprintf(out, "<a href=/fault/leaf/%d>%d</a>\n", n, n)
			}
		})},
		{"/fault/size/deep", fmt.Sprintf("%d elements, each inside the last, and a link inside them all.", deepElements),
			fits, plain(func(w http.ResponseWriter, _ *http.Request) {
				writeHTML(w, faultPage("deep",
					strings.Repeat("<div>", deepElements)+`<a href="/fault/leaf/deep">A leaf</a>`+strings.Repeat("</div>", deepElements)))
			})},
		{"/fault/size/empty", "No body at all.",
			Want{Outcome: "page", Status: 200}, plain(func(w http.ResponseWriter, _ *http.Request) { writeHTML(w, "") })},
	}
}

func endless(filler string) serveFault {
	return func(s *Site, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		opening := "<!DOCTYPE html>\n<title>" + strings.TrimPrefix(r.URL.Path, "/fault/size/") + "</title>\n<body"
		if strings.HasPrefix(filler, "<") {
			opening += ">\n"
		}
		_, err := io.WriteString(w, opening)
		for block := strings.Repeat(filler, 1000); err == nil && s.pause(r.Context(), 0); {
			_, err = io.WriteString(w, block)
		}
	}
}
