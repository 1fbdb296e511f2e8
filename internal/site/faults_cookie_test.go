package site

import (
	"net/http"
	"strings"
	"testing"
)

func TestCookiesThatAreSet(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string][]string{
			"good":          {"gull=grey; Path=/"},
			"malformed":     {"", "=", ";", "no equals sign", "a b=c", "=value", "k=v; Expires=yesterday", `k3="unended`, "k4=caf\xe9", ",,,=,"},
			"other-domain":  {"leak=other; Domain=elsewhere.example; Path=/"},
			"public-suffix": {"leak=com; Domain=com; Path=/", "leak=couk; Domain=co.uk; Path=/", "leak=example; Domain=example; Path=/"},
			"secure":        {"leak=secure; Secure; Path=/", "__Host-leak=host; Path=/"},
			"expired":       {"leak=expired; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
			"huge":          {"huge=" + strings.Repeat("h", 500_000) + "; Path=/"},
		} {
			answer, _ := rawAnswer(t, srv, "/fault/cookie/"+name)
			headers, _ := splitAnswer(t, answer)
			for _, cookie := range want {
				if !strings.Contains(headers+"\r\n", "\r\nSet-Cookie: "+cookie+"\r\n") {
					t.Errorf("%s: no %.100q in %.500q", name, cookie, headers)
				}
			}
		}
		resp, _ := get(t, srv, "/fault/cookie/bomb")
		if cookies := resp.Header.Values("Set-Cookie"); len(cookies) != 200 || len(cookies[199]) < 4000 {
			t.Errorf("bomb: %d cookies", len(cookies))
		}
	})
}

func TestCookieEcho(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := ask(t, srv, http.MethodGet, "/fault/cookie/echo", http.Header{"Cookie": {"a=<b; c=d"}})
		if !strings.Contains(body, "<p>a=&lt;b; c=d</p>") {
			t.Errorf("echo: %q", body)
		}
	})
}
