package site

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestWireNeedsAConnection(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/fault/connection/reset", nil))
	if rec.Code != http.StatusHTTPVersionNotSupported || !strings.Contains(rec.Body.String(), "HTTP/1.1") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// On a real socket a reset is a reset, and what was said before it arrives.
func TestReset(t *testing.T) {
	srv := startTCP(t, Options{})
	for path, before := range map[string]string{
		"/fault/connection/reset": "", "/fault/connection/reset-in-headers": "Serv",
		"/fault/framing/reset-mid-body": "The quay", "/fault/framing/chunked-reset": "</html>",
	} {
		answer, err := rawAnswer(t, srv, path)
		if !errors.Is(err, syscall.ECONNRESET) || !strings.Contains(answer, before) {
			t.Errorf("%s: %v after %.300q, want a reset after %q", path, err, answer, before)
		}
	}
	if answer, err := rawAnswer(t, srv, "/fault/connection/empty-reply"); err != io.EOF || answer != "" {
		t.Errorf("empty-reply: %q, %v", answer, err)
	}
}

func TestDripTakesItsTime(t *testing.T) {
	onPipes(t, Options{DripEvery: time.Minute}, func(t *testing.T, srv *Server) {
		conn := rawAsk(t, srv, "/fault/timing/drip-headers")
		defer conn.Close()
		buf := make([]byte, 100)
		n, _ := conn.Read(buf) // the status line comes at once
		if string(buf[:n]) != "HTTP/1.1 200 OK\r\n" {
			t.Fatalf("began with %q", buf[:n])
		}
		start := time.Now()
		if _, err := io.ReadFull(conn, buf[:11]); err != nil || string(buf[:11]) != "X-Drip-1: p" {
			t.Errorf("%q, %v", buf[:11], err)
		}
		if took := time.Since(start); took != 10*time.Minute {
			t.Errorf("11 bytes took %v, want 10m: the first comes at once", took)
		}
	})
}
