package site

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStart(t *testing.T) {
	srv := startTCP(t, Options{})
	if !strings.HasPrefix(srv.URL, "http://127.0.0.1:") {
		t.Errorf("URL %s, want one on loopback", srv.URL)
	}
	resp, body := get(t, srv, "/")
	if resp.StatusCode != 200 || !strings.Contains(body, `<link rel="canonical" href="`+srv.URL+`/">`) {
		t.Errorf("%d %.200q", resp.StatusCode, body)
	}
	srv.Close()
	srv.Close()
	if conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://")); err == nil {
		conn.Close()
		t.Error("still listening after Close")
	}
}

func TestStartRefusesOptions(t *testing.T) {
	if _, err := Start(t.Context(), Options{LogLimit: -1}); err == nil {
		t.Error("Start takes a negative limit")
	}
	if _, err := StartPipe(t.Context(), Options{LogLimit: -1}); err == nil {
		t.Error("StartPipe takes a negative limit")
	}
}

func TestServerEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		srv, err := StartPipe(ctx, Options{})
		if err != nil {
			t.Fatal(err)
		}
		conn := rawAsk(t, srv, "/fault/timing/hang-headers")
		defer conn.Close()
		synctest.Wait()
		cancel()
		synctest.Wait()
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("read: %v, want EOF", err)
		}
		if _, err := srv.DialContext(context.Background(), "", ""); !errors.Is(err, net.ErrClosed) {
			t.Errorf("dial: %v, want %v", err, net.ErrClosed)
		}
		srv.Close()
	})
}

func TestCloseFirst(t *testing.T) {
	onPipes(t, Options{CloseFirst: 2}, func(t *testing.T, srv *Server) {
		for n := range 3 {
			conn, err := srv.DialContext(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			conn.SetDeadline(time.Now().Add(patience))
			_, err = io.WriteString(conn, "GET /visit.html HTTP/1.0\r\n\r\n")
			answer, _ := io.ReadAll(conn)
			conn.Close()
			if answered := err == nil && len(answer) > 0; answered != (n == 2) {
				t.Errorf("connection %d: %v, %d bytes", n, err, len(answer))
			}
		}
	})
}

// A host's politeness is tested on several hosts, which one server can be.
func TestDialContextIsAnyHost(t *testing.T) {
	srv := startTCP(t, Options{})
	for _, host := range []string{"one.example", "two.example:8080"} {
		resp, err := client(t, srv).Get("http://" + host + "/robots.txt")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if !strings.Contains(string(body), "Sitemap: http://"+host+"/sitemap-index.xml") {
			t.Errorf("%s is called otherwise in\n%s", host, body)
		}
	}
	if got := srv.Requests(); len(got) != 2 || got[1].Host != "two.example:8080" {
		t.Errorf("requests %v", got)
	}
}

// A Site can also be the handler of a server that isn't ours.
func TestSiteInsideAnotherServer(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, _ *Server) {
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		listener := newPipeListener()
		outer := &http.Server{Handler: http.StripPrefix("/world", s)}
		done := make(chan struct{})
		go func() { defer close(done); outer.Serve(listener) }()
		conn, err := listener.dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "GET /world/fault/timing/hang-headers HTTP/1.1\r\nHost: x\r\n\r\n")
		synctest.Wait()
		outer.Close()
		s.Close() // the hijacked connection is the Site's to end
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("read: %v, want EOF", err)
		}
		<-done
	})
}
