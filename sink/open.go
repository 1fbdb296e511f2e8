package sink

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Options says how an output is opened. The zero value creates a file that must not exist.
type Options struct {
	// Mode is what becomes of a file that exists. It has no meaning for what cannot be cut: standard output, pipes, devices.
	Mode Mode
	// Checkpoint is, for Resume only, the end of the part to keep: what a Write returned.
	Checkpoint Checkpoint
	// Lines is, for Resume only, how many lines that part has. It is for messages.
	Lines int64
	// Stdout is where the name "-" leads, os.Stdout by default. The Writer never closes it.
	Stdout io.Writer
}

// Mode is what becomes of an output that exists.
type Mode uint8

const (
	// Create refuses a file that exists, with an [ExistsError].
	Create Mode = iota
	// Overwrite empties the file first.
	Overwrite
	// Resume cuts the file to Options.Checkpoint and goes on from there. A file shorter than that is refused, with a [ShorterError], and
	// so is one that is not up to there what it was, with an [EditedError]: all of that part is read to know it.
	Resume
)

const (
	stdoutName  = "-"
	stdoutPath  = "standard output" // in messages
	newFileMode = 0o666             // before the umask, as every program's new files
)

// openOutput opens the file and brings it to the length it is to be written on from.
func openOutput(name string, opts Options) (*output, error) {
	if at := opts.Checkpoint; opts.Mode > Resume || at.Offset < 0 || (at != Checkpoint{} && opts.Mode != Resume) {
		return nil, fmt.Errorf("cannot open %s: mode %d does not go with offset %d", name, opts.Mode, at.Offset)
	}
	if name == stdoutName {
		return openStdout(opts)
	}
	if name == "" {
		return nil, &OpenError{Path: "an output without a name", Err: fs.ErrInvalid, Advice: "name a file, or - for standard output"}
	}
	file, created, err := openFile(name, opts)
	if err != nil {
		return nil, err
	}
	out := newOutput(name, file)
	out.closer = file
	if created && out.file != nil {
		out.newIn = filepath.Dir(name)
	}
	if err := begin(out, opts); err != nil {
		_ = file.Close() // nothing was written that closing could lose
		return nil, err
	}
	return out, nil
}

func openStdout(opts Options) (*output, error) {
	if opts.Stdout == nil {
		opts.Stdout = os.Stdout
	}
	if at := opts.Checkpoint.Offset; at > 0 {
		return nil, notCuttable(stdoutPath, at)
	}
	return newOutput(stdoutPath, opts.Stdout), nil
}

// openFile opens without changing what exists; created is whether the file is a new one.
func openFile(name string, opts Options) (file *os.File, created bool, err error) {
	if at := opts.Checkpoint.Offset; opts.Mode == Resume && at > 0 {
		file, err = os.OpenFile(name, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, false, &ShorterError{Path: name, Offset: at, Missing: true}
		}
		return file, false, openError(name, err)
	}
	file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newFileMode)
	if !errors.Is(err, fs.ErrExist) {
		return file, true, openError(name, err)
	}
	if opts.Mode == Create {
		// Only what holds data can be overwritten by mistake: a pipe or a device is there because it is meant.
		if info, statErr := os.Stat(name); statErr == nil && info.Mode().IsRegular() {
			return nil, false, &ExistsError{Path: name}
		}
	}
	file, err = os.OpenFile(name, os.O_WRONLY, 0)
	return file, false, openError(name, err)
}

// begin brings an open output to the offset that it goes on from.
func begin(out *output, opts Options) error {
	at := opts.Checkpoint
	if out.file == nil {
		if at.Offset > 0 {
			return notCuttable(out.path, at.Offset)
		}
		return nil
	}
	info, err := out.file.Stat()
	if err != nil {
		return openError(out.path, err)
	}
	if info.Size() < at.Offset {
		return &ShorterError{Path: out.path, Size: info.Size(), Offset: at.Offset}
	}
	switch same, err := at.holds(out.file); {
	case err != nil:
		return openError(out.path, err)
	case !same:
		return &EditedError{Path: out.path, Offset: at.Offset}
	}
	if err := out.cutTo(at.Offset); err != nil {
		return openError(out.path, err)
	}
	return nil
}

func notCuttable(path string, offset int64) error {
	return &OpenError{
		Path:   path,
		Err:    fmt.Errorf("it cannot be resumed at byte %s, since only a file can be cut", grouped(offset)),
		Advice: "write to a file, or start afresh with --overwrite",
	}
}

// openError says what to do about the usual causes, which it finds by looking: systems differ in the error they give for them.
func openError(name string, err error) error {
	if err == nil {
		return nil
	}
	e := &OpenError{Path: name, Err: cause(err)}
	if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
		e.Advice = "name a file in it, such as " + filepath.Join(name, "pages.jsonl")
		return e
	}
	parent := filepath.Dir(name)
	info, statErr := os.Stat(parent)
	switch {
	case errors.Is(statErr, fs.ErrNotExist):
		e.Advice = "make the directory " + parent + " first"
	case statErr == nil && !info.IsDir():
		e.Advice = parent + " is not a directory"
	case errors.Is(err, fs.ErrNotExist):
		e.Advice = "it is a link to a place that does not exist"
	default:
		e.Advice = "choose another place for the output"
	}
	return e
}

// cause takes the path and the operation off an error of package os, because the message that it goes into names them.
func cause(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
