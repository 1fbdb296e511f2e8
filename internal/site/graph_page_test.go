package site

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The graph that is served is the graph that is expected, whatever way a link is spelled in.
func TestGraphPagesLinkAsExpected(t *testing.T) {
	graph := newGraph(t, GraphOptions{Pages: 300, Depth: 8, Seed: 5, Broken: 0.1, Flaky: 0.2})
	onPipes(t, Options{Graph: graph}, func(t *testing.T, srv *Server) {
		for _, limit := range []int{0, 1, 3, -1} {
			depths := map[string]int{graph.Root(): 0}
			for queue := []string{graph.Root()}; len(queue) > 0; queue = queue[1:] {
				path := queue[0]
				depth := depths[path]
				if depth == limit {
					continue
				}
				status, body := askUntilWell(t, srv, path)
				if status != 200 {
					continue
				}
				for _, link := range readPage(t, srv.URL+path, "text/html", []byte(body)).links {
					target := strings.TrimPrefix(link.url, srv.URL)
					if _, seen := depths[target]; !seen {
						depths[target] = depth + 1
						queue = append(queue, target)
					}
				}
			}
			if diff := cmp.Diff(graph.Expected(limit), depths); diff != "" {
				t.Errorf("depth %d: %s", limit, diff)
			}
		}
	})
}

// askUntilWell asks again after a 503.
func askUntilWell(t *testing.T, srv *Server, path string) (int, string) {
	t.Helper()
	resp, body := get(t, srv, path)
	if resp.StatusCode == http.StatusServiceUnavailable {
		resp, body = get(t, srv, path)
	}
	return resp.StatusCode, body
}

func TestGraphPageStatus(t *testing.T) {
	graph := newGraph(t, GraphOptions{Pages: 50, Seed: 2, Broken: 0.3, Flaky: 0.5})
	onPipes(t, Options{Graph: graph}, func(t *testing.T, srv *Server) {
		for _, path := range graph.Broken() {
			if resp, _ := get(t, srv, path); resp.StatusCode != 500 {
				t.Errorf("%s is broken and answers %d", path, resp.StatusCode)
			}
		}
		for page, fate := range graph.fate {
			if fate != flaky {
				continue
			}
			first, _ := get(t, srv, graphPath(page))
			second, _ := get(t, srv, graphPath(page))
			if first.StatusCode != 503 || second.StatusCode != 200 {
				t.Errorf("%d is flaky and answers %d, then %d", page, first.StatusCode, second.StatusCode)
			}
		}
		for _, none := range []string{"/graph/", "/graph/50.html", "/graph/-1.html", "/graph/01.html", "/graph/1", "/graph/x.html"} {
			if resp, _ := get(t, srv, none); resp.StatusCode != 404 {
				t.Errorf("%s: %d, want 404", none, resp.StatusCode)
			}
		}
	})
}

func TestGraphIsAHandlerByItself(t *testing.T) {
	graph := newGraph(t, GraphOptions{})
	var out strings.Builder
	graph.ServeHTTP(writer{&out}, &http.Request{Method: "GET", Host: "x", URL: mustParse(t, "http://x"+graph.Root())})
	if !strings.Contains(out.String(), "<title>Page 0</title>") {
		t.Errorf("served %.100q", out.String())
	}
}

type writer struct{ io.Writer }

func (writer) Header() http.Header { return make(http.Header) }
func (writer) WriteHeader(int)     {}
