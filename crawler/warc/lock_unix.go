//go:build unix && !solaris && !aix

package warc

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other Writers from a file until it is closed.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return &LockedError{Path: f.Name()}
	case errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOLCK):
		return nil // a file system without locks
	}
	return err
}
