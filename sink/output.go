package sink

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
)

// output is the place that bytes go to. Its methods are for one goroutine.
type output struct {
	path   string // in messages
	to     io.Writer
	file   *os.File  // to, when it is a regular file: then it can be cut and fsynced
	closer io.Closer // nil for standard output, which is not ours to close
	newIn  string    // directory whose entry for the file has not been fsynced, "" if there is none
}

func newOutput(path string, to io.Writer) *output {
	out := &output{path: path, to: to}
	if file, ok := to.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			out.file = file
		}
	}
	return out
}

// write writes all of p, or says how much of it got through and why the rest did not.
func (o *output) write(p []byte) (n int, err error) {
	n, err = o.to.Write(p)
	if n < 0 || n > len(p) {
		return 0, fmt.Errorf("the writer says it took %d of %d bytes", n, len(p))
	}
	if n < len(p) && err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}

// takeBack removes the last n bytes that write wrote. A stream keeps them, which is an error, unless n is 0. So does standard output
// that another program, or our own standard error, has written to since: what is theirs is not ours to cut.
func (o *output) takeBack(n int) error {
	if n == 0 {
		return nil
	}
	if o.file == nil {
		return errors.ErrUnsupported
	}
	end, err := o.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if o.closer == nil {
		info, err := o.file.Stat()
		if err != nil {
			return err
		}
		if info.Size() != end {
			return fmt.Errorf("others have written to %s", o.path)
		}
	}
	return o.cutTo(end - int64(n))
}

func (o *output) cutTo(size int64) error {
	if err := o.file.Truncate(size); err != nil {
		return err
	}
	_, err := o.file.Seek(size, io.SeekStart)
	return err
}

// sync makes what was written survive a loss of power: the bytes and, for a new file, its name. A stream has nothing to sync.
func (o *output) sync() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Sync(); err != nil {
		return err
	}
	if o.newIn == "" {
		return nil
	}
	if err := syncDirectory(o.newIn); err != nil {
		return err
	}
	o.newIn = ""
	return nil
}

func (o *output) close() error {
	if o.closer == nil {
		return nil
	}
	return o.closer.Close()
}

// syncDirectory is what POSIX asks for to make a file's name durable. Windows has no such call, and some file systems refuse it.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if errors.Is(err, os.ErrPermission) {
		return nil // a directory that may be written and not read
	}
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}
