package site

import (
	"io"
	"testing"
)

func TestConnectionEnds(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for path, said := range map[string]string{
			"/fault/connection/empty-reply":          "",
			"/fault/connection/reset":                "",
			"/fault/connection/close-in-status-line": "HTTP/1.1 20",
			"/fault/connection/close-in-headers":     "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServ",
			"/fault/connection/reset-in-headers":     "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServ",
		} {
			if answer, err := rawAnswer(t, srv, path); answer != said || err != io.EOF {
				t.Errorf("%s: %q, %v; want %q and the end", path, answer, err, said)
			}
		}
	})
}
