package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// crawlSome commits up to n pages of killedSite one by one, and returns what the
// frontier held after each commit, by its number.
func crawlSome(t *testing.T, f *Frontier, n int) map[uint64]string {
	t.Helper()
	now := time.Now()
	held := map[uint64]string{}
	for range n {
		r, _, err := f.Lease(t.Context(), now)
		if errors.Is(err, frontier.ErrNoneReady) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Release(r.Host, now)
		res := killedSite.result(&r, now)
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}, Checkpoint: frontier.Checkpoint{Offset: f.Checkpoint().Offset + 100}}); err != nil {
			t.Fatal(err)
		}
		held[f.n.commits] = f.digest()
	}
	return held
}

// digest is what a state has to be again after it is opened.
func (f *Frontier) digest() string {
	return fmt.Sprint(f.n.discovered, f.n.fetched, f.n.failed, f.n.queued, f.n.waiting, f.n.hosts, f.n.output.Offset, f.n.reasons)
}

// TestDamage damages each file of a state in many ways. It must then be refused,
// or be what it was after one of its commits: one that Sync hasn't covered, if
// not the last, and then Lost says so. It must never panic.
func TestDamage(t *testing.T) {
	whole, held, synced := damagedState(t)
	entries, err := os.ReadDir(whole)
	if err != nil {
		t.Fatal(err)
	}
	var refused, wentBack, unharmed int
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		for what, damage := range damages(info.Size()) {
			t.Run(e.Name()+"/"+what, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				if err := damage(filepath.Join(dir, e.Name())); err != nil {
					t.Fatal(err)
				}
				lost, err := complete(t, dir, held, synced)
				var corrupt *CorruptError
				switch {
				case errors.As(err, &corrupt):
					if corrupt.Dir != dir || !strings.Contains(err.Error(), dir) {
						t.Errorf("the message doesn't say where: %v", err)
					}
					refused++
				case err != nil:
					t.Errorf("refused with %T: %v", err, err)
				case lost > 0:
					wentBack++
				default:
					unharmed++
				}
			})
		}
	}
	t.Logf("%d refused, %d went on from an earlier commit, %d unharmed", refused, wentBack, unharmed)
	if refused < 10 || wentBack < 3 {
		t.Error("this tests nothing")
	}
}

// damagedState makes a state that a killed process has left, with tables, and
// returns it with what it held after each commit, and the last one synced.
func damagedState(t *testing.T) (dir string, held map[uint64]string, synced uint64) {
	live := t.TempDir()
	f, err := Open(live, killOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Add(t.Context(), []frontier.Offer{killedSite.offer(0)}); err != nil {
		t.Fatal(err)
	}
	crawlSome(t, f, 1500)
	if err := f.Sync(outputSynced); err != nil {
		t.Fatal(err)
	}
	held = crawlSome(t, f, 200)
	for {
		dir = t.TempDir()
		err := os.CopyFS(dir, os.DirFS(live))
		if errors.Is(err, os.ErrNotExist) {
			continue // a compaction has removed a file meanwhile
		}
		if err != nil {
			t.Fatal(err)
		}
		return dir, held, f.n.syncedCommits
	}
}

// complete goes on with a state until its crawl is complete, and checks that
// this gave every page. It returns the commits that were lost, or the error that
// the state was refused with.
func complete(t *testing.T, dir string, held map[uint64]string, synced uint64) (lost uint64, err error) {
	f, err := Open(dir, killOptions())
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if want, ok := held[f.n.commits]; ok && want != f.digest() {
		t.Errorf("at commit %d it holds %s, it held %s", f.n.commits, f.digest(), want)
	}
	if f.n.commits < synced {
		t.Errorf("it goes on from commit %d although %d were synced", f.n.commits, synced)
	}
	now := time.Now()
	for !f.Drained() {
		r, wake, err := f.Lease(t.Context(), now)
		if errors.Is(err, frontier.ErrNoneReady) && wake.After(now) {
			now = wake
			continue
		}
		if err != nil {
			return 0, err
		}
		f.Release(r.Host, now)
		res := killedSite.result(&r, now)
		if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}, Checkpoint: frontier.Checkpoint{Offset: f.Checkpoint().Offset + 100}}); err != nil {
			return 0, err
		}
	}
	lines := killedSite.lines()
	for e, err := range f.All() {
		if err != nil {
			return 0, err
		}
		if e.State == Fetched || e.State == Failed {
			delete(lines, e.URL)
		}
	}
	if len(lines) > 0 {
		t.Errorf("%d pages are missing", len(lines))
	}
	return f.Lost(), f.Close()
}

func damages(size int64) map[string]func(name string) error {
	cut := func(to int64) func(string) error {
		return func(name string) error { return os.Truncate(name, to) }
	}
	flip := func(at int64) func(string) error {
		return func(name string) error {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			b[at] ^= 0x41
			return os.WriteFile(name, b, 0o666)
		}
	}
	ways := map[string]func(string) error{"removed": os.Remove}
	if size > 0 {
		ways["emptied"] = cut(0)
		for _, percent := range []int64{1, 10, 30, 50, 70, 90, 99} {
			ways[fmt.Sprintf("cut at %d%%", percent)] = cut(size * percent / 100)
			ways[fmt.Sprintf("flipped at %d%%", percent)] = flip(size * percent / 100)
		}
		ways["first byte flipped"] = flip(0)
		ways["last byte flipped"] = flip(size - 1)
		ways["last byte cut"] = cut(size - 1)
	}
	return ways
}
