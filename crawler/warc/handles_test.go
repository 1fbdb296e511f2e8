package warc

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

func TestHandles(t *testing.T) {
	h := newHandles()
	var paths []string
	for i := range 2 * maxHandles {
		paths = append(paths, writeFile(t, fmt.Sprint(i), []byte{byte(i)}))
	}
	for range 3 {
		for i, path := range paths {
			f, err := h.acquire(path)
			if err != nil {
				t.Fatal(err)
			}
			again, err := h.acquire(path)
			if err != nil || again != f {
				t.Fatalf("a second time: %v, %v", again, err)
			}
			h.release(again)
			var b [1]byte
			if _, err := f.ReadAt(b[:], 0); err != nil || b[0] != byte(i) {
				t.Fatalf("%s: %v, %v", path, b, err)
			}
			h.release(f)
			if len(h.open) > maxHandles || len(h.idle) != len(h.open) {
				t.Fatalf("%d are open, %d idle", len(h.open), len(h.idle))
			}
		}
	}
	used, err := h.acquire(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	h.close()
	var b [1]byte
	if _, err := used.ReadAt(b[:], 0); err != nil {
		t.Errorf("one in use was closed: %v", err)
	}
	h.release(used)
	if _, err := used.ReadAt(b[:], 0); !errors.Is(err, os.ErrClosed) {
		t.Errorf("it is still open: %v", err)
	}
	if _, err := h.acquire(paths[0]); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}
