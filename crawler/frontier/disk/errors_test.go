package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2"
)

// TestErrorsSayWhatToDo reads the messages as somebody whose crawl has ended.
func TestErrorsSayWhatToDo(t *testing.T) {
	f := &Frontier{dir: "/x/pages.jsonl.state", fs: newGuardFS(nil)}
	for _, tt := range []struct {
		err  error
		says []string
	}{
		{f.diskError(&fs.PathError{Op: "write", Path: "/x/1.log", Err: syscall.ENOSPC}), []string{f.dir, "full", "make room", "/x/1.log"}},
		{f.diskError(syscall.EIO), []string{f.dir, "last commit", "input/output"}},
		{f.corrupt(errCollision), []string{f.dir, "damaged", "begin anew"}},
		{&VersionError{f.dir, 2, 1}, []string{f.dir, "format 2", "format 1", "begin anew"}},
		{&OptionError{f.dir, "MaxDepth", 3, 4}, []string{f.dir, "MaxDepth 3", "with 4"}},
		{&OutputError{f.dir, false, 10, 20}, []string{f.dir, "10 bytes", "20 were", "restore"}},
		{&CorruptError{f.dir, "000007.sst", errRecord}, []string{f.dir + "/000007.sst", "damaged"}},
	} {
		for _, want := range tt.says {
			if !strings.Contains(tt.err.Error(), want) {
				t.Errorf("%q doesn't say %q", tt.err, want)
			}
		}
	}
}

// TestReadError tells damage from what the system says of itself.
func TestReadError(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "/x/000009.sst", Err: syscall.ENOENT}
	for _, tt := range []struct {
		err     error
		corrupt bool
		file    string
	}{
		{errors.New("no idea"), true, ""},
		{pebble.ErrCorruption, true, ""},
		{missing, true, "000009.sst"},
		{fmt.Errorf("replaying (/x/000004.log): %w", errRecord), true, "000004.log"},
		{&fs.PathError{Op: "open", Path: "/x/000009.sst", Err: syscall.EMFILE}, false, ""},
		{syscall.EACCES, false, ""},
	} {
		f := &Frontier{dir: "/x", fs: newGuardFS(nil)}
		err := f.readError(tt.err)
		var corrupt *CorruptError
		if errors.As(err, &corrupt) != tt.corrupt || tt.corrupt && corrupt.File != tt.file || !errors.Is(err, tt.err) {
			t.Errorf("%v: %v", tt.err, err)
		}
	}
}
