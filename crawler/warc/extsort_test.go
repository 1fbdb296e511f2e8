package warc

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestLineSorter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var lines []string
	for range 2000 {
		lines = append(lines, strings.Repeat(string(rune('a'+random.IntN(20))), random.IntN(60)))
	}
	lines = append(lines, strings.Repeat("long", 100_000), "\x00", "\xff\xfe", "a b", "a!b", "a")
	want := slices.Clone(lines)
	slices.Sort(want) // by bytes
	for _, limit := range []int{1, 1000, 20_000, runSize} {
		dir := t.TempDir()
		s := newLineSorter(limit, filepath.Join(dir, "missing"), dir)
		for _, l := range lines {
			if err := s.add([]byte(l)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // a second time gives the same
			var got []string
			err := s.each(func(line []byte) error {
				got = append(got, string(line))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("limit %d: the order is another", limit)
			}
		}
		if runs := len(s.runs); (runs > 1) != (limit < runSize) {
			t.Errorf("limit %d: %d runs", limit, runs)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 && runtime.GOOS != "windows" {
			t.Errorf("limit %d: %s would be left behind by a kill", limit, left[0].Name())
		}
		s.close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("limit %d: %s is left behind", limit, left[0].Name())
		}
	}
}

func TestLineSorterNeedsADirectory(t *testing.T) {
	s := newLineSorter(1, filepath.Join(t.TempDir(), "missing"))
	defer s.close()
	if err := s.add([]byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := s.add([]byte("two")); err == nil {
		t.Error("no error")
	}
}
