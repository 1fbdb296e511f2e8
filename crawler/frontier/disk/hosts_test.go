package disk

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func hostOffers(hosts, urls int) []frontier.Offer {
	var offers []frontier.Offer
	for i := range urls {
		host := fmt.Sprintf("h%04d", i%hosts)
		offers = append(offers, frontier.Offer{URL: fmt.Sprintf("http://%s/%d", host, i), Host: host})
	}
	return offers
}

// TestHostsWaitOnDisk has many hosts take turns of which few are in memory.
func TestHostsWaitOnDisk(t *testing.T) {
	const count, rounds = 300, 5
	f := mustOpen(t, t.TempDir(), Options{})
	f.hosts.limit = 16
	if _, err := f.Add(t.Context(), hostOffers(count, count*rounds)); err != nil {
		t.Fatal(err)
	}
	now := f.clock.base
	for round := range rounds {
		for i := range count {
			r, wake, err := f.Lease(t.Context(), now)
			if err != nil {
				t.Fatalf("round %d, host %d: %v, next at %v", round, i, err, wake.Sub(now))
			}
			if want := fmt.Sprintf("h%04d", i); r.Host != want {
				t.Fatalf("round %d: leased from %s, want %s", round, r.Host, want)
			}
			if n := len(f.hosts.byID); n > 16+1 {
				t.Fatalf("%d hosts in memory", n)
			}
			f.Release(r.Host, now.Add(time.Second))
			b := frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}}}
			if err := f.Commit(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		if round == rounds-1 {
			break
		}
		if _, wake, err := f.Lease(t.Context(), now); err == nil || !wake.Equal(now.Add(time.Second)) {
			t.Fatalf("round %d: after all hosts comes %v, %v", round, wake, err)
		}
		now = now.Add(time.Second)
	}
	if !f.Drained() {
		t.Error("not drained")
	}
}

// TestForgottenHosts makes sure that nothing is left of a list's hosts.
func TestForgottenHosts(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{Forget: true}})
	if _, err := f.Add(t.Context(), hostOffers(50, 100)); err != nil {
		t.Fatal(err)
	}
	commitLines(t, f, 100)
	if _, err := f.Add(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := len(f.hosts.byID) + len(f.hosts.byName) + len(f.ready); n != 0 {
		t.Errorf("%d traces of hosts in memory", n)
	}
	for _, prefix := range []byte{keyHost, keyHostName, keyWake, keyURL, keyQueue} {
		if _, err := f.scan([]byte{prefix}, []byte{prefix}, func(k, _ []byte) (more, readable bool) {
			t.Errorf("%s is left on disk", describe(k))
			return true, true
		}); err != nil {
			t.Fatal(err)
		}
	}
	if c := f.Counts(); c.Hosts != 0 || c.Fetched+c.Failed != 100 {
		t.Errorf("%+v", c)
	}
}

// TestCommitHosts kills a crawl after a host was given a long pause, and nothing was
// committed after that: only CommitHosts keeps it.
func TestCommitHosts(t *testing.T) {
	for _, commits := range []bool{false, true} {
		dir := t.TempDir()
		f := mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -1}})
		if _, err := f.Add(t.Context(), []frontier.Offer{{URL: "http://a/", Host: "a"}}); err != nil {
			t.Fatal(err)
		}
		at := f.clock.base.Add(time.Hour)
		r, _, err := f.Lease(t.Context(), f.clock.base)
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, at)
		if commits {
			if err := f.CommitHosts(); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		g := mustOpen(t, dir, Options{Options: frontier.Options{MaxDepth: -1}})
		_, wake, err := g.Lease(t.Context(), g.clock.base)
		if kept := errors.Is(err, frontier.ErrNoneReady) && wake.Sub(at).Abs() < time.Minute; kept != commits { // clocks differ a little
			t.Errorf("committed %v: %v, next at %v", commits, err, wake)
		}
	}
}
