package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxyPorts are the schemes a proxy may have and the ports they stand for.
var proxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// A proxyChoice says which proxy a URL is asked of.
type proxyChoice struct {
	choose func(*url.URL) (*url.URL, error) // nil: no proxy for any URL
	dialed map[string]bool                  // host:port of every proxy it can name, as net/http dials them
}

func newProxyChoice(o Options) (proxyChoice, error) {
	switch {
	case o.Proxy != "":
		u, err := parseProxy(o.Proxy)
		if err != nil {
			return proxyChoice{}, err
		}
		always := func(*url.URL) (*url.URL, error) { return u, nil }
		return proxyChoice{always, map[string]bool{proxyAddress(u): true}}, nil
	case o.ProxyFromEnvironment:
		return environmentProxies()
	}
	return proxyChoice{}, nil
}

func parseProxy(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || proxyPorts[u.Scheme] == "" {
		return nil, fmt.Errorf("fetch: the proxy is not a URL like http://host:port, https://host:port or socks5://host:port: %q", text)
	}
	return u, nil
}

func environmentProxies() (proxyChoice, error) {
	config := httpproxy.FromEnvironment()
	choice := proxyChoice{config.ProxyFunc(), map[string]bool{}}
	anyHost := httpproxy.Config{HTTPProxy: config.HTTPProxy, HTTPSProxy: config.HTTPSProxy}
	for scheme, value := range map[string]string{"http": config.HTTPProxy, "https": config.HTTPSProxy} {
		if value == "" {
			continue
		}
		u, err := anyHost.ProxyFunc()(&url.URL{Scheme: scheme, Host: "host.invalid"})
		if err != nil || u == nil || proxyPorts[u.Scheme] == "" { // httpproxy goes without a proxy that it can't read
			return proxyChoice{}, fmt.Errorf("fetch: %s_PROXY is not the URL of a proxy: %q", strings.ToUpper(scheme), value)
		}
		choice.dialed[proxyAddress(u)] = true
	}
	return choice, nil
}

// proxyAddress is what net/http dials for a proxy.
func proxyAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = proxyPorts[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// ofRequest is http.Transport's Proxy hook.
func (c proxyChoice) ofRequest(req *http.Request) (*url.URL, error) { return c.choose(req.URL) }

// proxyRefused is http.Transport's OnProxyConnectResponse hook: net/http has only the reason phrase for an error.
func proxyRefused(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &Error{Kind: KindConnection, Phase: PhaseConnect, Message: "the proxy refused with status " + oneLine(resp.Status)}
}

// proxiedGuard is the layer that does what can be done of dialGuard's work where a proxy looks names up and dials: it refuses hosts that
// are special addresses as they are written, or names of this very machine. To what any other name leads only the proxy knows.
type proxiedGuard struct {
	next    http.RoundTripper
	proxy   proxyChoice
	private privateRule
}

func (g *proxiedGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	proxy, err := g.proxy.choose(req.URL)
	if err == nil && proxy != nil && !g.private.allows(req.URL.Hostname()) {
		if fault := g.check(req.URL.Hostname()); fault != nil {
			return nil, fault
		}
	}
	return g.next.RoundTrip(req)
}

func (g *proxiedGuard) check(host string) *Error {
	if addr, err := netip.ParseAddr(host); err == nil {
		return g.private.check(host, addr)
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || endsInNumber(name) {
		return &Error{
			Kind: KindBlockedAddress, Phase: PhaseConnect,
			Message: host + " is no public host; --allow-private lets it through",
		}
	}
	return nil
}

// endsInNumber is the URL standard's test for a host that is an IPv4 address in one of its many spellings
// (https://url.spec.whatwg.org/#ends-in-a-number-checker): a proxy may well understand 2130706433 or 0x7f.1.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if hex, found := strings.CutPrefix(last, "0x"); found {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}
