//go:build unix

package sink

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

func TestNamedPipesAreWrittenTo(t *testing.T) {
	for _, name := range codecNames {
		for mode, opts := range map[string]Options{"create": {}, "overwrite": {Mode: Overwrite}} {
			t.Run(name+"/"+mode, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), name)
				if err := syscall.Mkfifo(path, 0o600); err != nil {
					t.Fatal(err)
				}
				var got []byte
				var readErr error
				var group sync.WaitGroup
				group.Go(func() {
					var reader *os.File
					if reader, readErr = os.Open(path); readErr == nil {
						got, readErr = io.ReadAll(reader)
						_ = reader.Close()
					}
				})
				w := openForTest(t, path, opts)
				writeForTest(t, w, numberedBatch(1, 10))
				if err := w.Sync(t.Context()); err != nil {
					t.Error(err)
				}
				writeForTest(t, w, numberedBatch(2, 10))
				closeForTest(t, w)
				group.Wait()
				if readErr != nil {
					t.Fatal(readErr)
				}
				want := append(numberedBatch(1, 10).Lines, numberedBatch(2, 10).Lines...)
				if lines, err := decoded(name, got); err != nil || !bytes.Equal(lines, want) {
					t.Errorf("%v: %q", err, lines)
				}
			})
		}
	}
}

// TestClosedPipe is trawl | head: the writing end has a number above 2, so that no SIGPIPE comes with the error.
func TestClosedPipe(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w := openForTest(t, "-", Options{Stdout: writer})
	batch := numberedBatch(1, 4)
	offset := writeForTest(t, w, batch)
	got := make([]byte, len(batch.Lines))
	if _, err := io.ReadFull(reader, got); err != nil || !bytes.Equal(got, batch.Lines) {
		t.Errorf("%v: %q", err, got)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(t.Context(), numberedBatch(2, 4))
	checkWriteError(t, err, WriteError{Path: stdoutPath, Offset: offset, Lines: 4, Kept: KeptSent, Err: syscall.EPIPE})
	checkStaysFailed(t, w, err)
	if err := writer.Close(); err != nil {
		t.Error(err)
	}
}
