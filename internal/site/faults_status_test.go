package site

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestStatusLines(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, start := range map[string]string{
			"101":                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: semaphore\r\n\r\n",
			"continue-first":     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
			"early-hints":        "HTTP/1.1 103 Early Hints\r\nLink: </assets/site.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n",
			"thousand-continues": strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000) + "HTTP/1.1 200 OK\r\n",
			"endless-continues":  strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100_000),
			"000":                "HTTP/1.1 000 Nothing\r\n",
			"999":                "HTTP/1.1 999 Request denied\r\n",
			"no-reason":          "HTTP/1.1 200\r\n",
		} {
			if answer, _ := rawAnswer(t, srv, "/fault/status/"+name); !strings.HasPrefix(answer, start) {
				t.Errorf("%s: %.200q, want %.200q", name, answer, start)
			}
		}
		if answer, err := rawAnswer(t, srv, "/fault/status/101"); !isTimeout(err) || strings.Count(answer, "HTTP/") != 1 {
			t.Errorf("101: %q, %v; want nothing behind it", answer, err)
		}
	})
}

func TestEveryStatus(t *testing.T) {
	want := []int{203, 204, 205, 206, 226, 299, 300, 304, 400, 401, 402, 403, 404, 405, 406, 410, 418, 451, 501, 505,
		408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, status := range want {
			resp, body := get(t, srv, fmt.Sprintf("/fault/status/%d", status))
			bodiless := status == 204 || status == 304
			if resp.StatusCode != status || (body == "") != bodiless || resp.Header.Get("Location") != "" {
				t.Errorf("%d: %d, %d bytes, Location %q", status, resp.StatusCode, len(body), resp.Header.Get("Location"))
			}
			if realm := resp.Header.Get("WWW-Authenticate"); (realm != "") != (status == http.StatusUnauthorized) {
				t.Errorf("%d: WWW-Authenticate %q", status, realm)
			}
		}
		if resp, body := get(t, srv, "/fault/status/206"); len(body) != 40 || resp.Header.Get("Content-Range") != "bytes 0-39/102" {
			t.Errorf("206: %d bytes, Content-Range %q", len(body), resp.Header.Get("Content-Range"))
		}
	})
}

func TestBodiesWhereNoneMayBe(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, name := range []string{"204-with-body", "304-with-body"} {
			answer, err := rawAnswer(t, srv, "/fault/status/"+name)
			headers, body := splitAnswer(t, answer)
			if !strings.HasPrefix(headers, "HTTP/1.1 "+name[:3]) || body != faultPage(name) || !isTimeout(err) {
				t.Errorf("%s: %q, %v", name, answer, err)
			}
		}
	})
}
