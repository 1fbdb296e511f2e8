package site

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWebPage(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 6, Hosts: 4, Links: 4, Seed: 1})
	want := `<!DOCTYPE html>
<title>Page 1</title>
<a href="http://h000003.example/page/3.html">3</a>
<a href="http://h000000.example/page/4.html">4</a>
<a href="/page/1.html">1</a>
<a href="http://h000000.example/page/0.html">0</a>
`
	if d := cmp.Diff(want, string(w.page(1))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	large := newWeb(t, WebOptions{PageSize: 100_000})
	if n := len(large.page(0)); n < 100_000 || n > 100_200 {
		t.Errorf("a page of at least 100,000 bytes has %d", n)
	}
}

// TestWebSaysTheSameEveryWay asks a proxy, a server by its Host header, and no server at all.
func TestWebSaysTheSameEveryWay(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 100, Hosts: 10})
	server := httptest.NewServer(w)
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxied := &http.Transport{Proxy: http.ProxyURL(address)}
	defer proxied.CloseIdleConnections()
	ways := map[string]func(method, url string) (*http.Response, error){
		"proxy": func(method, url string) (*http.Response, error) { return roundTrip(proxied, method, url, "") },
		"Host header": func(method, target string) (*http.Response, error) {
			u, err := url.Parse(target)
			if err != nil {
				return nil, err
			}
			return roundTrip(http.DefaultTransport, method, server.URL+u.Path, u.Host)
		},
		"in process": func(method, url string) (*http.Response, error) { return roundTrip(w, method, url, "") },
	}
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	for _, c := range []struct {
		method, url string
		status      int
		body        string
	}{
		{"GET", "http://h000007.example/page/17.html", 200, string(w.page(17))},
		{"GET", "http://H000007.example:80/page/17.html", 200, string(w.page(17))},
		{"HEAD", "http://h000007.example/page/17.html", 200, ""},
		{"GET", "http://h000008.example/page/17.html", 404, faultPage("No such page in this web")},
		{"GET", "http://h000000.example/page/100.html", 404, faultPage("No such page in this web")},
		{"GET", "http://h000007.example/page/017.html", 404, faultPage("No such page in this web")},
		{"GET", "http://h000000.example/", 404, faultPage("No such page in this web")},
		{"GET", "http://h000000.example/robots.txt", 404, faultPage("No such page in this web")},
		{"POST", "http://h000007.example/page/17.html", 405, faultPage("This web is for reading")},
	} {
		for way, ask := range ways {
			resp, err := ask(c.method, c.url)
			if err != nil {
				t.Errorf("%s: %s %s: %v", way, c.method, c.url, err)
				continue
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.Body.Close() != nil {
				t.Errorf("%s: %s %s: %v", way, c.method, c.url, err)
			}
			if resp.StatusCode != c.status || string(body) != c.body || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%s: %s %s: %d %v\n%s", way, c.method, c.url, resp.StatusCode, resp.Header, body)
			}
			length := len(c.body)
			if c.method == http.MethodHead {
				length = len(w.page(17))
			}
			if resp.ContentLength != int64(length) || resp.Header.Get("Content-Length") != strconv.Itoa(length) {
				t.Errorf("%s: %s %s: Content-Length %d, %v, want %d", way, c.method, c.url, resp.ContentLength, resp.Header, length)
			}
		}
	}
}

func roundTrip(rt http.RoundTripper, method, url, host string) (*http.Response, error) {
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		return nil, err
	}
	req.Host = host
	return rt.RoundTrip(req)
}

// TestWebOfOneHost has every name, so that it can be had at a server's own address, and only links that stay there.
func TestWebOfOneHost(t *testing.T) {
	w := newWeb(t, WebOptions{Pages: 50})
	server := httptest.NewServer(w)
	defer server.Close()
	resp, err := server.Client().Get(server.URL + "/page/49.html")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, status %d", err, resp.StatusCode)
	}
	if strings.Contains(string(body), "example") || strings.Count(string(body), `<a href="/page/`) != 8 {
		t.Errorf("%s", body)
	}
}

func TestWebTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(t, WebOptions{MinLatency: time.Second, MaxLatency: 3 * time.Second, Seed: 5})
		took := map[time.Duration]bool{}
		for range 2 {
			for _, page := range []int{0, 1, 2, 3} {
				sent := false
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent = true }})
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL(page), nil)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				if resp, err := w.RoundTrip(req); err != nil || resp.Body.Close() != nil || !sent {
					t.Fatalf("%v; request written: %v", err, sent)
				}
				d := time.Since(start)
				if d < time.Second || d > 3*time.Second {
					t.Errorf("page %d took %v", page, d)
				}
				took[d] = true
			}
		}
		if len(took) != 4 {
			t.Errorf("four pages, asked for twice, took %v", took)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.First(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := w.RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, %v", resp, err)
		}
	})
}
