package sink

import (
	"errors"
	"fmt"
)

// What errors.Is finds in the errors of this package; errors.As finds the types below, with the numbers.
var (
	// ErrExists: the output is there already, and Options.Mode is Create. See [ExistsError].
	ErrExists = errors.New("output exists")
	// ErrShorter: the output is shorter than the offset to resume at. See [ShorterError].
	ErrShorter = errors.New("output is shorter than what was written to it")
	// ErrEdited: the output is not what was written to it. See [EditedError].
	ErrEdited = errors.New("output is not what was written to it")
	// ErrTornBatch: a batch whose last byte is not a newline. Nothing of it was written, and the Writer goes on.
	ErrTornBatch = errors.New("a batch must be whole lines, and the last one has no newline")
	// ErrStalled: a Write to something that is read by another program was given up, since its context ended while that
	// program was not reading. What the program got of the batch is not known, so the Writer takes no more.
	ErrStalled = errors.New("given up while its reader was not reading")
)

// ExistsError is the refusal of [Create] to touch a file that is there.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string { return e.Path + " exists; --overwrite starts afresh" }

// Unwrap gives ErrExists.
func (e *ExistsError) Unwrap() error { return ErrExists }

// ShorterError is the refusal of [Resume] to go on with a file that has lost lines since they were written.
type ShorterError struct {
	Path    string
	Size    int64 // bytes the file has, 0 if it is missing
	Offset  int64 // bytes it was asked to be resumed at
	Missing bool
}

func (e *ShorterError) Error() string {
	has := "has only " + counted(e.Size, "byte")
	if e.Missing {
		has = "is missing"
	}
	return fmt.Sprintf("cannot resume %s at byte %s: it %s; put back the file as it was, or --overwrite starts afresh",
		e.Path, grouped(e.Offset), has)
}

// Unwrap gives ErrShorter.
func (e *ShorterError) Unwrap() error { return ErrShorter }

// EditedError is the refusal of [Resume] to go on with a file that was changed since its lines were written.
type EditedError struct {
	Path   string
	Offset int64 // bytes of it that should be as they were
	Size   int64 // bytes the file has, if it was found by these; else 0
}

func (e *EditedError) Error() string {
	if e.Size > e.Offset {
		return fmt.Sprintf("cannot resume %s: it has %s more than were written to it, so it was edited; put back the file as it was, "+
			"or --overwrite starts afresh", e.Path, counted(e.Size-e.Offset, "byte"))
	}
	return fmt.Sprintf("cannot resume %s: its first %s are not what was written to it, so it was edited or replaced; "+
		"put back the file as it was, or --overwrite starts afresh", e.Path, counted(e.Offset, "byte"))
}

// Unwrap gives ErrEdited.
func (e *EditedError) Unwrap() error { return ErrEdited }

// OpenError tells why an output could not be opened. Err is the operating system's error: errors.Is finds fs.ErrNotExist,
// fs.ErrPermission, syscall.EROFS and the like.
type OpenError struct {
	Path   string
	Advice string // what to do about it, may be empty
	Err    error
}

func (e *OpenError) Error() string {
	if e.Advice == "" {
		return fmt.Sprintf("cannot open %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("cannot open %s: %v; %s", e.Path, e.Err, e.Advice)
}

// Unwrap gives Err.
func (e *OpenError) Unwrap() error { return e.Err }

// WriteError is how a Writer fails, once and for good: every later call returns the same one.
type WriteError struct {
	Path   string
	Offset int64 // size in bytes of the output's whole batches
	Lines  int64 // how many lines are in them
	Kept   Kept
	Err    error // the operating system's: errors.Is finds syscall.ENOSPC, syscall.EPIPE and the like
}

// Kept says how safe the lines written before a failure are.
type Kept uint8

const (
	// KeptSent: they were handed to the operating system. There is no more to know of a pipe, nor of a file whose fsync failed.
	KeptSent Kept = iota
	// KeptOnDisk: the file was cut to its whole batches, and an fsync after that succeeded.
	KeptOnDisk
	// KeptTorn: they are in the file, but a part of another batch follows them and could not be cut off. Resume does that.
	KeptTorn
)

func (e *WriteError) Error() string {
	return fmt.Sprintf("cannot write %s: %v; %s", e.Path, e.Err, e.kept())
}

// Unwrap gives Err.
func (e *WriteError) Unwrap() error { return e.Err }

func (e *WriteError) kept() string {
	lines := fmt.Sprintf("%s (%s)", counted(e.Lines, "line"), byteSize(e.Offset))
	are := "are"
	if e.Lines == 1 {
		are = "is"
	}
	switch {
	case e.Kept == KeptTorn:
		return fmt.Sprintf("%s %s whole, and a part of another batch follows that could not be cut off", lines, are)
	case e.Lines == 0 && e.Offset == 0:
		return "no line was written before"
	case e.Kept == KeptOnDisk:
		return fmt.Sprintf("%s %s safe on disk", lines, are)
	default:
		return fmt.Sprintf("%s had been written", lines)
	}
}
