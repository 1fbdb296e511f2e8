package sink

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCreateRefusesAFileThatExists(t *testing.T) {
	for name, content := range map[string]string{"full": "a line\n", "empty": ""} {
		t.Run(name, func(t *testing.T) {
			path := tempFile(t, "pages.jsonl", content)
			_, err := Open(path, Options{Mode: Create})
			var exists *ExistsError
			if !errors.As(err, &exists) || !errors.Is(err, ErrExists) || exists.Path != path || !strings.Contains(err.Error(), "--overwrite") {
				t.Errorf("%v", err)
			}
			if got := readForTest(t, path); string(got) != content {
				t.Errorf("the file was changed to %q", got)
			}
		})
	}
}

func TestOverwriteStartsAfresh(t *testing.T) {
	path := tempFile(t, "pages.jsonl", strings.Repeat("of an earlier crawl\n", 100))
	w := openForTest(t, path, Options{Mode: Overwrite})
	batch := numberedBatch(1, 2)
	if offset := writeForTest(t, w, batch); offset != int64(len(batch.Lines)) {
		t.Errorf("offset %d, want %d", offset, len(batch.Lines))
	}
	closeForTest(t, w)
	checkFile(t, path, batch.Lines)
}

func TestOverwriteAndResumeAtZeroCreateWhatIsMissing(t *testing.T) {
	for _, mode := range []Mode{Overwrite, Resume} {
		path := filepath.Join(t.TempDir(), "pages.jsonl")
		closeForTest(t, openForTest(t, path, Options{Mode: mode}))
		checkFile(t, path, nil)
	}
}

// TestResumeGoesOnFromTheCheckpoint cuts a crawl short at each batch, with a torn batch behind, and goes on: the lines are those of a crawl
// that was never interrupted.
func TestResumeGoesOnFromTheCheckpoint(t *testing.T) {
	const batches = 5
	var want []byte
	for i := range batches {
		want = append(want, numberedBatch(i, 3+i).Lines...)
	}
	for _, name := range codecNames {
		t.Run(name, func(t *testing.T) {
			for cut := range batches + 1 {
				path := filepath.Join(t.TempDir(), name)
				w := openForTest(t, path, Options{})
				var committed Checkpoint
				for i := range batches {
					if at := checkpointForTest(t, w, numberedBatch(i, 3+i)); i < cut {
						committed = at
					}
				}
				closeForTest(t, w)
				whole := readForTest(t, path)
				if err := os.WriteFile(path, whole[:int(committed.Offset)+(len(whole)-int(committed.Offset))*2/3], 0o600); err != nil {
					t.Fatal(err)
				}

				w = openForTest(t, path, Options{Mode: Resume, Checkpoint: committed, Lines: 7})
				if at := checkpointForTest(t, w, Batch{}); at != committed {
					t.Fatalf("resumed at %v, want %v", at, committed)
				}
				for i := cut; i < batches; i++ {
					writeForTest(t, w, numberedBatch(i, 3+i))
				}
				closeForTest(t, w)
				checkFile(t, path, want)
				if !bytes.Equal(readForTest(t, path), whole) {
					t.Error("the same batches gave another file")
				}
			}
		})
	}
}

func TestResumeRefusesAFileThatLostLines(t *testing.T) {
	short := tempFile(t, "pages.jsonl", "four\n")
	missing := filepath.Join(t.TempDir(), "pages.jsonl")
	for _, test := range []struct {
		path string
		want ShorterError
	}{
		{short, ShorterError{Path: short, Size: 5, Offset: 6}},
		{missing, ShorterError{Path: missing, Offset: 6, Missing: true}},
	} {
		_, err := Open(test.path, Options{Mode: Resume, Checkpoint: Checkpoint{Offset: 6}})
		var shorter *ShorterError
		if !errors.As(err, &shorter) || !errors.Is(err, ErrShorter) || *shorter != test.want {
			t.Errorf("%v, want %v", err, &test.want)
		}
	}
	if got := readForTest(t, short); string(got) != "four\n" {
		t.Errorf("the file was changed to %q", got)
	}
	if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file was created: %v", err)
	}
}

func TestOpenSaysWhatIsWrongWithThePlace(t *testing.T) {
	dir := t.TempDir()
	file := tempFile(t, "a-file", "")
	dangling := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		target     error // nil where systems differ
		says       []string
	}{
		{"directory", dir, nil, []string{dir, "name a file in it, such as " + filepath.Join(dir, "pages.jsonl")}},
		{"missing directory", filepath.Join(dir, "no", "pages.jsonl"), fs.ErrNotExist, []string{"make the directory " + filepath.Join(dir, "no") + " first"}},
		{"below a file", filepath.Join(file, "pages.jsonl"), nil, []string{file + " is not a directory"}},
		{"dangling link", dangling, fs.ErrNotExist, []string{"it is a link to a place that does not exist"}},
		{"no name", "", fs.ErrInvalid, []string{"without a name", "- for standard output"}},
	} {
		for mode, opts := range map[string]Options{"create": {}, "overwrite": {Mode: Overwrite}} {
			t.Run(test.name+"/"+mode, func(t *testing.T) {
				_, err := Open(test.path, opts)
				var open *OpenError
				if !errors.As(err, &open) || (test.target != nil && !errors.Is(err, test.target)) {
					t.Fatalf("%T: %v", err, err)
				}
				for _, says := range test.says {
					if !strings.Contains(err.Error(), says) {
						t.Errorf("%q is not in: %v", says, err)
					}
				}
				if strings.Count(err.Error(), test.path) > 1 && test.name == "missing directory" {
					t.Errorf("names the path twice: %v", err)
				}
			})
		}
	}
}

func TestOpenRefusesOptionsThatContradict(t *testing.T) {
	for _, opts := range []Options{
		{Mode: Resume, Checkpoint: Checkpoint{Offset: -1}}, {Checkpoint: Checkpoint{Offset: 5}}, {Mode: Overwrite, Checkpoint: Checkpoint{Offset: 5}}, {Mode: Resume + 1},
	} {
		path := filepath.Join(t.TempDir(), "pages.jsonl")
		if _, err := Open(path, opts); err == nil {
			t.Errorf("%+v was accepted", opts)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%+v created the file", opts)
		}
	}
}

func TestOpenThroughALinkWritesTheFile(t *testing.T) {
	target := tempFile(t, "pages.jsonl", "old\n")
	link := filepath.Join(t.TempDir(), "latest.jsonl")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(link, Options{}); !errors.Is(err, ErrExists) {
		t.Errorf("%v", err)
	}
	w := openForTest(t, link, Options{Mode: Overwrite})
	writeForTest(t, w, numberedBatch(1, 1))
	closeForTest(t, w)
	checkFile(t, target, numberedBatch(1, 1).Lines)
}

func TestStdoutTakesLinesAndStaysOpen(t *testing.T) {
	var stdout bytes.Buffer
	w := openForTest(t, "-", Options{Stdout: &stdout})
	first := writeForTest(t, w, numberedBatch(1, 3))
	second := writeForTest(t, w, numberedBatch(2, 3))
	if err := w.Sync(t.Context()); err != nil {
		t.Error(err)
	}
	closeForTest(t, w)
	want := string(numberedBatch(1, 3).Lines) + string(numberedBatch(2, 3).Lines)
	if stdout.String() != want || first != int64(len(numberedBatch(1, 3).Lines)) || second != int64(len(want)) {
		t.Errorf("offsets %d, %d, output %q", first, second, stdout.String())
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "redirected"))
	if err != nil {
		t.Fatal(err)
	}
	w = openForTest(t, "-", Options{Stdout: file})
	writeForTest(t, w, numberedBatch(1, 3))
	closeForTest(t, w)
	if err := file.Close(); err != nil {
		t.Errorf("the Writer closed what is not its own: %v", err)
	}
	checkFile(t, file.Name(), numberedBatch(1, 3).Lines)
}

func TestStdoutIsTheProcessesByDefault(t *testing.T) {
	out, err := openOutput("-", Options{})
	if err != nil || out.to != os.Stdout || out.closer != nil {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestStreamsCannotBeResumed(t *testing.T) {
	for _, name := range []string{"-", os.DevNull} {
		_, err := Open(name, Options{Mode: Resume, Checkpoint: Checkpoint{Offset: 7}, Stdout: new(bytes.Buffer)})
		if err == nil || !strings.Contains(err.Error(), "cannot be resumed at byte 7") {
			t.Errorf("%s: %v", name, err)
		}
		closeForTest(t, openForTest(t, name, Options{Mode: Resume, Stdout: new(bytes.Buffer)}))
	}
}

func TestDevicesAreNeitherRefusedNorCut(t *testing.T) {
	for _, mode := range []Mode{Create, Overwrite} {
		w := openForTest(t, os.DevNull, Options{Mode: mode})
		batch := numberedBatch(1, 3)
		if offset := writeForTest(t, w, batch); offset != int64(len(batch.Lines)) {
			t.Errorf("offset %d", offset)
		}
		if err := w.Sync(t.Context()); err != nil {
			t.Error(err)
		}
		closeForTest(t, w)
	}
}
