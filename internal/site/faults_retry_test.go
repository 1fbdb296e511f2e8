package site

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]string{
			"after-seconds": "2", "after-year": "31536000", "after-overflow": strings.Repeat("9", 30), "after-negative": "-5", "after-garbage": "soon",
			"after-date": time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat),
			"after-past": time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat),
		} {
			path := "/fault/retry/" + name
			if resp, _ := get(t, srv, path); resp.StatusCode != 503 || resp.Header.Get("Retry-After") != want {
				t.Errorf("%s: %d, Retry-After %q, want 503 and %q", name, resp.StatusCode, resp.Header.Get("Retry-After"), want)
			}
			if resp, body := get(t, srv, path); resp.StatusCode != 200 || body != faultPage(name) {
				t.Errorf("%s: %d %q the second time", name, resp.StatusCode, body)
			}
		}
	})
}

func TestFailuresThatPass(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, times := range map[string]int{"503-once": 1, "429-twice": 2, "empty-once": 1, "reset-once": 1, "hang-once": 1, "cut-once": 1} {
			path := "/fault/retry/" + name
			for range times {
				answer, err := rawAnswerClosing(t, srv, path)
				whole := strings.Contains(answer, "</html>") && strings.HasPrefix(answer, "HTTP/1.1 200")
				if whole {
					t.Errorf("%s: %q, %v; want a failure", name, answer, err)
				}
			}
			if resp, body := get(t, srv, path); resp.StatusCode != 200 || body != faultPage(name) {
				t.Errorf("%s: %d after %d failures", name, resp.StatusCode, times)
			}
			if other, _ := rawAnswerClosing(t, srv, path+"?other"); strings.HasPrefix(other, "HTTP/1.1 200") && strings.Contains(other, "</html>") {
				t.Errorf("%s: another query's failures count", name)
			}
		}
	})
}

// rawAnswerClosing is rawAnswer where an orderly answer would keep the connection open.
func rawAnswerClosing(t *testing.T, srv *Server, path string) (string, error) {
	t.Helper()
	conn, err := srv.DialContext(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: tjeldhavn.example\r\nConnection: close\r\n\r\n")
	answer, err := io.ReadAll(conn)
	return string(answer), err
}
