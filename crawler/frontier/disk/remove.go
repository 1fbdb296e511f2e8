package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Remove closes the frontier and removes its directory: the crawl is complete. It
// may be interrupted at any instant: the next Open then does the rest, and says so
// with an [*OverError], or it finds an empty directory, see [Emptied]. After a failure nothing is
// removed, and Close is still to be called.
func (f *Frontier) Remove() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return frontier.ErrClosed
	}
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return err
	}
	if err := f.mark.over(); err != nil {
		return f.fail(f.diskError(err))
	}
	f.closed = true
	lock := f.lock
	f.lock = nil // closeAll lets go of all but the lock
	err = errors.Join(f.closeAll(), f.removeAll(), lock.Close())
	if f.lockStays {
		err = errors.Join(err, os.Remove(filepath.Join(f.dir, lockName)), os.Remove(f.dir))
	}
	return err
}

// removeAll removes the state's files, the lock and the mark last, and its
// directory. Where a file that is open can't be removed, the lock stays.
func (f *Frontier) removeAll() error {
	names, err := f.list()
	if err != nil {
		return fmt.Errorf("cannot remove the state: %w", err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == markName })
	for _, name := range append(names, markName+".new", lockName, markName) {
		path := filepath.Join(f.dir, name)
		err := os.Remove(path)
		switch {
		case err == nil, errors.Is(err, os.ErrNotExist), isDirectory(path):
		case name == lockName:
			f.lockStays = true
		default:
			return fmt.Errorf("cannot remove the state: %w", err)
		}
	}
	_ = os.Remove(f.dir) // it stays if somebody has made a directory in it
	return nil
}

func isDirectory(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}
