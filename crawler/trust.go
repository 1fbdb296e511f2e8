package crawler

import (
	"encoding/base64"
	"hash/maphash"
	"net/url"
	"strings"
	"sync"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

// trustedHosts are the hosts that seeds name: the user's headers go to them and
// to no others, and they may be at private addresses. Of each only a fingerprint
// is kept, since a list may name millions.
type trustedHosts struct {
	seed maphash.Seed

	mu    sync.RWMutex
	hosts map[uint64]struct{} // by name, whatever the port
	keys  map[uint64]struct{} // by host key: what gets the user's headers
	auth  map[string]string   // Authorization by origin, of seeds with a password
}

func newTrustedHosts() *trustedHosts {
	return &trustedHosts{seed: maphash.MakeSeed(), hosts: make(map[uint64]struct{}), keys: make(map[uint64]struct{}), auth: make(map[string]string)}
}

func (t *trustedHosts) add(s seed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hosts[maphash.String(t.seed, bareHost(s.canonical))] = struct{}{}
	t.keys[maphash.String(t.seed, weburl.HostKey(s.canonical))] = struct{}{}
	if s.userinfo != "" {
		t.auth[weburl.Origin(s.canonical)] = basicAuth(s.userinfo)
	}
}

// names reports whether a seed names the host, which is without brackets.
func (t *trustedHosts) names(host string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, ok := t.hosts[maphash.String(t.seed, host)]
	return ok
}

// receives reports whether a canonical URL gets the user's headers: a seed names
// its host, with its port.
func (t *trustedHosts) receives(canonical string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, ok := t.keys[maphash.String(t.seed, weburl.HostKey(canonical))]
	return ok
}

// authorization is the header for a canonical URL's origin, or "".
func (t *trustedHosts) authorization(canonical string) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.auth[weburl.Origin(canonical)]
}

func bareHost(canonical string) string {
	return strings.Trim(weburl.Split(canonical).Hostname, "[]")
}

// basicAuth is the Authorization for the userinfo of a URL (RFC 7617).
func basicAuth(userinfo string) string {
	user, password, _ := strings.Cut(userinfo, ":")
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(unescaped(user)+":"+unescaped(password)))
}

func unescaped(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
