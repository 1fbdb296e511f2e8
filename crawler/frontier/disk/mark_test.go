package disk

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestMark(t *testing.T) {
	dir := t.TempDir()
	if err := createMark(dir); err != nil {
		t.Fatal(err)
	}
	if m, err := readMark(dir); err != nil || m != (mark{}) {
		t.Errorf("a new mark is %+v, %v", m, err)
	}
	f, err := openMark(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.ready(), f.committed(1<<60), f.synced(7), f.close()); err != nil {
		t.Fatal(err)
	}
	if m, err := readMark(dir); err != nil || m != (mark{ready: true, committed: 1 << 60, synced: 7}) {
		t.Errorf("it is %+v, %v", m, err)
	}
}

// TestMarkDamaged flips each byte and cuts at each.
func TestMarkDamaged(t *testing.T) {
	dir := t.TempDir()
	if err := createMark(dir); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, markName)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		flipped := append([]byte(nil), whole...)
		flipped[i] ^= 1
		for _, b := range [][]byte{flipped, whole[:i], append(whole[:len(whole):len(whole)], whole[:i+1]...)} {
			if err := os.WriteFile(name, b, 0o666); err != nil {
				t.Fatal(err)
			}
			var corrupt *CorruptError
			if _, err := readMark(dir); !errors.As(err, &corrupt) || corrupt.File != markName {
				t.Errorf("byte %d: %v, want a CorruptError", i, err)
			}
		}
	}
}
