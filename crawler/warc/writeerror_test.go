package warc

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

func TestWriterErrors(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
		is   error
	}{
		{&ExistsError{Path: "a.warc"}, "a.warc exists; --overwrite starts afresh", ErrExists},
		{&ShorterError{Path: "a.warc", Size: 7, Recorded: 9},
			"cannot go on recording to a.warc: it has 7 bytes, and 9 were written to it; put it back as it was, or --overwrite starts afresh", nil},
		{&WriteError{Path: "a.warc", Err: syscall.ENOSPC}, "cannot write a.warc: no space left on device", syscall.ENOSPC},
		{&WriteError{Path: "a.warc", Err: syscall.ENOSPC, Advice: "make room"}, "cannot write a.warc: no space left on device; make room", syscall.ENOSPC},
		{openFailure("d/a.warc", &os.PathError{Op: "open", Path: "d/a.warc", Err: syscall.ENOENT}),
			"cannot write d/a.warc: no such file or directory; make the directory d first", fs.ErrNotExist},
		{openFailure("d/a.warc", &os.PathError{Op: "open", Path: "d/a.warc", Err: syscall.EACCES}), "cannot write d/a.warc: permission denied", fs.ErrPermission},
		{openFailure("a.warc", errors.New("no path")), "cannot write a.warc: no path", nil},
	} {
		if test.err.Error() != test.want || test.is != nil && !errors.Is(test.err, test.is) {
			t.Errorf("got %q, want %q, which is %v", test.err, test.want, test.is)
		}
	}
	shorter := &ShorterError{Path: "a.warc"}
	if got := openFailure("a.warc", shorter); got != shorter {
		t.Errorf("a ShorterError became %v", got)
	}
}
