package site

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFan(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := get(t, srv, "/fan/?n=3&slow=1500ms")
		want := "<!DOCTYPE html>\n<title>A fan of 3</title>\n<a href=0?slow=1.5s>0</a>\n<a href=1?slow=1.5s>1</a>\n<a href=2?slow=1.5s>2</a>\n"
		if body != want {
			t.Errorf("got\n%s\nwant\n%s", body, want)
		}
		start := time.Now()
		if _, body := get(t, srv, "/fan/2?slow=1.5s"); !strings.Contains(body, "<title>Fan 2</title>") || time.Since(start) != 1500*time.Millisecond {
			t.Errorf("after %v: %s", time.Since(start), body)
		}
		if _, body := get(t, srv, "/fan/?n=0"); strings.Contains(body, "href") {
			t.Errorf("a fan of none is %s", body)
		}
		for _, bad := range []string{"n=x", "n=-1", "n=10000001", "slow=fast", "slow=-1s", "n=99999999999999999999"} {
			if resp, _ := get(t, srv, "/fan/?"+bad); resp.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d, want 400", bad, resp.StatusCode)
			}
		}
	})
}

func TestFanOfAMillion(t *testing.T) {
	srv := startTCP(t, Options{})
	resp, err := client(t, srv).Get(srv.URL + "/fan/?n=1000000&slow=2s")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	links := 0
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "<a href=") {
			links++
		}
	}
	if links != 1_000_000 {
		t.Errorf("%d links", links)
	}
}

func TestFanEndsWithItsClient(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		conn := rawAsk(t, srv, "/fan/?n=10000000")
		conn.Read(make([]byte, 1000))
		conn.Close()
		srv.record.waitIdle() // or the bubble is deadlocked
	})
}
