package warc

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// ErrExists is what errors.Is finds in an [ExistsError].
var ErrExists = errors.New("archive exists")

// ExistsError is the refusal to write into an archive that is there.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string { return e.Path + " exists; --overwrite starts afresh" }

// Unwrap gives ErrExists.
func (e *ExistsError) Unwrap() error { return ErrExists }

// ShorterError is the refusal to go on with an archive that has lost records.
type ShorterError struct {
	Path           string
	Size, Recorded int64 // bytes that it has, and had
	Missing        bool
}

func (e *ShorterError) Error() string {
	if e.Missing {
		return fmt.Sprintf("cannot go on recording to %s: it is missing; put it back as it was, or --overwrite starts afresh", e.Path)
	}
	return fmt.Sprintf("cannot go on recording to %s: it has %d bytes, and %d were written to it; put it back as it was, or --overwrite starts afresh",
		e.Path, e.Size, e.Recorded)
}

// EditedError is the refusal to go on with an archive that was changed since it was
// written.
type EditedError struct {
	Path string
	At   int64 // bytes of it that should be as they were
	Size int64 // bytes that it has, if it was found by these; else 0
}

func (e *EditedError) Error() string {
	if e.Size > e.At {
		return fmt.Sprintf("cannot go on recording to %s: it has %d bytes more than were written to it, so it was edited; "+
			"put it back as it was, or --overwrite starts afresh", e.Path, e.Size-e.At)
	}
	return fmt.Sprintf("cannot go on recording to %s: its first %d bytes are not what was written to it, so it was edited or replaced; "+
		"put it back as it was, or --overwrite starts afresh", e.Path, e.At)
}

// LockedError is the refusal to write to an archive that another Writer has open.
type LockedError struct{ Path string }

func (e *LockedError) Error() string {
	return e.Path + " is being recorded to by another crawl; name another file, or wait until it has ended"
}

// WriteError is how a [Writer] fails. Err is the operating system's.
type WriteError struct {
	Path   string
	Advice string // what to do about it, may be empty
	Err    error
}

func (e *WriteError) Error() string {
	if e.Advice == "" {
		return fmt.Sprintf("cannot write %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("cannot write %s: %v; %s", e.Path, e.Err, e.Advice)
}

// Unwrap gives Err.
func (e *WriteError) Unwrap() error { return e.Err }

func openFailure(name string, err error) error {
	var shorter *ShorterError
	if errors.As(err, &shorter) {
		return err
	}
	e := &WriteError{Path: name, Err: cause(err)}
	if errors.Is(err, fs.ErrNotExist) {
		e.Advice = "make the directory " + filepath.Dir(name) + " first"
	}
	return e
}

// cause takes the path off an error of package os: the message has it.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
