package sink

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// writerFunc is an output that behaves as the test says.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestWriteTellsShortWritesAndNonsense(t *testing.T) {
	failure := errors.New("cable cut")
	for _, test := range []struct {
		name    string
		n       int
		err     error
		wantN   int
		wantErr error // nil: any
	}{
		{"short without an error", 3, nil, 3, io.ErrShortWrite},
		{"short with an error", 3, failure, 3, failure},
		{"all with an error", 10, failure, 10, failure},
		{"more than there was", 11, nil, 0, nil},
		{"less than nothing", -1, failure, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := newOutput("out", writerFunc(func([]byte) (int, error) { return test.n, test.err }))
			n, err := out.write(make([]byte, 10))
			if n != test.wantN || err == nil || (test.wantErr != nil && !errors.Is(err, test.wantErr)) {
				t.Errorf("%d, %v", n, err)
			}
		})
	}
}

// redirected is standard output led to a file that has something already, opened to write or to append.
func redirected(t *testing.T, flag int) (*output, *os.File) {
	t.Helper()
	file, err := os.OpenFile(tempFile(t, "redirected", "before\n"), os.O_WRONLY|flag, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if _, err := file.Seek(0, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	return newOutput(stdoutPath, file), file
}

func writeAll(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func TestTakeBackCutsRedirectedStdout(t *testing.T) {
	for name, flag := range map[string]int{">": 0, ">>": os.O_APPEND} {
		t.Run(name, func(t *testing.T) {
			out, file := redirected(t, flag)
			writeAll(t, out.to, "a line\n")
			writeAll(t, out.to, "half a li")
			if err := out.takeBack(len("half a li")); err != nil {
				t.Fatal(err)
			}
			writeAll(t, file, "after\n") // by the next program, or our standard error
			checkFile(t, file.Name(), []byte("before\na line\nafter\n"))
		})
	}
}

func TestTakeBackLeavesWhatOthersWrote(t *testing.T) {
	out, file := redirected(t, 0)
	writeAll(t, out.to, "half a li")
	other, err := os.OpenFile(file.Name(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	writeAll(t, other, "of another program\n")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.takeBack(len("half a li")); err == nil {
		t.Error("took back what was not its own")
	}
	checkFile(t, file.Name(), []byte("before\nhalf a liof another program\n"))
}

func TestStreamsTakeNothingBack(t *testing.T) {
	out := newOutput("out", io.Discard)
	if err := out.takeBack(0); err != nil {
		t.Errorf("nothing: %v", err)
	}
	if err := out.takeBack(1); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a byte: %v", err)
	}
}

func TestSyncMakesTheNameOfANewFileDurableOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	out, err := openOutput(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if out.newIn != filepath.Dir(path) {
		t.Errorf("new in %q", out.newIn)
	}
	if err := out.sync(); err != nil || out.newIn != "" {
		t.Errorf("%v, new in %q", err, out.newIn)
	}
	out.newIn = filepath.Join(path, "gone")
	if err := out.sync(); err == nil {
		t.Error("the failure to sync a directory is not told")
	}
	if err := out.close(); err != nil {
		t.Error(err)
	}
	again, err := openOutput(path, Options{Mode: Overwrite})
	if err != nil || again.newIn != "" {
		t.Fatalf("%v, an old file is new in %q", err, again.newIn)
	}
	if err := again.close(); err != nil {
		t.Error(err)
	}
}
