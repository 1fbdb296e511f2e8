package disk

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// TestLockstep does the same random things to a frontier on disk and to the one
// in memory, and compares every answer.
func TestLockstep(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 60
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { lockstep(t, seed, 300) })
	}
}

// small makes a frontier keep so little in memory that all has to be read again.
func (f *Frontier) small() {
	f.hosts.limit = 2
	f.seen = newSeenCache(0, f.resumed)
	f.touchLimit = 3
	f.laneLimit = 3
}

type pair struct {
	t       *testing.T
	rnd     *rand.Rand
	mem     *frontier.Memory
	disk    *Frontier
	now     time.Time
	out     []frontier.Request
	held    []string
	urls    int
	hosts   int
	retries int
	loose   bool
	small   bool
	over    bool
}

func lockstep(t *testing.T, seed uint64, steps int) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	opts := frontier.Options{MaxDepth: rnd.IntN(6) - 1, Ordered: rnd.IntN(4) == 0, Forget: rnd.IntN(6) == 0, Window: 1 + rnd.IntN(4)}
	if rnd.IntN(4) == 0 {
		opts.MaxDepth = -1
	}
	p := &pair{
		t: t, rnd: rnd, mem: frontier.NewMemory(opts), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		urls: 10 + rnd.IntN(100), hosts: 1 + rnd.IntN(5), loose: opts.Ordered || opts.Forget,
	}
	if opts.Forget {
		p.urls = 1000 // parents of the forgotten are not comparable: see offers
	}
	var err error
	if p.disk, err = Open(t.TempDir(), Options{Options: opts}); err != nil {
		t.Fatal(err)
	}
	defer p.disk.Close()
	if seed%2 == 1 {
		p.disk.small()
		p.small = opts.MaxDepth >= 0
	}
	p.add()
	for range steps {
		if p.over {
			return
		}
		switch p.rnd.IntN(10) {
		case 0:
			p.add()
		case 1:
			p.now = p.now.Add(time.Duration(p.rnd.IntN(3000)) * time.Millisecond)
		case 2, 3, 4:
			p.lease()
		case 5:
			p.release()
		case 6:
			p.giveBack()
			n := p.rnd.IntN(5)
			p.mem.SetWindow(n)
			p.disk.SetWindow(n)
		default:
			p.commit(opts)
		}
		if p.rnd.IntN(8) == 0 {
			p.decide()
		}
		p.compare()
	}
}

func (p *pair) offer(opts frontier.Options) frontier.Offer {
	i := p.rnd.IntN(p.urls)
	host := fmt.Sprintf("h%d", i%p.hosts)
	o := frontier.Offer{URL: fmt.Sprintf("http://%s/%03d", host, i), Host: host}
	o.Undecided = !opts.Forget && p.rnd.IntN(4) == 0
	switch p.rnd.IntN(12) {
	case 0:
		o.Skip = frontier.ReasonNoFollow
	case 1:
		o.Skip, o.Undecided = "scope", false
		o.URL += "out"
	case 2:
		if p.rnd.IntN(4) == 0 {
			o.Skip, o.Undecided = frontier.ReasonDepth, false
		}
	}
	return o
}

func (p *pair) add() {
	var offers []frontier.Offer
	for range p.rnd.IntN(3) {
		o := p.offer(frontier.Options{Forget: true}) // seeds are decided
		if p.rnd.IntN(3) == 0 {
			o.Requested = "as " + o.URL
		}
		offers = append(offers, o)
	}
	p.t.Logf("add %+v", offers)
	a, err1 := p.mem.Add(p.t.Context(), offers)
	b, err2 := p.disk.Add(p.t.Context(), offers)
	p.same("Add", a, b)
	p.sameError("Add", err1, err2)
}

func (p *pair) lease() {
	a, wake1, err1 := p.mem.Lease(p.t.Context(), p.now)
	p.t.Logf("lease %+v %v", a, err1)
	b, wake2, err2 := p.disk.Lease(p.t.Context(), p.now)
	p.sameError("Lease", err1, err2)
	if a.Host != b.Host {
		p.leaseAll(a, b)
		return
	}
	if p.small && a.URL != b.URL && a.Depth == b.Depth {
		p.over = true // the order in which many URLs came to a depth by one commit is open
		return
	}
	p.same("Lease", a, b)
	if !wake1.Equal(wake2) {
		p.t.Fatalf("Lease: next at %v, on disk at %v", wake1, wake2)
	}
	if err1 == nil {
		p.leased(a)
		if p.rnd.IntN(3) > 0 {
			p.release()
		}
	}
}

func (p *pair) leased(r frontier.Request) {
	p.out = append(p.out, r)
	p.held = append(p.held, r.Host)
}

// leaseAll leases from all hosts that are ready: which of them comes first is
// open where one was on disk. With a window it decides what else can be leased,
// and a host forgotten by one may have its clock still with the other: then there
// is nothing more to compare.
func (p *pair) leaseAll(a, b frontier.Request) {
	if p.loose {
		p.over = true
		return
	}
	mem, disk := p.ready(p.mem, a), p.ready(p.disk, b)
	p.same("Lease of all", mem, disk)
	for _, host := range slices.Sorted(maps.Keys(mem)) {
		p.leased(mem[host])
	}
}

func (p *pair) ready(f frontier.Frontier, r frontier.Request) map[string]frontier.Request {
	all := make(map[string]frontier.Request)
	for {
		all[r.Host] = r
		var err error
		if r, _, err = f.Lease(p.t.Context(), p.now); err != nil {
			return all
		}
	}
}

func (p *pair) release() {
	if len(p.held) == 0 {
		return
	}
	i := p.rnd.IntN(len(p.held))
	host, at := p.held[i], p.now
	p.held = slices.Delete(p.held, i, i+1)
	if p.rnd.IntN(3) == 0 {
		at = at.Add(time.Duration(p.rnd.IntN(3)) * time.Second)
	}
	p.t.Logf("release %s %v", host, at.Sub(p.now))
	p.mem.Release(host, at)
	p.disk.Release(host, at)
}

func (p *pair) take() (frontier.Request, bool) {
	if len(p.out) == 0 {
		return frontier.Request{}, false
	}
	i := p.rnd.IntN(len(p.out))
	r := p.out[i]
	p.out = slices.Delete(p.out, i, i+1)
	return r, true
}

func (p *pair) giveBack() {
	r, ok := p.take()
	if !ok {
		return
	}
	p.t.Logf("return %s", r.URL)
	p.sameError("Return", p.mem.Return(p.t.Context(), r.URL), p.disk.Return(p.t.Context(), r.URL))
	p.sameError("Return again", p.mem.Return(p.t.Context(), r.URL), p.disk.Return(p.t.Context(), r.URL))
}

// commit ends a lease, or several at once where that leaves no order of hosts
// open.
func (p *pair) commit(opts frontier.Options) {
	n := 1
	if p.hosts == 1 {
		n += p.rnd.IntN(4)
	}
	var b frontier.Batch
	for range n {
		if r, ok := p.take(); ok {
			b.Results = append(b.Results, p.result(opts, r))
		}
	}
	p.t.Logf("commit %+v", b)
	p.sameError("Commit", p.mem.Commit(p.t.Context(), b), p.disk.Commit(p.t.Context(), b))
}

func (p *pair) result(opts frontier.Options, r frontier.Request) frontier.Result {
	res := frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}
	switch p.rnd.IntN(8) {
	case 0:
		res.Outcome = frontier.Outcome{Kind: frontier.Failed, Reason: "dns", Detail: "no such host"}
	case 1:
		res.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: "robots"}
	case 2:
		p.retries++ // no two at one time, whose order is open
		res.Outcome = frontier.Outcome{Kind: frontier.Retry, At: p.now.Add(time.Duration(p.rnd.IntN(3))*time.Second + time.Duration(p.retries))}
	case 3:
		o := p.offer(opts)
		o.Redirect = 301 + p.rnd.IntN(2)
		if p.rnd.IntN(5) == 0 {
			o.URL, o.Host, o.Skip, o.Undecided, o.Reopen = r.URL, r.Host, "", false, true
		}
		res.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect}
		res.Found = []frontier.Offer{o}
	default:
		if opts.Forget {
			break
		}
		for range p.rnd.IntN(8) {
			res.Found = append(res.Found, p.offer(opts))
		}
	}
	return res
}

// decide skips a third of the URLs.
func (p *pair) decide() {
	judge := func(url string) frontier.Reason {
		if url[len(url)-1]%3 == 0 {
			return "scope"
		}
		return ""
	}
	a, err1 := p.mem.Decide(p.t.Context(), judge)
	b, err2 := p.disk.Decide(p.t.Context(), judge)
	p.same("Decide", a, b)
	p.sameError("Decide", err1, err2)
}

func (p *pair) compare() {
	a, b := p.mem.Counts(), p.disk.Counts()
	maps.DeleteFunc(a.Skipped, func(_ frontier.Reason, n int64) bool { return n == 0 })
	if d := cmp.Diff(a, b); d != "" {
		p.t.Fatalf("counts: %+v %+v", a, b)
	}
	most := 1 + p.rnd.IntN(4)
	heads, onDisk := p.mem.Heads(most), p.disk.Heads(most)
	n := min(len(heads), len(onDisk)) // the disk may know fewer of them
	p.same("Heads", len(heads) > 0, n > 0)
	p.same("Heads", heads[:n], onDisk[:n])
	p.same("Drained", p.mem.Drained(), p.disk.Drained())
	if err := p.disk.usable(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pair) same(what string, a, b any) {
	p.t.Helper()
	if d := cmp.Diff(a, b); d != "" {
		p.t.Fatalf("%s (-memory +disk):\n%s", what, d)
	}
}

func (p *pair) sameError(what string, a, b error) {
	p.t.Helper()
	for _, kind := range []error{frontier.ErrNoneReady, frontier.ErrNotLeased, frontier.ErrClosed} {
		if errors.Is(a, kind) != errors.Is(b, kind) {
			p.t.Fatalf("%s: %v, on disk %v", what, a, b)
		}
	}
	if (a == nil) != (b == nil) {
		p.t.Fatalf("%s: %v, on disk %v", what, a, b)
	}
}
