//go:build unix && !solaris && !aix

package warc

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLock: an archive has one Writer at a time, however it is opened, and a refused one leaves it as it is.
func TestLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.warc")
	w := create(t, name, WriterOptions{MaxSize: 1})
	put(t, w, pageExchange("http://a.test/1", 1), pageExchange("http://a.test/2", 2)) // and goes on in other files
	at, sum := w.Position()
	for _, o := range []WriterOptions{{Overwrite: true}, {Resume: true, At: at, Sum: sum}, {Resume: true}} {
		if _, err := Create(name, o); !errors.As(err, new(*LockedError)) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if size, err := Size(name); err != nil || size != at {
		t.Errorf("%d bytes, %v; want %d", size, err, at)
	}
	closeWriter(t, w)
	again, err := Create(name, WriterOptions{Resume: true, At: at, Sum: sum})
	if err != nil {
		t.Fatal(err)
	}
	closeWriter(t, again)
}

// TestResumeEdited: of an archive that was changed nothing is cut.
func TestResumeEdited(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.warc")
	w := create(t, name, WriterOptions{})
	put(t, w, pageExchange("http://a.test/1", 1), pageExchange("http://a.test/2", 2))
	at, sum := w.Position()
	closeWriter(t, w)
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	content = append(content, "torn"...)
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(name, WriterOptions{Resume: true, At: at, Sum: sum}); !errors.As(err, new(*EditedError)) {
		t.Errorf("%v", err)
	}
	if after, err := os.ReadFile(name); err != nil || string(after) != string(content) {
		t.Errorf("it was touched: %v", err)
	}
}
