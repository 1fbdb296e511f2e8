package disk

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestFullDisk fills a small file system, makes room, and goes on.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount a file system")
	}
	mount := t.TempDir()
	if err := unix.Mount("tmpfs", mount, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	defer func() {
		if err := unix.Unmount(mount, 0); err != nil {
			t.Error(err)
		}
	}()
	dir := filepath.Join(mount, "state")
	ballast := filepath.Join(mount, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1700<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	held, err := crawlUntil(t, vfs.Default, dir)
	if !errors.Is(err, syscall.ENOSPC) || len(held) < 10 {
		t.Fatalf("%d commits, and then %v; want a full disk", len(held), err)
	}
	t.Logf("after %d commits: %v", len(held), err)

	if _, err := Open(dir, killOptions()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("opened on a full disk: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir, killOptions())
	if err != nil {
		t.Fatal(err)
	}
	if got := f.digest(); got != held[len(held)-1] && got != held[len(held)-2] {
		t.Errorf("the state is %s, and was %v", got, held[len(held)-2:])
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", mount, "tmpfs", unix.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if _, err := complete(t, dir, nil, 0); err != nil {
		t.Error(err)
	}
}
