package disk

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/errors/oserror"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// guardFS stands between the database and the disk, for two things.
//
// First, a write that fails. The database panics or ends the process when it
// can't write its log or manifest, in goroutines of its own too. So it never gets
// to know: from the first failure on nothing is written, renamed or removed any
// more, while it believes that all is. What is on disk stays as it was before the
// write that failed, and the frontier returns that failure from each of its
// calls, until the database is closed.
//
// Second, when the log is synced. A commit has to be handed to the operating
// system, so that a killed process doesn't lose it, and the database does that
// only as part of a sync. So a sync of a log is none, until syncLogs is called or
// the log is closed. All else is synced when the database says so.
type guardFS struct {
	vfs.FS
	failure atomic.Pointer[failure]
	closing atomic.Bool // failures of the database's own are of no interest

	mu   sync.Mutex
	logs map[*guardFile]struct{} // open
}

type failure struct{ err error }

func newGuardFS(inner vfs.FS) *guardFS {
	return &guardFS{FS: inner, logs: make(map[*guardFile]struct{})}
}

func (g *guardFS) failed() error {
	if f := g.failure.Load(); f != nil {
		return f.err
	}
	return nil
}

// fail freezes the disk.
func (g *guardFS) fail(err error) { g.failure.CompareAndSwap(nil, &failure{err}) }

// do makes a change unless the disk is frozen; if it fails, it freezes it. That
// something isn't there is no failure but an answer.
func (g *guardFS) do(change func() error) error {
	if g.failed() != nil {
		return nil
	}
	err := change()
	if err != nil && !oserror.IsNotExist(err) {
		g.fail(err)
		return nil
	}
	return err
}

func (g *guardFS) create(name string, open func() (vfs.File, error)) (vfs.File, error) {
	var f vfs.File
	err := g.do(func() (err error) {
		f, err = open()
		return err
	})
	if err != nil {
		return nil, err
	}
	if f == nil {
		g.pause()
		return deadFile{}, nil
	}
	file := &guardFile{File: f, g: g, log: strings.HasSuffix(name, ".log")}
	if file.log {
		g.mu.Lock()
		g.logs[file] = struct{}{}
		g.mu.Unlock()
	}
	return file, nil
}

// pause keeps the database from spinning on work that can't succeed any more.
func (g *guardFS) pause() {
	if !g.closing.Load() {
		time.Sleep(10 * time.Millisecond)
	}
}

// Create implements [vfs.FS].
func (g *guardFS) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	return g.create(name, func() (vfs.File, error) { return g.FS.Create(name, category) })
}

// OpenReadWrite implements [vfs.FS].
func (g *guardFS) OpenReadWrite(name string, category vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return g.create(name, func() (vfs.File, error) { return g.FS.OpenReadWrite(name, category, opts...) })
}

// ReuseForWrite implements [vfs.FS].
func (g *guardFS) ReuseForWrite(from, name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	return g.create(name, func() (vfs.File, error) { return g.FS.ReuseForWrite(from, name, category) })
}

// OpenDir implements [vfs.FS].
func (g *guardFS) OpenDir(name string) (vfs.File, error) {
	f, err := g.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &guardFile{File: f, g: g}, nil
}

// Link implements [vfs.FS].
func (g *guardFS) Link(from, to string) error {
	return g.do(func() error { return g.FS.Link(from, to) })
}

// Remove implements [vfs.FS].
func (g *guardFS) Remove(name string) error {
	return g.do(func() error { return g.FS.Remove(name) })
}

// RemoveAll implements [vfs.FS].
func (g *guardFS) RemoveAll(name string) error {
	return g.do(func() error { return g.FS.RemoveAll(name) })
}

// Rename implements [vfs.FS].
func (g *guardFS) Rename(from, to string) error {
	return g.do(func() error { return g.FS.Rename(from, to) })
}

// MkdirAll implements [vfs.FS].
func (g *guardFS) MkdirAll(dir string, perm os.FileMode) error {
	return g.do(func() error { return g.FS.MkdirAll(dir, perm) })
}

// Unwrap implements [vfs.FS].
func (g *guardFS) Unwrap() vfs.FS { return g.FS }

// syncLogs makes what was written to the logs survive a power cut.
func (g *guardFS) syncLogs() error {
	g.mu.Lock()
	logs := make([]*guardFile, 0, len(g.logs))
	for f := range g.logs {
		logs = append(logs, f)
	}
	g.mu.Unlock()
	for _, f := range logs {
		f.syncLog()
	}
	return g.failed()
}

// guardFile is an open file that may be written.
type guardFile struct {
	vfs.File
	g   *guardFS
	log bool

	closing sync.Mutex // held by syncLog and Close
	closed  bool
}

// Write implements [vfs.File].
func (f *guardFile) Write(p []byte) (int, error) {
	return len(p), f.g.do(func() error {
		_, err := f.File.Write(p)
		return err
	})
}

// WriteAt implements [vfs.File].
func (f *guardFile) WriteAt(p []byte, off int64) (int, error) {
	return len(p), f.g.do(func() error {
		_, err := f.File.WriteAt(p, off)
		return err
	})
}

// Preallocate implements [vfs.File]. It saves time only where syncs are many.
func (f *guardFile) Preallocate(int64, int64) error { return nil }

// Sync implements [vfs.File].
func (f *guardFile) Sync() error {
	if f.log {
		return nil
	}
	return f.g.do(f.File.Sync)
}

// SyncData implements [vfs.File].
func (f *guardFile) SyncData() error {
	if f.log {
		return nil
	}
	return f.g.do(f.File.SyncData)
}

// SyncTo implements [vfs.File].
func (f *guardFile) SyncTo(length int64) (fullSync bool, err error) {
	if f.log {
		return true, nil
	}
	err = f.g.do(func() (err error) {
		fullSync, err = f.File.SyncTo(length)
		return err
	})
	return fullSync, err
}

func (f *guardFile) syncLog() {
	f.closing.Lock()
	defer f.closing.Unlock()
	if !f.closed {
		_ = f.g.do(f.File.SyncData)
	}
}

// Close implements [vfs.File]. A log that comes after this one must not survive
// a power cut without it.
func (f *guardFile) Close() error {
	f.closing.Lock()
	defer f.closing.Unlock()
	if f.log {
		_ = f.g.do(f.File.SyncData)
		f.g.mu.Lock()
		delete(f.g.logs, f)
		f.g.mu.Unlock()
	}
	f.closed = true
	if err := f.File.Close(); err != nil {
		f.g.fail(err)
	}
	return nil
}

// deadFile is a file that was not made because the disk is frozen.
type deadFile struct{ vfs.File }

func (deadFile) Close() error                            { return nil }
func (deadFile) Read([]byte) (int, error)                { return 0, fs.ErrNotExist }
func (deadFile) ReadAt([]byte, int64) (int, error)       { return 0, fs.ErrNotExist }
func (deadFile) Write(p []byte) (int, error)             { return len(p), nil }
func (deadFile) WriteAt(p []byte, _ int64) (int, error)  { return len(p), nil }
func (deadFile) Preallocate(int64, int64) error          { return nil }
func (deadFile) Stat() (vfs.FileInfo, error)             { return deadInfo{}, nil }
func (deadFile) Sync() error                             { return nil }
func (deadFile) SyncTo(int64) (fullSync bool, err error) { return true, nil }
func (deadFile) SyncData() error                         { return nil }
func (deadFile) Prefetch(int64, int64) error             { return nil }
func (deadFile) Fd() uintptr                             { return vfs.InvalidFd }

type deadInfo struct{}

func (deadInfo) Name() string           { return "" }
func (deadInfo) Size() int64            { return 0 }
func (deadInfo) Mode() fs.FileMode      { return 0 }
func (deadInfo) ModTime() time.Time     { return time.Time{} }
func (deadInfo) IsDir() bool            { return false }
func (deadInfo) Sys() any               { return nil }
func (deadInfo) DeviceID() vfs.DeviceID { return vfs.DeviceID{} }
