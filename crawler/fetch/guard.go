package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// A dialGuard dials, and refuses to dial what is not of the public Internet. It looks at the very address that is about to be
// connected to, after the name has been looked up, so that a name can't show one address to a check and another to the dial (rebinding).
// A name with some public addresses is reached over those.
type dialGuard struct {
	dialer  net.Dialer
	setup   time.Duration // the deadline of a new connection for its first request; 0: none
	private privateRule
	proxies map[string]bool // host:port of the proxies: the user named them
}

func (g *dialGuard) DialContext(ctx context.Context, network, hostPort string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	dialer := g.dialer // each dial has its own Control
	var tried atomic.Bool
	if !g.proxies[hostPort] && !g.private.allows(host) {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			if fault := g.private.check(host, at.Addr()); fault != nil {
				return fault
			}
			tried.Store(true)
			return nil
		}
	}
	if ex := exchangeOf(ctx); ex != nil {
		if err := ex.mayDial(); err != nil {
			return nil, err
		}
		ctx = ex.attachDial(ctx)
	}
	c, err := dialer.DialContext(ctx, network, hostPort)
	switch {
	case err == nil:
		return newConn(c, g.setup)
	case tried.Load() && errors.Is(err, KindBlockedAddress):
		// Of several failures the dialer tells the first, and here that one is beside the point.
		return nil, &Error{Kind: KindConnection, Phase: PhaseConnect, Message: "no public address of " + host + " takes connections", Err: err}
	}
	return nil, err
}

// A privateRule says which hosts may have addresses that are not public, and which addresses these are.
type privateRule struct {
	all     bool
	hosts   func(host string) bool // nil: none
	special func(netip.Addr) (is string, special bool)
}

func (r privateRule) allows(host string) bool {
	return r.all || r.hosts != nil && r.hosts(strings.ToLower(host))
}

func (r privateRule) check(host string, addr netip.Addr) *Error {
	is, special := r.special(addr)
	if !special {
		return nil
	}
	what := addr.String()
	if what != host {
		what = host + " leads to " + what
	}
	return &Error{
		Kind: KindBlockedAddress, Phase: PhaseConnect,
		Message: what + ", not a public address (" + is + "); --allow-private lets it through",
	}
}
