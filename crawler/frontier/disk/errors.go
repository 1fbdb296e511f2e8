package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
)

var (
	// ErrLocked says that another frontier, of this process or another one, has
	// the directory open.
	ErrLocked = errors.New("in use by another crawl")

	// ErrExists says that Mode is Create and there is a state.
	ErrExists = errors.New("there is a state already")

	// ErrNotExist says that Mode is Resume or Inspect and there is no state.
	ErrNotExist = errors.New("there is no state")

	// ErrForeign says that the directory has files in it and none of a state.
	ErrForeign = errors.New("the directory is not empty, and no state of a crawl; name another output, or move it away")

	// ErrReadOnly is returned by calls that would change a state opened with Mode
	// Inspect.
	ErrReadOnly = errors.New("the state was opened to be inspected only")
)

// OverError says that Remove had begun and was interrupted: the crawl is complete.
// What was left of its state is removed now, unless Err says why not.
type OverError struct {
	Dir string
	Err error
}

func (e *OverError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the crawl is complete, and what is left of its state %s can't be removed: %v", e.Dir, e.Err)
	}
	return fmt.Sprintf("the crawl is complete; what was left of its state %s is removed", e.Dir)
}

func (e *OverError) Unwrap() error { return e.Err }

// VersionError says that the state was written in a format that this program
// doesn't read. Finish the crawl with the version that began it, or begin anew.
type VersionError struct {
	Dir         string
	Found, Want uint32
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s is in format %d and this program reads format %d: "+
		"go on with the version that began the crawl, or begin anew with --overwrite", e.Dir, e.Found, e.Want)
}

// OptionError says that the state was made with another option that decides
// what is in it.
type OptionError struct {
	Dir        string
	Name       string
	Have, Want any // in the state, and asked for
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s was begun with %s %v and can't go on with %v", e.Dir, e.Name, e.Have, e.Want)
}

// CorruptError says that the state is damaged. What the output holds up to the
// last offset is whole, but what was still to do can't be known.
type CorruptError struct {
	Dir  string
	File string // base name, if it is known
	Err  error
}

func (e *CorruptError) Error() string {
	where := e.Dir
	if e.File != "" {
		where = filepath.Join(e.Dir, e.File)
	}
	return fmt.Sprintf("%s is damaged: %v; restore it from a copy, or begin anew with --overwrite", where, e.Err)
}

func (e *CorruptError) Unwrap() error { return e.Err }

// OutputError says that the output, or the archive, is shorter than what Sync was
// told of.
type OutputError struct {
	Dir          string
	Archive      bool  // the archive is meant
	Size, Synced int64 // bytes
}

func (e *OutputError) Error() string {
	file := "output"
	if e.Archive {
		file = "archive"
	}
	return fmt.Sprintf("%s: the %s has %d bytes, and %d were safely on disk: "+
		"it was cut or replaced; restore it, or begin anew with --overwrite", e.Dir, file, e.Size, e.Synced)
}

// corrupt ends all use because of what was read.
func (f *Frontier) corrupt(err error) error {
	return f.fail(&CorruptError{Dir: f.dir, Err: err})
}

// diskError is of a write that failed, or of what the database met by itself. The
// state is as of the last commit.
func (f *Frontier) diskError(err error) error {
	var corrupt *CorruptError
	if errors.As(err, &corrupt) {
		return err
	}
	if pebble.IsCorruptionError(err) {
		return &CorruptError{Dir: f.dir, File: damagedFile(err), Err: err}
	}
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%s: the disk is full, and the state is as of the last commit; make room and go on: %w", f.dir, err)
	}
	return fmt.Errorf("%s: the state is as of the last commit; when this is mended, go on: %w", f.dir, err)
}

// readError is of a read, or of opening the database.
func (f *Frontier) readError(err error) error {
	if first := f.fs.failed(); first != nil {
		return f.diskError(first)
	}
	if isSystemError(err) {
		return fmt.Errorf("%s: %w", f.dir, err)
	}
	return &CorruptError{Dir: f.dir, File: damagedFile(err), Err: err}
}

// isSystemError reports an error that says nothing of the state itself, but of
// rights, limits or devices.
func isSystemError(err error) bool {
	if pebble.IsCorruptionError(err) || errors.Is(err, fs.ErrNotExist) {
		return false
	}
	var errno syscall.Errno
	return errors.As(err, &errno)
}

// damagedFile finds the base name of the file that the error is of, if it says.
func damagedFile(err error) string {
	if info := pebble.ExtractDataCorruptionInfo(err); info != nil {
		return filepath.Base(info.Path)
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return filepath.Base(pathErr.Path)
	}
	for _, word := range strings.FieldsFunc(fmt.Sprintf("%+v", err), func(r rune) bool { return strings.ContainsRune(" \n\t\"'():,;", r) }) {
		if base := filepath.Base(word); strings.HasSuffix(base, ".sst") || strings.HasSuffix(base, ".log") || strings.HasPrefix(base, "MANIFEST-") {
			return base
		}
	}
	return ""
}
