package warc

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
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
	// Sum is the checksum of these bytes, as Position has told it: with another one the
	// archive is not what was written, and refused ([EditedError]). All of them are read
	// to know it, about a second a gigabyte. 0: it isn't known.
	Sum uint32
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
	sum     uint32
	made    bool     // the archive wasn't there before
	locked  *os.File // the first file, open until the end
	failed  error
}

// Create opens an archive to be written, and keeps other Writers from it. Its errors
// are *[ExistsError], *[ShorterError], *[EditedError], *[LockedError] and *[WriteError].
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

func (w *Writer) open() (err error) {
	_, statErr := os.Lstat(w.name)
	w.made = errors.Is(statErr, fs.ErrNotExist)
	flags := os.O_RDWR | os.O_CREATE
	if !w.options.Resume && !w.options.Overwrite {
		flags |= os.O_EXCL
		if later := Later(w.name); later != "" {
			return &ExistsError{Path: later}
		}
	}
	if w.options.Resume && w.options.At > 0 && w.made {
		return &ShorterError{Path: w.name, Recorded: w.options.At, Missing: true}
	}
	first, err := os.OpenFile(w.name, flags, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return &ExistsError{Path: w.name}
	}
	if err != nil {
		return openFailure(w.name, err)
	}
	w.file, w.locked = first, first
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Abandon())
		}
	}()
	if info, err := first.Stat(); err != nil || !info.Mode().IsRegular() {
		return &WriteError{Path: w.name, Err: errors.Join(err, errors.New("an archive has to be a file"))}
	}
	if err := lock(first); err != nil {
		return err
	}
	if w.options.Resume {
		return w.resume()
	}
	if err := errors.Join(removeSegments(segmentsFrom(w.name, 1)), first.Truncate(0)); err != nil {
		return openFailure(w.name, err)
	}
	return nil
}

// resume finds the archive as it was written, and goes on behind it.
func (w *Writer) resume() error {
	sum, err := sumOf(w.name, w.options.At)
	if err != nil {
		return openFailure(w.name, err)
	}
	if w.options.Sum != 0 && sum != w.options.Sum {
		return &EditedError{Path: w.name, At: w.options.At}
	}
	last, size, err := cut(w.name, w.options.At)
	if err != nil {
		return openFailure(w.name, err)
	}
	w.segment, w.size, w.before, w.sum = last, size, w.options.At-size, sum
	if last > 0 {
		if w.file, err = os.OpenFile(Segment(w.name, last), os.O_WRONLY, 0o666); err != nil {
			w.file = w.locked
			return openFailure(w.name, err)
		}
	}
	if _, err := w.file.Seek(size, io.SeekStart); err != nil {
		return openFailure(w.name, err)
	}
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
	w.sum = crc32.Update(w.sum, castagnoli, b)
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
	err = w.file.Sync()
	if w.file != w.locked {
		err = errors.Join(err, w.file.Close())
	}
	if err != nil {
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

// Position is Written, and the checksum of all that (CRC-32C, RFC 9260 appendix A): what
// Resume wants.
func (w *Writer) Position() (at int64, sum uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.before + w.size, w.sum
}

// Files is how many files the archive has.
func (w *Writer) Files() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.segment + 1
}

// Sync returns when what was written would survive a loss of power. Writes go on
// meanwhile.
func (w *Writer) Sync() error {
	w.mu.Lock()
	file, named, failed := w.file, w.named, w.failed
	w.mu.Unlock()
	if failed != nil {
		return failed
	}
	err := file.Sync()
	if errors.Is(err, os.ErrClosed) {
		return nil // it was full, and synced for that
	}
	if err == nil && !named {
		err = syncDirectory(filepath.Dir(w.name))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		return w.fail(0, err)
	}
	w.named = w.named || w.file == file
	return nil
}

// Abandon closes the archive without more. If it wasn't there before, and nothing was
// written to it, it is gone.
func (w *Writer) Abandon() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.closeFiles()
	if w.made && w.before+w.size == 0 {
		err = errors.Join(err, os.Remove(w.name))
	}
	return err
}

func (w *Writer) closeFiles() error {
	err := w.file.Close()
	if w.locked != w.file {
		err = errors.Join(err, w.locked.Close())
	}
	return err
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
	err := w.closeFiles()
	switch {
	case w.failed != nil:
		return w.failed
	case first != nil:
		return first
	}
	return err
}
