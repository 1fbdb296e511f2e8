package disk

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// failing is a file system of which every operation of a kind fails from the
// nth on.
func failing(kind errorfs.OpReadWrite, n int64, err error) vfs.FS {
	var count atomic.Int64
	return errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == kind && op.Kind != errorfs.OpFilePreallocate && count.Add(1) >= n {
			return err
		}
		return nil
	}))
}

// TestFailures lets every write fail from some point on, then every read. The
// failure must be returned, from then on by every call, and the state must be
// what it was after the last commit, or, if it was a commit that failed, after
// that one.
func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind errorfs.OpReadWrite
		err  error
	}{
		{"write", errorfs.OpIsWrite, syscall.ENOSPC},
		{"limit", errorfs.OpIsWrite, syscall.EFBIG},
		{"read", errorfs.OpIsRead, syscall.EIO},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unharmed := 0
			for n := int64(1); unharmed < 3 && n < 1e5; n += 1 + n/7 {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					if !failAt(t, failing(tt.kind, n, tt.err), tt.err) {
						unharmed++
					}
				})
			}
		})
	}
}

// failAt crawls until something fails, and reports whether it did.
func failAt(t *testing.T, fs vfs.FS, want error) (failed bool) {
	dir := t.TempDir()
	held, err := crawlUntil(t, fs, dir)
	if err != nil && !errors.Is(err, want) {
		t.Fatalf("%v, want %v", err, want)
	}
	f, openErr := Open(dir, killOptions())
	if openErr != nil {
		t.Fatal(openErr)
	}
	defer f.Close()
	if got := f.digest(); len(held) > 0 && got != held[len(held)-1] && (err == nil || len(held) < 2 || got != held[len(held)-2]) {
		t.Errorf("the state is %s, and was %v", got, held[max(0, len(held)-2):])
	}
	return err != nil
}

// crawlUntil returns what the frontier held, or would have, after each commit.
func crawlUntil(t *testing.T, fs vfs.FS, dir string) (held []string, err error) {
	f, err := openOn(fs, dir, killOptions())
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	f.small()
	held = append(held, f.digest())
	_, err = f.Add(t.Context(), []frontier.Offer{killedSite.offer(0)})
	for err == nil && f.n.fetched < 1500 {
		held = append(held, f.digest())
		var req frontier.Request
		if req, _, err = f.Lease(t.Context(), f.clock.base); err != nil {
			break
		}
		f.Release(req.Host, f.clock.base)
		res := killedSite.result(&req, f.clock.base)
		err = f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{res}, Checkpoint: frontier.Checkpoint{Offset: f.Checkpoint().Offset + 100}})
		if f.n.fetched%100 == 0 && err == nil {
			err = f.Sync(outputSynced)
		}
	}
	if err == nil {
		return append(held, f.digest()), nil
	}
	held = append(held, f.digest())
	for what, again := range map[string]error{
		"Commit": f.Commit(t.Context(), frontier.Batch{}), "Return": f.Return(t.Context(), "x"), "Sync": f.Sync(outputSynced),
	} {
		if !errors.Is(again, err) && again.Error() != err.Error() {
			t.Errorf("%s after %v: %v", what, err, again)
		}
	}
	if _, ok, explainErr := f.Explain(killedSite.offer(0).URL); explainErr == nil || ok {
		t.Errorf("Explain after %v: %v, %v", err, ok, explainErr)
	}
	return held, err
}

// freshFS makes a new file where the database would take an old one, whose syncs
// errorfs doesn't see.
type freshFS struct{ vfs.FS }

func (f freshFS) ReuseForWrite(from, name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if err := f.Remove(from); err != nil {
		return nil, err
	}
	return f.Create(name, category)
}

// TestLogIsSynced counts the syncs of logs: none by commits, however many, one by
// Sync, and one of each log that is closed before the next is begun.
func TestLogIsSynced(t *testing.T) {
	var syncs, begun atomic.Int64
	fs := errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if strings.HasSuffix(op.Path, ".log") {
			switch op.Kind {
			case errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo:
				syncs.Add(1)
			case errorfs.OpCreate, errorfs.OpReuseForWrite:
				if begun.Add(1) > syncs.Load()+1 {
					t.Error("a log is begun before the one before it is synced")
				}
			}
		}
		return nil
	}))
	f, err := openOn(freshFS{fs}, t.TempDir(), killOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Add(t.Context(), []frontier.Offer{killedSite.offer(0)}); err != nil {
		t.Fatal(err)
	}
	before := syncs.Load()
	crawlSome(t, f, 20)
	if n := syncs.Load() - before; n != 0 {
		t.Errorf("20 commits sync the log %d times", n)
	}
	for range 2 { // the second has nothing to do
		if err := f.Sync(outputSynced); err != nil {
			t.Fatal(err)
		}
	}
	if n := syncs.Load() - before; n != 1 {
		t.Errorf("Sync syncs the log %d times", n)
	}
	crawlSome(t, f, 1500)
	if n := begun.Load(); n < 3 {
		t.Errorf("only %d logs were begun: this tests nothing", n)
	}
}
