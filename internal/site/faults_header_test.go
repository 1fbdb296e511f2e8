package site

import (
	"strings"
	"testing"
)

func TestHeaderLines(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, line := range map[string]string{
			"2-megabytes": "X-Long: " + strings.Repeat("x", 2<<20), "100000-headers": "X-0: many\r\nX-1: many", "no-colon": "X-Gull grey",
			"control-byte-name": "X-\x01: gull", "nul-name": "\x00: gull", "empty-name": ": gull", "space-before-colon": "X-Gull : grey",
			"latin-1-name": "X-G\xfcll: grey", "folded": "X-Gull: grey\r\n  and white", "folded-first": " X-Gull: grey", "latin-1-value": "X-Gull: gr\xe5",
			"nul-value": "X-Gull: gr\x00y", "control-byte-value": "X-Gull: gr\ay", "bare-cr": "X-Gull: gr\ry",
		} {
			answer, _ := rawAnswer(t, srv, "/fault/header/"+name)
			headers, body := splitAnswer(t, answer)
			if !strings.HasPrefix(headers, "HTTP/1.1 200 OK\r\n"+line+"\r\n") || body != faultPage(name) {
				t.Errorf("%s: no %.60q at the start of %.200q", name, line, answer)
			}
		}
		answer, _ := rawAnswer(t, srv, "/fault/header/100000-headers")
		if n := strings.Count(answer, ": many\r\n"); n != 100_000 {
			t.Errorf("%d headers", n)
		}
		answer, _ = rawAnswer(t, srv, "/fault/header/line-feeds")
		start, end := "HTTP/1.1 200 OK\n"+htmlType+"\n", "\n\n"+faultPage("line-feeds")
		if strings.Contains(answer, "\r") || !strings.HasPrefix(answer, start) || !strings.HasSuffix(answer, end) {
			t.Errorf("line-feeds: %q", answer)
		}
	})
}

func TestEndlessHeaders(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, lines := range map[string]bool{"endless": true, "endless-line": false} {
			answer, err := rawAnswer(t, srv, "/fault/header/"+name)
			if err != nil || strings.Contains(answer, "\r\n\r\n") {
				t.Errorf("%s: it ends: %v", name, err)
			}
			if many := strings.Count(answer, "\r\n") > 1000; many != lines {
				t.Errorf("%s: many lines: %v", name, many)
			}
		}
	})
}
