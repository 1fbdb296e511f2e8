package sink

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

func TestErrorMessages(t *testing.T) {
	noSpace := func(lines, offset int64, kept Kept) error {
		return &WriteError{Path: "pages.jsonl", Offset: offset, Lines: lines, Kept: kept, Err: errors.New("no space left on device")}
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{&ExistsError{"pages.jsonl"}, "pages.jsonl exists; --overwrite starts afresh"},
		{&ShorterError{Path: "pages.jsonl", Size: 900, Offset: 3100000},
			"cannot resume pages.jsonl at byte 3,100,000: it has only 900 bytes; put back the file as it was, or --overwrite starts afresh"},
		{&ShorterError{Path: "pages.jsonl", Missing: true, Offset: 70},
			"cannot resume pages.jsonl at byte 70: it is missing; put back the file as it was, or --overwrite starts afresh"},
		{&OpenError{Path: "a/pages.jsonl", Err: fs.ErrNotExist, Advice: "make the directory a first"},
			"cannot open a/pages.jsonl: file does not exist; make the directory a first"},
		{noSpace(1204, 3_100_000, KeptOnDisk), "cannot write pages.jsonl: no space left on device; 1,204 lines (3.1 MB) are safe on disk"},
		{noSpace(1, 70, KeptOnDisk), "cannot write pages.jsonl: no space left on device; 1 line (70 bytes) is safe on disk"},
		{noSpace(0, 0, KeptOnDisk), "cannot write pages.jsonl: no space left on device; no line was written before"},
		{noSpace(1204, 3_100_000, KeptSent), "cannot write pages.jsonl: no space left on device; 1,204 lines (3.1 MB) had been written"},
		{noSpace(1204, 3_100_000, KeptTorn),
			"cannot write pages.jsonl: no space left on device; 1,204 lines (3.1 MB) are whole, and a part of another batch follows that could not be cut off"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestErrorsAreFoundByWhatTheyAre(t *testing.T) {
	for _, test := range []struct{ err, target error }{
		{&ExistsError{}, ErrExists},
		{&ShorterError{}, ErrShorter},
		{&OpenError{Err: syscall.ENOENT}, fs.ErrNotExist},
		{&WriteError{Err: syscall.ENOSPC}, syscall.ENOSPC},
	} {
		if !errors.Is(test.err, test.target) {
			t.Errorf("%T is not %v", test.err, test.target)
		}
	}
}
