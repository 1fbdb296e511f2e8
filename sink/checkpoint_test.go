package sink

import (
	"errors"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestCheckpointIsTheSumOfAllBatches(t *testing.T) {
	for _, name := range codecNames {
		path := filepath.Join(t.TempDir(), name)
		w := openForTest(t, path, Options{})
		writeForTest(t, w, numberedBatch(1, 10))
		at := checkpointForTest(t, w, numberedBatch(2, 20))
		closeForTest(t, w)
		data := readForTest(t, path)
		if want := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)); at.Sum != want || at.Offset != int64(len(data)) {
			t.Errorf("%s: %+v, want %d and sum %d", name, at, len(data), want)
		}
	}
}

// TestResumeRefusesAFileThatWasEdited changes one byte at a time: in what was written, which is refused, and behind it, which is not.
func TestResumeRefusesAFileThatWasEdited(t *testing.T) {
	content := strings.Repeat("a line of some length\n", 3)
	kept := Checkpoint{}.after([]byte(content[:44]))
	for i := range content {
		changed := content[:i] + "?" + content[i+1:]
		path := tempFile(t, "pages.jsonl", changed)
		w, err := Open(path, Options{Mode: Resume, Checkpoint: kept})
		if i >= 44 {
			if err != nil {
				t.Fatalf("byte %d: %v", i, err)
			}
			closeForTest(t, w)
			checkFile(t, path, []byte(content[:44]))
			continue
		}
		var edited *EditedError
		if !errors.As(err, &edited) || !errors.Is(err, ErrEdited) || *edited != (EditedError{Path: path, Offset: 44}) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if got := readForTest(t, path); string(got) != changed {
			t.Fatalf("byte %d: the file was changed", i)
		}
	}
}

func TestCheckpointHolds(t *testing.T) {
	at := Checkpoint{}.after(make([]byte, 3<<20))
	failure := errors.New("bad sector")
	if same, err := at.holds(strings.NewReader(string(make([]byte, 3<<20+5)))); !same || err != nil {
		t.Errorf("the same bytes: %v, %v", same, err)
	}
	if same, err := at.holds(strings.NewReader(string(make([]byte, 3<<20-1)))); same || err != nil {
		t.Errorf("a byte less: %v, %v", same, err)
	}
	if same, err := at.holds(iotest.ErrReader(failure)); same || !errors.Is(err, failure) {
		t.Errorf("a failing disk: %v, %v", same, err)
	}
}
