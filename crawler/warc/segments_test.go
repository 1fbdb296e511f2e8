package warc

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSegment(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		want string
	}{
		{"a.warc.gz", 0, "a.warc.gz"},
		{"a.warc.gz", 1, "a-00001.warc.gz"},
		{"x.gz/A.WARC.GZ", 12, "x.gz/A-00012.WARC.GZ"},
		{"a.warc", 99999, "a-99999.warc"},
		{"a.warc", 123456, "a-123456.warc"},
		{"a.gz", 2, "a-00002.gz"},
		{"x.warc/archive", 2, "x.warc/archive-00002"},
		{".warc.gz", 1, ".warc-00001.gz"},
		{"/x/.gz", 1, "/x/.gz-00001"},
	} {
		if got := Segment(test.name, test.n); got != test.want {
			t.Errorf("Segment(%q, %d) = %q, want %q", test.name, test.n, got, test.want)
		}
	}
}

// putSegments makes files of the given contents, "" for one that isn't there, and returns the archive's name.
func putSegments(t *testing.T, contents ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.warc")
	for n, content := range contents {
		if content != "" {
			writeFile(t, Segment(name, n), []byte(content))
		}
	}
	return name
}

// segmentsIn says what is in an archive's directory.
func segmentsIn(t *testing.T, name string) string {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(filepath.Dir(name), f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Name()+"="+string(content))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestSegmentsAndSize(t *testing.T) {
	name := putSegments(t, "one", "twotwo", "", "beyond the gap")
	if got, want := Segments(name), []string{name, Segment(name, 1)}; !slices.Equal(got, want) {
		t.Errorf("Segments = %q, want %q", got, want)
	}
	if size, err := Size(name); size != 9 || err != nil {
		t.Errorf("Size = %d, %v", size, err)
	}
	if err := os.Mkdir(Segment(name, 2), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := Segments(name); len(got) != 2 {
		t.Errorf("with a directory of that name, Segments = %q", got)
	}
	if size, err := Size(name + "none"); size != 0 || err != nil {
		t.Errorf("of none, Size = %d, %v", size, err)
	}
}

func TestCut(t *testing.T) {
	for total, want := range map[int64]struct {
		files   string
		segment int
		size    int64
	}{
		0:  {"a.warc=", 0, 0},
		2:  {"a.warc=on", 0, 2},
		3:  {"a.warc=one", 0, 3},
		4:  {"a-00001.warc=t a.warc=one", 1, 1},
		9:  {"a-00001.warc=twotwo a.warc=one", 1, 6},
		13: {"a-00001.warc=twotwo a-00002.warc=thre a.warc=one", 2, 4},
		14: {"a-00001.warc=twotwo a-00002.warc=three a.warc=one", 2, 5},
	} {
		name := putSegments(t, "one", "twotwo", "three")
		segment, size, err := cut(name, total)
		if files := segmentsIn(t, name); files != want.files || segment != want.segment || size != want.size || err != nil {
			t.Errorf("cut to %d: %d, %d, %v: %s", total, segment, size, err, files)
		}
	}
	name := putSegments(t, "one", "twotwo")
	_, _, err := cut(name, 10)
	if want := (ShorterError{Path: name, Size: 9, Recorded: 10}); err == nil || *err.(*ShorterError) != want {
		t.Errorf("cut to more than there is: %v", err)
	}
	if files := segmentsIn(t, name); files != "a-00001.warc=twotwo a.warc=one" {
		t.Errorf("cut to more than there is left %s", files)
	}
}

// TestCutInterrupted stops the removal of files in its middle: what is left is still found by the next one.
func TestCutInterrupted(t *testing.T) {
	name := putSegments(t, "one", "two", "", "four")
	if err := os.MkdirAll(filepath.Join(Segment(name, 2), "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := removeSegments([]string{Segment(name, 1), Segment(name, 2), Segment(name, 3)})
	if err == nil {
		t.Fatal("no error")
	}
	if _, err := os.Stat(Segment(name, 1)); err != nil {
		t.Errorf("the first was removed before the last: %v", err)
	}
	if _, err := os.Stat(Segment(name, 3)); err == nil {
		t.Error("the last is still there")
	}
}

func TestSyncDirectory(t *testing.T) {
	if err := syncDirectory(t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := syncDirectory(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("of none: no error")
	}
}
