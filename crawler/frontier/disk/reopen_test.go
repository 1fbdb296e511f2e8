package disk

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// killed returns what a kill of the process would leave of f, opened again.
func killed(t *testing.T, f *Frontier) *Frontier {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
		t.Fatal(err)
	}
	opts := f.opts
	opts.Mode = Resume
	return mustOpen(t, dir, opts)
}

// TestReopen kills frontiers amid random work and compares with one in memory to
// which all leases were returned: the same URLs come, in the same order within a
// host, at the same attempts.
func TestReopen(t *testing.T) {
	seeds := uint64(120)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 11))
			opts := frontier.Options{MaxDepth: rnd.IntN(5) - 1, Ordered: seed%5 == 4, Window: 50}
			p := &pair{t: t, rnd: rnd, mem: frontier.NewMemory(opts), now: time.Now().Round(0), urls: 150, hosts: 1 + rnd.IntN(4)}
			p.disk = mustOpen(t, t.TempDir(), Options{Options: opts})
			if seed%2 == 1 {
				p.disk.small()
			}
			p.add()
			for range 150 {
				switch p.rnd.IntN(6) {
				case 0:
					p.add()
				case 1, 2, 3:
					p.lease()
				default:
					p.commit(opts)
				}
			}
			p.reopen()
		})
	}
}

func (p *pair) reopen() {
	retried := slices.ContainsFunc(p.out, func(r frontier.Request) bool { return r.Attempt > 1 })
	g := killed(p.t, p.disk)
	if got, want := g.digest(), p.disk.digest(); got != want {
		p.t.Fatalf("reopened as %s, was %s", got, want)
	}
	if c := g.Counts(); c.Leased != 0 || !g.Resumed() || g.Lost() != 0 {
		p.t.Errorf("reopened with %+v, resumed %v, %d lost", c, g.Resumed(), g.Lost())
	}
	for _, r := range p.out {
		if err := p.mem.Return(p.t.Context(), r.URL); err != nil {
			p.t.Fatal(err)
		}
	}
	later := p.now.Add(time.Hour)
	for _, h := range p.held {
		p.mem.Release(h, p.now)
	}
	want, got := leaseAll(p.t, p.mem, later), leaseAll(p.t, g, later)
	if retried { // what was retried comes as a retry, not in its place in the queue
		for _, m := range []map[string][]string{want, got} {
			for h := range m {
				slices.Sort(m[h])
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		p.t.Errorf("leases by host (-returned in memory +reopened):\n%s", d)
	}
}

// leaseAll leases and commits all there is, without links, and returns it by
// host, in order.
func leaseAll(t *testing.T, f frontier.Frontier, now time.Time) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	f.SetWindow(1 << 20)
	for {
		r, _, err := f.Lease(t.Context(), now)
		if errors.Is(err, frontier.ErrNoneReady) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, now)
		all[r.Host] = append(all[r.Host], fmt.Sprint(r.Attempt, " ", r.URL, " ", r.Depth, " ", r.Parent, " ", r.Redirects))
		b := frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}}}
		if err := f.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReopenKeepsHostTimes asks a host not before its time, also if the process
// that released it was killed.
func TestReopenKeepsHostTimes(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	if _, err := f.Add(t.Context(), seeds(3)); err != nil {
		t.Fatal(err)
	}
	now := f.clock.base.Round(0)
	at := now.Add(time.Minute)
	r, _, err := f.Lease(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	f.Release(r.Host, at)
	if err := f.Commit(t.Context(), frontier.Batch{}); err != nil {
		t.Fatal(err)
	}
	g := killed(t, f)
	if _, wake, err := g.Lease(t.Context(), now); !errors.Is(err, frontier.ErrNoneReady) || !wake.Equal(at) {
		t.Errorf("reopened, the host is ready at %v (%v), want %v", wake, err, at)
	}
	if again, _, err := g.Lease(t.Context(), at); err != nil || again.URL != r.URL || again.Attempt != 1 {
		t.Errorf("then it gives %+v, %v", again, err)
	}
}

// TestReopenWakesAHostInTime lets a host sleep on disk until a retry, gives it
// something to do before that, and kills the process.
func TestReopenWakesAHostInTime(t *testing.T) {
	f := mustOpen(t, t.TempDir(), Options{})
	f.hosts.limit = 1
	if _, err := f.Add(t.Context(), seeds(1)); err != nil {
		t.Fatal(err)
	}
	now := f.clock.base
	r, _, err := f.Lease(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	f.Release(r.Host, now)
	retry := frontier.Outcome{Kind: frontier.Retry, At: now.Add(time.Hour)}
	if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{{URL: r.URL, Outcome: retry}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Add(t.Context(), hostOffers(5, 5)); err != nil {
		t.Fatal(err)
	}
	r, _, err = f.Lease(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	f.Release(r.Host, now.Add(time.Hour/2)) // one more to wake up, in between
	if err := f.Return(t.Context(), r.URL); err != nil {
		t.Fatal(err)
	}
	if f.hosts.byName["a"] != nil {
		t.Fatal("the host is in memory: this tests nothing")
	}
	f.hosts.limit = hostLimit
	if _, err := f.Add(t.Context(), seeds(2)); err != nil {
		t.Fatal(err)
	}
	leased := leaseAll(t, killed(t, f), now.Add(time.Minute))
	if len(leased["a"]) != 1 {
		t.Errorf("leased %v, want the host's new URL too", leased)
	}
}
