package warc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// WriterOptions say how an archive is written. The zero value makes a new one that
// is one file.
type WriterOptions struct {
	// MaxSize is the size from which a file is followed by another one, in bytes;
	// see [Segment]. A file is longer by at most one Write. Default 0: one file.
	MaxSize int64
	// Digest is [DigestSHA256], the default, or [DigestSHA1].
	Digest string
	// Info are the fields of the warcinfo record that each file begins with.
	Info Fields
	// Overwrite empties an archive that is there.
	Overwrite bool
	// Resume goes on with an archive that is there, from behind its first At bytes,
	// counted over all its files: what is behind them is cut off.
	Resume bool
	At     int64
	// Payloads tell what to record as a revisit. Default: the last 100,000, of this
	// Writer. When it has failed they may know some that were not written; those to
	// resume with are as they were At.
	Payloads Payloads
}

// Writer appends records to an archive: to a file, compressed a member a record if
// its name ends in ".gz". It may be used by several goroutines.
type Writer struct {
	*Encoder
	name    string
	options WriterOptions

	mu      sync.Mutex
	file    *os.File
	named   bool // its name is durable
	segment int
	size    int64 // of the file
	before  int64 // of the files before it
	failed  error
}

// Create opens an archive to be written. Its errors are *[ExistsError],
// *[ShorterError] and *[WriteError].
func Create(name string, o WriterOptions) (*Writer, error) {
	switch o.Digest {
	case "", DigestSHA256, DigestSHA1:
	default:
		return nil, fmt.Errorf("warc: %q is no digest that archives are written with; there are %s and %s", o.Digest, DigestSHA256, DigestSHA1)
	}
	if o.Payloads == nil {
		o.Payloads = newMemoryPayloads(maxPayloads)
	}
	w := &Writer{Encoder: newEncoder(strings.HasSuffix(strings.ToLower(name), ".gz"), o.Digest), name: name, options: o}
	if err := w.open(); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *Writer) open() error {
	flags := os.O_WRONLY | os.O_CREATE
	switch {
	case w.options.Resume:
		last, size, err := cut(w.name, w.options.At)
		if err != nil {
			return openFailure(w.name, err)
		}
		w.segment, w.size, w.before = last, size, w.options.At-size
	case w.options.Overwrite:
		flags |= os.O_TRUNC
		if err := removeSegments(segmentsFrom(w.name, 1)); err != nil {
			return openFailure(w.name, err)
		}
	default:
		flags |= os.O_EXCL
		if later := Later(w.name); later != "" {
			return &ExistsError{Path: later}
		}
	}
	file, err := os.OpenFile(Segment(w.name, w.segment), flags, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return &ExistsError{Path: w.name}
	}
	if err != nil {
		return openFailure(w.name, err)
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(&WriteError{Path: w.name, Err: errors.Join(err, errors.New("an archive has to be a file"))}, file.Close())
	}
	if _, err := file.Seek(w.size, 0); err != nil {
		return errors.Join(openFailure(w.name, err), file.Close())
	}
	w.file = file
	return nil
}

// Write appends the records of exchanges, each as a whole; nil ones are passed
// over. What has the payload of an answer that was recorded before becomes a
// revisit of it. A failure is a *[WriteError], and final: the archive is then cut
// back to what it was before the call.
func (w *Writer) Write(exchanges ...*Encoded) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return w.failed
	}
	if err := w.rotate(); err != nil {
		return w.fail(0, err)
	}
	var b []byte
	if w.size == 0 {
		b = w.info(filepath.Base(Segment(w.name, w.segment)), w.options.Info, time.Now())
	}
	for _, e := range exchanges {
		if e == nil {
			continue
		}
		answer, err := w.answer(e)
		if err != nil { // it may think to have what is then not written
			return w.fail(0, err)
		}
		b = append(append(b, e.before...), answer...)
	}
	n, err := w.file.Write(b)
	if err != nil {
		return w.fail(n, err)
	}
	w.size += int64(n)
	return nil
}

// answer is the answer's record, or a revisit in its place.
func (w *Writer) answer(e *Encoded) ([]byte, error) {
	if e.payload == "" {
		return e.answer, nil
	}
	original, known, err := w.options.Payloads.Find(e.payload)
	if err != nil {
		return nil, err
	}
	if known {
		return w.revisit(e, original), nil
	}
	return e.answer, w.options.Payloads.Keep(e.payload, e.origin)
}

// rotate begins another file if this one is full.
func (w *Writer) rotate() error {
	if w.options.MaxSize <= 0 || w.size < w.options.MaxSize {
		return nil
	}
	next, err := os.OpenFile(Segment(w.name, w.segment+1), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if err := errors.Join(w.sync(), w.file.Close()); err != nil {
		return errors.Join(err, next.Close())
	}
	w.file, w.before, w.size = next, w.before+w.size, 0
	w.segment, w.named = w.segment+1, false
	return nil
}

// fail takes back the n bytes that got through.
func (w *Writer) fail(n int, err error) error {
	if n > 0 {
		err = errors.Join(err, w.file.Truncate(w.size))
	}
	w.failed = &WriteError{Path: Segment(w.name, w.segment), Err: cause(err)}
	return w.failed
}

// Written is the size of the archive, over all its files, in bytes: where to resume.
func (w *Writer) Written() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.before + w.size
}

// Files is how many files the archive has.
func (w *Writer) Files() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.segment + 1
}

// Sync returns when what was written would survive a loss of power.
func (w *Writer) Sync() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return w.failed
	}
	if err := w.sync(); err != nil {
		return w.fail(0, err)
	}
	return nil
}

func (w *Writer) sync() error {
	if err := w.file.Sync(); err != nil || w.named {
		return err
	}
	if err := syncDirectory(filepath.Dir(w.name)); err != nil {
		return err
	}
	w.named = true
	return nil
}

// Close syncs and closes the archive. One that nothing was written to has its
// warcinfo record all the same. It returns the error that the Writer failed with,
// if it did.
func (w *Writer) Close() error {
	var first error
	if w.Written() == 0 {
		first = w.Write()
	}
	first = errors.Join(first, w.Sync())
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.file.Close()
	switch {
	case w.failed != nil:
		return w.failed
	case first != nil:
		return first
	}
	return err
}
