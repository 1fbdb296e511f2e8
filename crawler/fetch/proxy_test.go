package fetch

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// connectProxy is a proxy for CONNECT that leads everywhere to target.
func connectProxy(target string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		req, err := http.ReadRequest(r)
		if err != nil || req.Method != "CONNECT" {
			return
		}
		server, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		defer server.Close()
		_, _ = io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			defer server.Close()
			_, _ = io.Copy(server, r)
		}()
		_, _ = io.Copy(c, server)
	}
}

func proxied(proxy string) Options {
	o := DefaultOptions()
	o.Timeouts = Timeouts{}
	o.Proxy = proxy
	return o
}

// The proxy may be private, as the user named it; what is asked of it may not.
func TestProxy(t *testing.T) {
	url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "proxied "+r.RequestURI) })
	tr := newTransport(t, proxied(url))
	if got := get(t, tr, "http://public.test/page"); got.err != nil || got.body != "proxied http://public.test/page" {
		t.Errorf("%q, %v", got.body, got.err)
	}
	for _, host := range []string{
		"127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "localhost", "LOCALHOST.", "a.localhost", "2130706433", "0x7f.1", "127.1", "0x",
	} {
		wantError(t, get(t, tr, "http://"+host+"/").err, KindBlockedAddress, PhaseConnect, "--allow-private")
	}
	for _, host := range []string{"8.8.8.8", "localhost.test", "0x.test", "1.test"} {
		if got := get(t, tr, "http://"+host+"/"); got.err != nil {
			t.Errorf("%s: %v", host, got.err)
		}
	}
	o := proxied(url)
	o.AllowPrivate = true
	if got := get(t, newTransport(t, o), "http://127.0.0.1/"); got.err != nil {
		t.Error(got.err)
	}
}

func TestProxyConnect(t *testing.T) {
	ca := newAuthority(t)
	c := template("server")
	c.DNSNames = []string{"public.test"}
	target := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, c)}}, answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	o := proxied("http://" + serveRaw(t, connectProxy(target)))
	o.RootCAs = ca.pool()
	if got := get(t, newTransport(t, o), "https://public.test/"); got.err != nil || got.body != "ok" {
		t.Errorf("%q, %v", got.body, got.err)
	}
}

func TestProxyFaults(t *testing.T) {
	refusing := proxied("http://" + serveRaw(t, closing("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")))
	wantError(t, get(t, newTransport(t, refusing), "https://public.test/").err, KindConnection, PhaseConnect, "the proxy refused with status 407 Proxy")

	gone := proxied("http://127.0.0.1:1")
	wantError(t, get(t, newTransport(t, gone), "http://public.test/").err, KindConnection, PhaseConnect, "refused by 127.0.0.1:1 (the proxy)")

	mute := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	for _, scheme := range []string{"http", "socks5", "socks5h"} {
		o := proxied(scheme + "://" + serveRaw(t, mute))
		o.Timeouts.Connect = tiny
		o.Timeouts.TLS = tiny
		wantError(t, get(t, newTransport(t, o), "https://public.test/").err, KindTimeout, PhaseConnect, "no connection within 50ms")
	}

	socks := proxied("socks5://" + serveRaw(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 64))
		_, _ = c.Write([]byte{5, 0})
		_, _ = c.Read(make([]byte, 256))
		_, _ = c.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
		_, _ = c.Read(make([]byte, 1))
	}))
	wantError(t, get(t, newTransport(t, socks), "http://public.test/").err, KindConnection, PhaseConnect, "SOCKS proxy refused")
}

func TestProxyFromEnvironment(t *testing.T) {
	url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "proxied") })
	t.Setenv("HTTP_PROXY", url)
	t.Setenv("http_proxy", url)
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	t.Setenv("REQUEST_METHOD", "")
	o := proxied("")
	o.ProxyFromEnvironment = true
	if got := get(t, newTransport(t, o), "http://public.test/"); got.err != nil || got.body != "proxied" {
		t.Errorf("%q, %v", got.body, got.err)
	}
	o.ProxyFromEnvironment = false
	o.Resolver = (&nameServer{}).resolver(t)
	wantError(t, get(t, newTransport(t, o), "http://public.test/").err, KindDNS, PhaseDNS, "public.test")
	t.Setenv("HTTP_PROXY", "%zz://")
	t.Setenv("http_proxy", "%zz://")
	o.ProxyFromEnvironment = true
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "HTTP_PROXY") {
		t.Errorf("a bad HTTP_PROXY: %v", err)
	}
}

func TestBadProxy(t *testing.T) {
	for _, proxy := range []string{"proxy:3128", "ftp://proxy", "http://", "::", "127.0.0.1"} {
		if _, err := New(proxied(proxy)); err == nil || !strings.Contains(err.Error(), "http://host:port") {
			t.Errorf("%q: %v", proxy, err)
		}
	}
}
