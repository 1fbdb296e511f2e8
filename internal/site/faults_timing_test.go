package site

import (
	"strings"
	"testing"
	"time"
)

func TestHangs(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for path, said := range map[string]string{
			"/fault/timing/hang-headers":        "",
			"/fault/timing/hang-in-headers":     "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n",
			"/fault/timing/hang-after-continue": "HTTP/1.1 100 Continue\r\n\r\n",
		} {
			if answer, err := rawAnswer(t, srv, path); answer != said || !isTimeout(err) {
				t.Errorf("%s: %q, %v; want %q and then nothing", path, answer, err, said)
			}
		}
		answer, err := rawAnswer(t, srv, "/fault/timing/hang-body")
		headers, body := splitAnswer(t, answer)
		if whole := faultPage("hang-body"); !isTimeout(err) || body != whole[:len(whole)/2] || !strings.Contains(headers, "Content-Length: ") {
			t.Errorf("hang-body: %q, %v", answer, err)
		}
	})
}

func TestDrips(t *testing.T) {
	onPipes(t, Options{DripEvery: time.Second}, func(t *testing.T, srv *Server) {
		for path, want := range map[string]int{
			// A byte a second for an hour, of which the first comes at once; what stands before it comes at once as well.
			"/fault/timing/drip-headers": len("HTTP/1.1 200 OK\r\n") + 3600,
			"/fault/timing/drip-body":    len(head("200 OK", htmlType, "Content-Length: 10000")) + 3600,
			"/fault/timing/drip-chunks":  len(head("200 OK", htmlType, "Transfer-Encoding: chunked")) + 3600*len(chunk("<p>drip\n")),
		} {
			answer, err := rawAnswer(t, srv, path)
			if slack := len(answer) - want; slack < 0 || slack > len(chunk("<p>drip\n")) || !isTimeout(err) {
				t.Errorf("%s: %d bytes in an hour, want %d; %v", path, len(answer), want, err)
			}
		}
		if answer, _ := rawAnswer(t, srv, "/fault/timing/drip-headers"); strings.Contains(answer, "\r\n\r\n") {
			t.Error("drip-headers: they end")
		}
	})
}

func TestSlow(t *testing.T) {
	onPipes(t, Options{DripEvery: 5 * time.Second}, func(t *testing.T, srv *Server) {
		start := time.Now()
		if resp, body := get(t, srv, "/fault/timing/slow"); resp.StatusCode != 200 || body != faultPage("slow") {
			t.Errorf("%d %q", resp.StatusCode, body)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("took %v, want 15s", took)
		}
	})
}
