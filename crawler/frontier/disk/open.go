package disk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Open opens the state in dir, or begins one there; opts.Mode says which. dir is
// made if need be, and goes with [Frontier.Remove].
//
// Its errors, besides those of the operating system: [ErrLocked], [ErrExists],
// [ErrNotExist], [ErrForeign], [*OverError], [*VersionError], [*OptionError], [*CorruptError].
func Open(dir string, opts Options) (*Frontier, error) {
	return openOn(vfs.Default, dir, opts)
}

func openOn(inner vfs.FS, dir string, opts Options) (_ *Frontier, err error) {
	f := &Frontier{
		dir:       dir,
		opts:      opts.withDefaults(),
		clock:     clock{base: time.Now()},
		fs:        newGuardFS(inner),
		hosts:     hosts{byName: make(map[string]*hostQueue), byID: make(map[uint64]*hostQueue), limit: hostLimit},
		urls:      newURLCache(),
		leases:    make(map[string]*lease),
		leasedIDs: make(map[uint64]*lease),
		meta:      make(map[string][]byte),
		notes:     make(map[string][]byte),
		listKey:   make([]byte, 0, 64),

		touchLimit: touchMost,
		laneLimit:  laneLimit,
	}
	defer func() {
		if err != nil {
			f.abandon()
		}
	}()
	defer f.rescue(&err)
	found, err := f.find()
	if err != nil {
		return nil, err
	}
	if err := f.openDB(found != nil); err != nil {
		return nil, err
	}
	if found == nil {
		err = f.create()
	} else {
		f.resumed = true
		err = f.load(found)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// abandon lets go of a state that can't be opened. One that was about to be begun
// is removed.
func (f *Frontier) abandon() {
	lock := f.lock
	f.lock = nil
	_ = f.closeAll()
	if f.beginning {
		_ = f.removeAll()
	}
	if lock != nil {
		_ = lock.Close()
	}
}

// find looks for a state in the directory, and takes the lock on it. It returns
// nil if one is to be begun.
func (f *Frontier) find() (*mark, error) {
	creates := f.opts.Mode == Continue || f.opts.Mode == Create || f.opts.Mode == Replace
	if creates {
		if err := os.MkdirAll(f.dir, 0o777); err != nil {
			return nil, fmt.Errorf("cannot keep the state: %w", err)
		}
	}
	names, err := f.list()
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(names) == 0 && !creates {
		return nil, fmt.Errorf("%s: %w", f.dir, ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot keep the state: %w", err)
	}
	_, lockErr := os.Lstat(filepath.Join(f.dir, lockName))
	if err := f.takeLock(); err != nil {
		return nil, err
	}
	if names, err = f.list(); err != nil {
		return nil, fmt.Errorf("cannot keep the state: %w", err)
	}
	m, err := readMark(f.dir)
	switch {
	case f.opts.Mode == Replace:
		return nil, f.replace(names)
	case errors.Is(err, fs.ErrNotExist) && len(names) > 0:
		if err = f.unmarked(names); errors.Is(err, ErrForeign) && errors.Is(lockErr, fs.ErrNotExist) {
			_ = os.Remove(filepath.Join(f.dir, lockName)) // nothing of ours is to stay there
		}
		return nil, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil && m.over && f.opts.Mode != Inspect:
		return nil, &OverError{Dir: f.dir, Err: f.removeAll()}
	case err == nil && m.ready && f.opts.Mode == Create:
		return nil, fmt.Errorf("%s: %w", f.dir, ErrExists)
	case err == nil && m.ready:
		return &m, nil
	case !creates:
		return nil, fmt.Errorf("%s: %w", f.dir, ErrNotExist)
	}
	f.beginning = true
	return nil, f.clear(names)
}

// lockName is the database's.
const lockName = "LOCK"

// list returns what is in the directory but for what every open leaves.
func (f *Frontier) list() (names []string, err error) {
	entries, err := os.ReadDir(f.dir)
	for _, e := range entries {
		if name := e.Name(); name != lockName && name != markName+".new" {
			names = append(names, name)
		}
	}
	return names, err
}

// unmarked is the error for a directory that has files but no mark.
func (f *Frontier) unmarked(names []string) error {
	for _, name := range names {
		if strings.HasPrefix(name, "MANIFEST-") || strings.HasPrefix(name, "marker.") {
			return &CorruptError{Dir: f.dir, File: markName, Err: errors.New("it is missing")}
		}
	}
	return fmt.Errorf("%s: %w", f.dir, ErrForeign)
}

// clear removes what an interrupted beginning has left, and marks the directory
// as a state that isn't ready.
func (f *Frontier) clear(names []string) error {
	for _, name := range names {
		if name == markName {
			continue // it says that the others may go
		}
		if err := os.RemoveAll(filepath.Join(f.dir, name)); err != nil {
			return fmt.Errorf("cannot keep the state: %w", err)
		}
	}
	if err := createMark(f.dir); err != nil {
		return f.diskError(err)
	}
	return nil
}

// replace removes the state that is there. It may be in another format, or lack
// its mark.
func (f *Frontier) replace(names []string) error {
	var corrupt *CorruptError
	if !slices.Contains(names, markName) && len(names) > 0 && !errors.As(f.unmarked(names), &corrupt) {
		return f.unmarked(names)
	}
	if err := createMark(f.dir); err != nil { // not ready: from here on it is no state that somebody could go on with
		return f.diskError(err)
	}
	f.beginning = true
	return f.clear(names)
}

func (f *Frontier) takeLock() error {
	lock, err := pebble.LockDirectory(f.dir, vfs.Default)
	if err == nil {
		f.lock = lock
		if _, err := os.Lstat(filepath.Join(f.dir, lockName)); err != nil {
			return fmt.Errorf("%s is %w, which is about to remove it", f.dir, ErrLocked)
		}
		return nil
	}
	var pathErr *fs.PathError // of the file's opening; a lock that is held has none
	if errors.As(err, &pathErr) {
		return fmt.Errorf("cannot keep the state: %w", err)
	}
	return fmt.Errorf("%s is %w; wait for it to end, or name another output", f.dir, ErrLocked)
}

// setup is what a state is made with and keeps.
type setup struct {
	secret   hashKey
	maxDepth int
	ordered  bool
	forget   bool
}

func (s *setup) append(b []byte) []byte {
	b = s.secret.append(b)
	b = binary.AppendVarint(b, int64(s.maxDepth))
	return append(b, asByte(s.ordered), asByte(s.forget))
}

func (s *setup) decode(v []byte) bool {
	if len(v) < hashKeySize {
		return false
	}
	s.secret = hashKeyOf(v)
	d := decoder{b: v[hashKeySize:]}
	s.maxDepth = int(d.varint())
	s.ordered, s.forget = d.byte() == 1, d.byte() == 1
	return d.ok()
}

func asByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// create makes an empty state. It can be used when its first commit is on disk.
func (f *Frontier) create() (err error) {
	if f.mark, err = openMark(f.dir); err != nil {
		return f.diskError(err)
	}
	f.key0 = newHashKey()
	f.n = newCounters()
	f.seen = newSeenCache(f.opts.SeenCache, false)
	f.order, f.hosts.asleep = emptyLane(), emptyLane()
	t := f.begin()
	s := setup{f.key0, f.opts.MaxDepth, f.opts.Ordered, f.opts.Forget}
	t.set([]byte{keySetup}, s.append(nil))
	if err := t.commit(true); err != nil {
		return err
	}
	if err := f.fs.syncLogs(); err != nil {
		return f.diskError(err)
	}
	if err := f.mark.ready(); err != nil {
		return f.diskError(err)
	}
	return nil
}

// load goes on with the state that was found.
func (f *Frontier) load(found *mark) (err error) {
	var s setup
	if err := f.mustGet([]byte{keySetup}, s.decode); err != nil {
		return err
	}
	if err := f.mustGet([]byte{keyCounters}, f.n.decode); err != nil {
		return err
	}
	if f.n.commits < found.synced {
		return f.corrupt(fmt.Errorf("it has %d commits, and %d were safely on disk", f.n.commits, found.synced))
	}
	if f.n.commits < found.committed {
		f.lost = found.committed - f.n.commits
	}
	f.key0 = s.secret
	if err := f.checkOptions(&s); err != nil {
		return err
	}
	f.seen = newSeenCache(f.opts.SeenCache, f.n.lastURL > 0)
	_, err = f.scan([]byte{keyMeta}, []byte{keyMeta}, func(k, v []byte) (more, readable bool) {
		f.meta[string(k[1:])] = append([]byte{}, v...)
		return true, true
	})
	if err != nil || f.opts.Mode == Inspect {
		return err
	}
	if f.mark, err = openMark(f.dir); err != nil {
		return f.diskError(err)
	}
	if err := f.mark.committed(f.n.commits); err != nil {
		return f.diskError(err)
	}
	f.behind = true
	return f.passOnBehind()
}

// checkOptions compares the options with those that the state was made with.
func (f *Frontier) checkOptions(s *setup) error {
	o := &f.opts
	if o.Mode == Inspect {
		o.MaxDepth, o.Ordered, o.Forget = s.maxDepth, s.ordered, s.forget
		return nil
	}
	switch {
	case s.maxDepth != o.MaxDepth && max(s.maxDepth, o.MaxDepth) >= 0:
		return &OptionError{f.dir, "MaxDepth", s.maxDepth, o.MaxDepth}
	case s.ordered != o.Ordered:
		return &OptionError{f.dir, "Ordered", s.ordered, o.Ordered}
	case s.forget != o.Forget:
		return &OptionError{f.dir, "Forget", s.forget, o.Forget}
	}
	return nil
}
