package site

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRequestsAreRecorded(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		start := time.Now()
		get(t, srv, "/books/?page=2")
		time.Sleep(time.Second)
		ask(t, srv, http.MethodHead, "/b%6Foks/?page=2", http.Header{"User-Agent": {"gull/1"}, "Accept-Encoding": {"br"}, "Cookie": {"a=b"},
			"Authorization": {"Basic x"}, "Referer": {"/books/"}})
		want := []Request{
			{At: start, Method: "GET", Host: "tjeldhavn.example", Path: "/books/?page=2", UserAgent: "Go-http-client/1.1"},
			{At: start.Add(time.Second), Method: "HEAD", Host: "tjeldhavn.example", Path: "/b%6Foks/?page=2", UserAgent: "gull/1", AcceptEncoding: "br",
				Cookie: "a=b", Authorization: "Basic x", Referer: "/books/"},
		}
		if diff := cmp.Diff(want, srv.Requests()); diff != "" {
			t.Error(diff)
		}
		if srv.Hits("/books/?page=2") != 1 || srv.Hits("/books/") != 0 {
			t.Errorf("hits %d and %d, want 1 and 0", srv.Hits("/books/?page=2"), srv.Hits("/books/"))
		}
		srv.ForgetRequests()
		if len(srv.Requests()) != 0 || srv.Hits("/books/?page=2") != 0 {
			t.Error("not forgotten")
		}
	})
}

func TestRecordIsBounded(t *testing.T) {
	onPipes(t, Options{LogLimit: 3}, func(t *testing.T, srv *Server) {
		for n := range 5 {
			get(t, srv, fmt.Sprintf("/fan/%d", n))
		}
		if len(srv.Requests()) != 3 || srv.Hits("/fan/2") != 1 || srv.Hits("/fan/3") != 0 || srv.Unrecorded() != 2 {
			t.Errorf("%d requests, %d unrecorded", len(srv.Requests()), srv.Unrecorded())
		}
	})
}

func TestMaxInFlight(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		var wg sync.WaitGroup
		for n, host := range []string{"a.example", "a.example", "b.example", "a.example"} {
			wg.Go(func() {
				req, _ := http.NewRequest(http.MethodGet, fmt.Sprintf("http://%s/fan/%d?slow=1s", host, n), nil)
				resp, err := client(t, srv).Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
			})
		}
		wg.Wait()
		synctest.Wait()
		if srv.MaxInFlight() != 4 || srv.MaxInFlightOn("a.example") != 3 || srv.MaxInFlightOn("b.example") != 1 || srv.MaxInFlightOn("c.example") != 0 {
			t.Errorf("in flight %d; %d on a, %d on b", srv.MaxInFlight(), srv.MaxInFlightOn("a.example"), srv.MaxInFlightOn("b.example"))
		}
		srv.ForgetRequests()
		for range 3 {
			get(t, srv, "/")
		}
		if srv.MaxInFlight() != 1 || srv.MaxInFlightOn("tjeldhavn.example") != 1 || srv.MaxInFlightOn("a.example") != 0 {
			t.Errorf("in flight %d, %d on the host asked; want 1 at a time", srv.MaxInFlight(), srv.MaxInFlightOn("tjeldhavn.example"))
		}
	})
}
