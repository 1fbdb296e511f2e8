package site

import (
	"strings"
	"testing"
)

func TestCellarIsDeep(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := get(t, srv, "/cellar.html")
		above, below, found := strings.Cut(body, `<a href="/cellar/floor.html">`)
		if !found || strings.Count(above, "<div>") != cellarDepth || strings.Contains(above, "</div>") || strings.Count(below, "</div>") != cellarDepth {
			t.Errorf("the floor isn't below %d open elements", cellarDepth)
		}
	})
}
