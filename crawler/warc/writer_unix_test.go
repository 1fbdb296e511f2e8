//go:build unix

package warc

import (
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// limitFiles lets no file of the process grow beyond a size, as a full disk would.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // so that a write fails instead
	lower := limit
	lower.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &lower); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
}

// TestFullDisk ends a recording in the middle of a record. What is there is whole, and it goes on once there is room.
func TestFullDisk(t *testing.T) {
	const pages = 30
	for _, ending := range []string{".warc", ".warc.gz"} {
		for _, limit := range []uint64{1, 700, 1000, 5000} { // from within the first record on
			name := filepath.Join(t.TempDir(), "a"+ending)
			var o WriterOptions
			w := create(t, name, o)
			done, failure := 0, error(nil)
			lift := limitFiles(t, limit)
			for ; done < pages && failure == nil; done++ {
				failure = w.Write(w.Encode(pageExchange(fmt.Sprintf("http://a.test/%d", done), done)))
			}
			again, end := w.Write(w.Encode(knownExchange())), w.Close()
			lift()
			done--
			var failed *WriteError
			if !errors.As(failure, &failed) || !errors.Is(failure, syscall.EFBIG) || failed.Path != name || again != failure || end != failure {
				t.Fatalf("%s, %d: %v; then %v, and %v", ending, limit, failure, again, end)
			}
			if size, err := Size(name); size != w.Written() || size > int64(limit) || err != nil {
				t.Errorf("%s, %d: %d bytes, and Written = %d; %v", ending, limit, size, w.Written(), err)
			}
			if w.Written() > 0 {
				if n := countTypes(readArchive(t, name)); n[Response] != done {
					t.Errorf("%s, %d: %v of %d", ending, limit, n, done)
				}
			}
			o.Resume, o.At = true, w.Written()
			w = create(t, name, o)
			for ; done < pages; done++ {
				put(t, w, pageExchange(fmt.Sprintf("http://a.test/%d", done), done))
			}
			closeWriter(t, w)
			if n := countTypes(readArchive(t, name)); n[Response] != pages || n[Warcinfo] != 1 {
				t.Errorf("%s, %d: gone on with, it has %v", ending, limit, n)
			}
		}
	}
}
