package site

import (
	"regexp"
	"strings"
	"testing"
)

func TestCalendarGoesOn(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
		path := "/calendar/2026/11/"
		for range 40 {
			resp, body := get(t, srv, path)
			found := next.FindStringSubmatch(body)
			if resp.StatusCode != 200 || found == nil {
				t.Fatalf("%s: %d, and no next month in %.300q", path, resp.StatusCode, body)
			}
			path = found[1]
		}
		if path != "/calendar/2030/03/" {
			t.Errorf("40 months on is %s", path)
		}
	})
}

func TestCalendarMonth(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := get(t, srv, "/calendar/2026/11/")
		for _, want := range []string{
			"<title>November 2026 – Tjeldhavn calendar</title>", `href="/calendar/2026/10/"`, `href="/calendar/2026/12/"`,
			`<tr><td colspan="6"></td><td>1</td></tr>`, "<td>7: ropewalk tour</td>", "<td>27: soup at the shop</td>", "<td>30</td></tr>",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("no %s in\n%s", want, body)
			}
		}
		for _, none := range []string{"/calendar/2026/13/", "/calendar/26/11/", "/calendar/2026/11", "/calendar/x/"} {
			if resp, _ := get(t, srv, none); resp.StatusCode != 404 {
				t.Errorf("%s: %d, want 404", none, resp.StatusCode)
			}
		}
	})
}
