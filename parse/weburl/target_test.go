package weburl

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// targets are paths with queries as canonical URLs have them, a good part of which url.Parse refuses or rewrites.
var targets = []string{
	"/", "/a/b.html?c=d", "/?", "/a?", "/a??b", "/?a|b^c%27`{}[]\\", "/?100%", "/%41%7e%2F", "/100%", "/a%zz", "/%",
	"/a|b", "/a[b]", "/a^b", "/a'b!$&()*+,;=:@", "/a:b", "/~a_b-c.d", "//double", "//", "///", "//double?q", "//a:b@c/d",
	"//a|b", "//100%?", "/a//b", "/%2e%2e%2e/", "/http://example.com/", "/*", "/caf%C3%A9", "/caf%c3%a9", "/%FF", "/%00",
	"/%0D%0A",
}

func TestRequestTargetIsSentAsItIs(t *testing.T) {
	server := newRawServer(t)
	for _, host := range []string{"example.com", "example.com:8080", "[::1]", "[::1]:8080", "xn--bcher-kva.example"} {
		for _, target := range targets {
			canonical := mustBeCanonical(t, "http://"+host+target)
			u, err := RequestTarget(canonical)
			if err != nil {
				t.Fatal(err)
			}
			want := target
			if target == "//a|b" || target == "//100%?" {
				want = "http://" + host + target // the absolute form, for want of another way
			}
			server.expect(t, server.client(nil), u, "GET "+want+" HTTP/1.1", host)
		}
	}
}

func TestProxyRequestTargetIsSentWhole(t *testing.T) {
	server := newRawServer(t)
	proxy := func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy.example:3128") }
	for _, host := range []string{"example.com", "[::1]:8080"} {
		for _, target := range targets {
			canonical := mustBeCanonical(t, "http://"+host+target)
			u, err := ProxyRequestTarget(canonical)
			if err != nil {
				t.Fatal(err)
			}
			server.expect(t, server.client(proxy), u, "GET "+canonical+" HTTP/1.1", host)
		}
	}
}

func TestRequestTargetOverHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Got", r.Proto+" "+r.RequestURI)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for _, target := range targets {
		if _, err := url.PathUnescape(strings.SplitN(target, "?", 2)[0]); err != nil {
			continue // net/http's server, unlike its client, takes no such path
		}
		u, err := RequestTarget(mustBeCanonical(t, server.URL+target))
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(request(t, u))
		if err != nil {
			t.Errorf("%s: %v", target, err)
			continue
		}
		response.Body.Close()
		if got, want := response.Header.Get("Got"), "HTTP/2.0 "+target; got != want {
			t.Errorf("the server saw %q; want %q", got, want)
		}
	}
}

func TestRequestTargetIsReadable(t *testing.T) {
	for canonical, want := range map[string]url.URL{
		"https://example.com:8443/caf%C3%A9?a|b": {Scheme: "https", Host: "example.com:8443", Path: "/café", RawPath: "/caf%C3%A9", RawQuery: "a|b"},
		"http://example.com/a|b":                 {Scheme: "http", Host: "example.com", Opaque: "/a|b", Path: "/a|b", RawPath: "/a|b"},
		"http://example.com/100%?":               {Scheme: "http", Host: "example.com", Opaque: "/100%", Path: "/100%", RawPath: "/100%", ForceQuery: true},
	} {
		got, err := RequestTarget(canonical)
		if err != nil {
			t.Fatal(err)
		}
		if *got != want {
			t.Errorf("RequestTarget(%q) = %#v; want %#v", canonical, *got, want)
		}
	}
}

func TestRequestTargetKeepsTheUser(t *testing.T) {
	for canonical, want := range map[string]*url.Userinfo{
		"http://example.com/":           nil,
		"http://me@example.com/":        url.User("me"),
		"http://me:p%40w@example.com/":  url.UserPassword("me", "p@w"),
		"http://:p%zz@example.com/100%": url.UserPassword("", "p%zz"),
	} {
		got, err := RequestTarget(canonical)
		if err != nil {
			t.Fatal(err)
		}
		if got.User.String() != want.String() || (got.User == nil) != (want == nil) {
			t.Errorf("RequestTarget(%q) has the user %v; want %v", canonical, got.User, want)
		}
	}
}

func TestRequestTargetRefusesWhatIsNotCanonical(t *testing.T) {
	for _, raw := range []string{
		"", "/a", "http://example.com", "http:///a", "ftp://example.com/",
		"http://example.com/a b", "http://example.com/\r\nX: y", "http://example.com/é",
	} {
		for name, target := range map[string]func(string) (*url.URL, error){"RequestTarget": RequestTarget, "ProxyRequestTarget": ProxyRequestTarget} {
			if u, err := target(raw); u != nil || !errors.Is(err, ErrInvalid) {
				t.Errorf("%s(%q) = %v, %v", name, raw, u, err)
			}
		}
	}
}

func mustBeCanonical(t *testing.T, raw string) string {
	t.Helper()
	canonical, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if canonical != raw {
		t.Fatalf("%q is not canonical: %q", raw, canonical)
	}
	return canonical
}

func request(t *testing.T, u *url.URL) *http.Request {
	return (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}).WithContext(t.Context())
}

// A rawServer takes every connection for any host, and tells what came over it.
type rawServer struct {
	listener net.Listener
	requests chan string // head of each request
}

func newRawServer(t *testing.T) *rawServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &rawServer{listener, make(chan string, 1)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			head := make([]byte, 0, 4096)
			for !strings.HasSuffix(string(head), "\r\n\r\n") && len(head) < cap(head) {
				n, err := conn.Read(head[len(head):cap(head)])
				head = head[:len(head)+n]
				if err != nil {
					break
				}
			}
			conn.Write([]byte("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))
			conn.Close()
			select {
			case s.requests <- string(head):
			case <-t.Context().Done():
				return
			}
		}
	}()
	return s
}

func (s *rawServer) client(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{Proxy: proxy, DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.listener.Addr().String())
	}}
}

func (s *rawServer) expect(t *testing.T, client *http.Transport, u *url.URL, requestLine, host string) {
	t.Helper()
	response, err := client.RoundTrip(request(t, u))
	if err != nil {
		t.Errorf("%s: %v", requestLine, err)
		return
	}
	response.Body.Close()
	lines := strings.Split(<-s.requests, "\r\n")
	if lines[0] != requestLine {
		t.Errorf("the server saw %q; want %q", lines[0], requestLine)
	}
	if lines[1] != "Host: "+host {
		t.Errorf("the server saw %q; want %q", lines[1], "Host: "+host)
	}
}
