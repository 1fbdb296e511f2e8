package site

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// ServeHTTP serves a page of the graph.
func (g *Graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, isPage := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, graphRoot), ".html")
	page, err := strconv.Atoi(name)
	switch {
	case err != nil || !isPage || page < 0 || page >= g.opts.Pages || name != strconv.Itoa(page):
		answerStatus(w, http.StatusNotFound, faultPage("No such page in this graph"))
	case g.fate[page] == broken:
		answerStatus(w, http.StatusInternalServerError, faultPage("Broken"))
	case g.fate[page] == flaky && g.asked[page].CompareAndSwap(false, true):
		answerStatus(w, http.StatusServiceUnavailable, faultPage("Not yet"))
	default:
		writeHTML(w, g.page(page, r.Host))
	}
}

func (g *Graph) page(page int, host string) string {
	var links strings.Builder
	for i, link := range g.links[page] {
		fmt.Fprintf(&links, "<a href=\"%s\">%d</a>\n", spelling(page+i, int(link), host), link)
	}
	return faultPage(fmt.Sprintf("Page %d", page), links.String())
}

// spelling writes a link in one of the ways that all mean the same canonical URL.
func spelling(way, page int, host string) string {
	switch way % 8 {
	case 0:
		return graphPath(page)
	case 1:
		return fmt.Sprintf("%d.html#part-%d", page, way)
	case 2:
		return fmt.Sprintf("./%d.html", page)
	case 3:
		return fmt.Sprintf("../graph/%d.html", page)
	case 4:
		return fmt.Sprintf("x/../%d.html", page)
	case 5:
		return "HTTP://" + strings.ToUpper(host) + graphPath(page)
	case 6:
		return "//" + host + graphPath(page)
	default:
		return fmt.Sprintf(" %d.html ", page)
	}
}
