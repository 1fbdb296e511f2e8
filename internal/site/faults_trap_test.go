package site

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// A trap is one if a crawl that follows it always finds a page it hasn't seen.
func TestTrapsNeverEnd(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, f := range trapFaults() {
			if f.Path == "/fault/trap/orders" {
				continue // ends after 10,000
			}
			seen := map[string]bool{f.Path: true}
			for path := f.Path; len(seen) <= 50; {
				resp, body := get(t, srv, path)
				if resp.StatusCode != 200 {
					t.Fatalf("%s: %d", path, resp.StatusCode)
				}
				fresh := ""
				for _, l := range readPage(t, srv.URL+path, "text/html; charset=utf-8", []byte(body)).links {
					if to := strings.TrimPrefix(l.url, srv.URL); !seen[to] && strings.HasPrefix(to, "/fault/trap/") {
						fresh = to
					}
				}
				if fresh == "" {
					t.Fatalf("%s: nothing new behind %s", f.Path, path)
				}
				seen[fresh] = true
				path = fresh
			}
		}
	})
}

func TestTrapsAreOfTheirKind(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for path, want := range map[string]string{
			"/fault/trap/repeat/a/a/a/":                        `<a href="a/">`,
			"/fault/trap/soft-404/no/such/thing.html":          "<title>There is nothing here</title>",
			"/fault/trap/calendar":                             `<p>2026/11</p><a href="?month=24322">Earlier</a> <a href="?month=24324">`,
			"/fault/trap/calendar?month=24324":                 "<p>2026/12</p>",
			"/fault/trap/calendar?month=24325":                 "<p>2027/1</p>",
			"/fault/trap/filters?size=big":                     `<a href="?size=big&amp;size=small">`,
			"/fault/trap/pages?page=99":                        `<a rel="next" href="?page=100">`,
			"/fault/trap/session-path;jsessionid=0":            ";jsessionid=",
			"/fault/trap/session?item=1&sid=00000000000000000": `/fault/trap/session?item=1&amp;sid=`,
		} {
			if _, body := get(t, srv, path); !strings.Contains(body, want) {
				t.Errorf("%s: no %s in %s", path, want, body)
			}
		}
	})
}

func TestQueryOrders(t *testing.T) {
	seen := make(map[string]bool)
	for n := range queryOrders {
		order := queryOrder(n)
		seen[order] = true
		if len(strings.Split(order, "&")) != 8 || !strings.Contains("&"+order+"&", "&sort=price&") {
			t.Fatalf("order %d is %s", n, order)
		}
	}
	if len(seen) != 10_000 {
		t.Errorf("%d different orders", len(seen))
	}
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, list := get(t, srv, "/fault/trap/orders")
		if n := strings.Count(list, "<a href="); n != queryOrders {
			t.Errorf("%d links", n)
		}
		_, one := get(t, srv, fmt.Sprint("/fault/trap/orders?", queryOrder(1)))
		if _, two := get(t, srv, fmt.Sprint("/fault/trap/orders?", queryOrder(9999))); one != two || strings.Contains(one, "href") {
			t.Error("the page differs by the order of its parameters")
		}
	})
}

func TestSessionsAreOnOnePage(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := get(t, srv, "/fault/trap/session")
		sessions := regexp.MustCompile(`sid=([0-9a-f]{16})"`).FindAllStringSubmatch(body, -1)
		if len(sessions) != 2 || sessions[0][1] != sessions[1][1] {
			t.Errorf("sessions %q, want one for both links", sessions)
		}
	})
}
