package fetch

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A nameServer answers on loopback. Names it doesn't know do not exist; a name without addresses is a failure of the server.
type nameServer struct {
	mu    sync.Mutex
	names map[string][]netip.Addr
	mute  bool
	asked map[string]int
	then  map[string][]netip.Addr // what a name leads to from the second time on
}

// resolver returns a Resolver that asks the name server.
func (s *nameServer) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.asked = map[string]int{}
	var done sync.WaitGroup
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, peer, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 || s.mute {
				continue
			}
			if out, err := s.answer(m); err == nil {
				_, _ = pc.WriteTo(out, peer)
			}
		}
	})
	var clients []net.Conn
	t.Cleanup(func() {
		pc.Close()
		done.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range clients { // a lookup may go on for a while after the fetch that began it
			c.Close()
		}
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, "udp", pc.LocalAddr().String())
		if err == nil {
			s.mu.Lock()
			clients = append(clients, c)
			s.mu.Unlock()
		}
		return c, err
	}}
}

func (s *nameServer) answer(m dnsmessage.Message) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	addrs, known := s.names[name]
	if q.Type == dnsmessage.TypeA {
		s.asked[name]++
		if later, ok := s.then[name]; ok && s.asked[name] > 1 {
			addrs = later
		}
	}
	m.Response, m.RecursionAvailable = true, true
	m.Additionals = nil
	switch {
	case !known:
		m.RCode = dnsmessage.RCodeNameError
	case len(addrs) == 0:
		m.RCode = dnsmessage.RCodeServerFailure
	}
	for _, a := range addrs {
		h := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 0}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

func addrs(texts ...string) (list []netip.Addr) {
	for _, text := range texts {
		list = append(list, netip.MustParseAddr(text))
	}
	return list
}

func TestDNSFaults(t *testing.T) {
	ns := &nameServer{names: map[string][]netip.Addr{"broken.test": nil}}
	o := unlimited()
	o.Resolver = ns.resolver(t)
	tr := newTransport(t, o)
	wantError(t, get(t, tr, "http://nowhere.test").err, KindDNS, PhaseDNS, "no such host nowhere.test")
	wantError(t, get(t, tr, "http://broken.test").err, KindDNS, PhaseDNS, "no address for broken.test")

	mute := &nameServer{mute: true}
	o.Resolver = mute.resolver(t)
	o.Timeouts.Connect = tiny
	wantError(t, get(t, newTransport(t, o), "http://slow.test").err, KindTimeout, PhaseDNS, "no address for the host within 50ms (dns)")
}

func TestDialGuard(t *testing.T) {
	ns := &nameServer{names: map[string][]netip.Addr{
		"loop.test":     addrs("127.0.0.1"),
		"loop6.test":    addrs("::1"),
		"mapped.test":   addrs("::ffff:10.0.0.1"),
		"lan.test":      addrs("10.0.0.1"),
		"both.test":     addrs("10.0.0.1", "192.168.0.1", "fd00::1"),
		"metadata.test": addrs("169.254.169.254"),
		"zero.test":     addrs("0.0.0.0"),
	}}
	resolver := ns.resolver(t)
	o := DefaultOptions()
	o.Resolver = resolver
	tr := newTransport(t, o)
	for url, part := range map[string]string{
		"http://127.0.0.1:1/":       "127.0.0.1, not a public address (loopback); --allow-private",
		"https://127.0.0.1:1/":      "127.0.0.1, not",
		"http://[::1]:1/":           "::1, not",
		"http://[::ffff:7f00:1]:1/": "leads to ",
		"http://0.0.0.0:1/":         "unspecified",
		"http://[::]:1/":            "unspecified",
		"http://169.254.169.254/":   "metadata",
		"http://10.1.2.3/":          "private",
		"http://[64:ff9b::a00:1]/":  "private",
		"http://loop.test/":         "loop.test leads to 127.0.0.1, not a public address (loopback)",
		"http://loop6.test/":        "loop6.test leads to ::1",
		"http://mapped.test/":       "10.0.0.1",
		"http://lan.test/":          "lan.test leads to 10.0.0.1",
		"http://both.test/":         "both.test leads to ",
		"http://metadata.test/":     "metadata",
		"http://zero.test/":         "unspecified",
		"http://localhost:1/":       "localhost leads to ",
	} {
		t.Run(url, func(t *testing.T) {
			wantError(t, get(t, tr, url).err, KindBlockedAddress, PhaseConnect, part)
		})
	}
}

func TestDialGuardExceptions(t *testing.T) {
	addr := serveRaw(t, answering("HTTP/1.1 204 No Content\r\n\r\n"))
	_, port, _ := net.SplitHostPort(addr)
	ns := &nameServer{names: map[string][]netip.Addr{"seed.test": addrs("127.0.0.1"), "other.test": addrs("127.0.0.1")}}
	o := DefaultOptions()
	o.Resolver = ns.resolver(t)
	o.PrivateHosts = func(host string) bool { return host == "seed.test" }
	tr := newTransport(t, o)
	for _, url := range []string{"http://seed.test:" + port, "http://SEED.test:" + port} {
		if got := get(t, tr, url); got.err != nil {
			t.Errorf("%s: %v", url, got.err)
		}
	}
	wantError(t, get(t, tr, "http://other.test:"+port).err, KindBlockedAddress, PhaseConnect, "other.test")

	o.AllowPrivate = true
	if got := get(t, newTransport(t, o), "http://other.test:"+port); got.err != nil {
		t.Error(got.err)
	}
}

// guarded is a network on which 127.0.0.1 counts as public and the rest of loopback does not.
func guarded(resolver *net.Resolver) *Network {
	g := &dialGuard{dialer: net.Dialer{Resolver: resolver}, private: privateRule{special: func(a netip.Addr) (string, bool) {
		return "elsewhere", a != netip.MustParseAddr("127.0.0.1")
	}}}
	return networkOf(&http.Transport{DialContext: g.DialContext, DisableKeepAlives: true})
}

// A name with private and public addresses is reached over the public ones, in whatever order they come.
func TestDialGuardPicksPublic(t *testing.T) {
	addr := serveRaw(t, closing("HTTP/1.1 204 No Content\r\n\r\n"))
	_, port, _ := net.SplitHostPort(addr)
	ns := &nameServer{names: map[string][]netip.Addr{
		"first.test": addrs("127.0.0.1", "127.0.0.2"), "last.test": addrs("127.0.0.3", "127.0.0.2", "127.0.0.1"), "six.test": addrs("::1", "127.0.0.1"),
		"none.test": addrs("127.0.0.2", "127.0.0.3"),
	}}
	o := DefaultOptions()
	o.Wire = guarded(ns.resolver(t))
	tr := newTransport(t, o)
	for _, host := range []string{"first.test", "last.test", "six.test"} {
		if got := get(t, tr, "http://"+host+":"+port); got.err != nil {
			t.Errorf("%s: %v", host, got.err)
		}
	}
	wantError(t, get(t, tr, "http://none.test:"+port).err, KindBlockedAddress, PhaseConnect, "none.test leads to")
	// Port 1 takes no connections: that the other address is blocked is beside the point.
	wantError(t, get(t, tr, "http://last.test:1").err, KindConnection, PhaseConnect, "")
}

// A name that has moved to a private address by the time of the second dial is refused there (rebinding).
func TestDialGuardRebinding(t *testing.T) {
	addr := serveRaw(t, closing("HTTP/1.1 204 No Content\r\n\r\n"))
	_, port, _ := net.SplitHostPort(addr)
	ns := &nameServer{
		names: map[string][]netip.Addr{"evil.test": addrs("127.0.0.1")},
		then:  map[string][]netip.Addr{"evil.test": addrs("127.0.0.2")},
	}
	o := DefaultOptions()
	o.Wire = guarded(ns.resolver(t))
	tr := newTransport(t, o)
	if got := get(t, tr, "http://evil.test:"+port); got.err != nil {
		t.Fatal(got.err)
	}
	wantError(t, get(t, tr, "http://evil.test:"+port).err, KindBlockedAddress, PhaseConnect, "evil.test leads to 127.0.0.2")
}
