package site

import (
	"net/http"
	"strings"
	"testing"
)

func TestLocations(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]string{
			"endless": "/fault/redirect/endless/1", "endless/41": "/fault/redirect/endless/42", "itself": "/fault/redirect/itself",
			"loop": "/fault/redirect/loop-back", "loop-back": "/fault/redirect/loop", "hops/25": "/fault/redirect/hops/24",
			"hops/1":     "/fault/redirect/hops/0",
			"unparsable": "http://[::1/", "bad-port": "http://127.0.0.1:99999/", "bad-host": "http://quay street/",
			"latin-1": "/fault/leaf/caf\xe9", "utf-8": "/fault/leaf/caf\xc3\xa9", "spaces": "   /fault/leaf/two words  ", "empty-location": "",
			"long": "/fault/leaf/" + strings.Repeat("long", 25_000), "to-file": "file:///etc/hostname", "to-ftp": "ftp://127.0.0.1/pub/",
			"to-data": "data:text/html,<title>no</title>", "to-javascript": "javascript:history.back()", "to-other-host": "http://elsewhere.example/",
			"to-private": "http://10.0.0.1/", "to-metadata": "http://169.254.169.254/latest/", "to-mapped": "http://[::ffff:10.0.0.1]/",
			"cookie-wall": "/fault/redirect/cookie-wall", "with-body": "/fault/leaf/with-body", "endless-body": "/fault/leaf/endless-body",
			"hang-body": "/fault/leaf/hang-body", "relative": "../x/.././leaf/relative#part", "query-only": "?here",
			"301": "/fault/leaf/301", "302": "/fault/leaf/302", "303": "/fault/leaf/303", "307": "/fault/leaf/307", "308": "/fault/leaf/308",
		} {
			answer, _ := rawAnswer(t, srv, "/fault/redirect/"+name)
			headers, _ := splitAnswer(t, answer)
			if !strings.Contains(headers+"\r\n", "\r\nLocation: "+want+"\r\n") {
				t.Errorf("%s: no Location %.100q in %.300q", name, want, headers)
			}
			if !strings.HasPrefix(headers, "HTTP/1.1 302") && !strings.HasPrefix(headers, "HTTP/1.1 "+name) {
				t.Errorf("%s: %.20q", name, headers)
			}
		}
		answer, _ := rawAnswer(t, srv, "/fault/redirect/two-locations")
		if headers, _ := splitAnswer(t, answer); strings.Count(headers, "\r\nLocation: ") != 2 {
			t.Errorf("two-locations: %q", headers)
		}
		if resp, _ := get(t, srv, "/fault/redirect/no-location"); resp.StatusCode != 302 || resp.Header.Values("Location") != nil {
			t.Errorf("no-location: %d to %q", resp.StatusCode, resp.Header.Values("Location"))
		}
	})
}

func TestRedirectsArrive(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for path, title := range map[string]string{
			"/fault/redirect/hops/0": "0", "/fault/redirect/query-only?here": "query-only", "/fault/leaf/two%20words": "two words",
			"/fault/leaf/caf%C3%A9": "café",
		} {
			if resp, body := get(t, srv, path); resp.StatusCode != 200 || body != faultPage(title) {
				t.Errorf("%s: %d %q", path, resp.StatusCode, body)
			}
		}
		resp, body := get(t, srv, "/fault/redirect/meta-itself")
		if resp.StatusCode != 200 || !strings.Contains(body, `http-equiv="refresh" content="0"`) {
			t.Errorf("meta-itself: %d %q", resp.StatusCode, body)
		}
	})
}

func TestRedirectBodies(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		if answer, err := rawAnswer(t, srv, "/fault/redirect/endless-body"); err != nil || len(answer) != 4<<20 {
			t.Errorf("endless-body: %d bytes, then %v", len(answer), err)
		}
		if answer, err := rawAnswer(t, srv, "/fault/redirect/hang-body"); !isTimeout(err) || !strings.HasSuffix(answer, "Content-Length: 100\r\n\r\n") {
			t.Errorf("hang-body: %q, %v", answer, err)
		}
		if _, body := get(t, srv, "/fault/redirect/with-body"); body != faultPage("with-body") {
			t.Errorf("with-body: %q", body)
		}
	})
}

func TestCookieWall(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		const path = "/fault/redirect/cookie-wall?a=b"
		resp, _ := get(t, srv, path)
		if resp.StatusCode != 302 || resp.Header.Get("Location") != path || resp.Header.Get("Set-Cookie") != "wall=climbed; Path=/" {
			t.Errorf("%d %v", resp.StatusCode, resp.Header)
		}
		over := http.Header{"Cookie": {"x=y; wall=climbed"}}
		if resp, body := ask(t, srv, http.MethodGet, "/fault/redirect/cookie-wall", over); resp.StatusCode != 200 || body != faultPage("cookie-wall") {
			t.Errorf("with its cookie: %d", resp.StatusCode)
		}
		if resp, _ := ask(t, srv, http.MethodGet, "/fault/cookie/endless-wall", over); resp.StatusCode != 302 {
			t.Errorf("the endless one, with its cookie: %d", resp.StatusCode)
		}
	})
}
