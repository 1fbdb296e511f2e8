package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// overSuffix is what the directory's name has behind it in the last moments of its
// removal: an empty directory there is evidence, and elsewhere it is none.
const overSuffix = ".over"

// Remove closes the frontier and removes its directory: the crawl is complete. It
// may be interrupted at any instant: the next Open then does the rest, and says so
// with an [*OverError], or [FinishRemoval] does. After a failure nothing is removed, and Close is still to
// be called.
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
	dir := f.dir
	for _, name := range append(names, markName+".new", lockName, markName) {
		if name == markName && !f.lockStays && !f.beginning && os.Rename(dir, dir+overSuffix) == nil {
			dir += overSuffix
		}
		path := filepath.Join(dir, name)
		err := os.Remove(path)
		switch {
		case err == nil, errors.Is(err, os.ErrNotExist), isDirectory(path):
		case name == lockName:
			f.lockStays = true
		default:
			return fmt.Errorf("cannot remove the state: %w", err)
		}
	}
	_ = os.Remove(dir) // it stays if somebody has made a directory in it
	return nil
}

// FinishRemoval does the last of a Remove that was interrupted when the directory
// itself was gone, and reports whether there was anything to do: the crawl is
// complete then.
func FinishRemoval(dir string) (over bool, err error) {
	dir += overSuffix
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 1 || len(entries) == 1 && entries[0].Name() != markName {
		return false, nil // there is none, or it isn't ours
	}
	err = os.Remove(filepath.Join(dir, markName))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return true, errors.Join(err, os.Remove(dir))
}

func isDirectory(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}
