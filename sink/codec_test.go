package sink

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

var codecNames = []string{"pages.jsonl", "pages.jsonl.gz", "pages.jsonl.zst"}

// decoded is what is in an output, by the ending of its name; nil if it is not whole. The standard library judges gzip.
func decoded(name string, data []byte) ([]byte, error) {
	var from io.Reader = bytes.NewReader(data)
	switch filepath.Ext(name) {
	case ".gz":
		r, err := gzip.NewReader(from)
		if err != nil {
			return nil, err
		}
		from = r
	case ".zst":
		if len(data) == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		r, err := zstd.NewReader(from)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		from = r
	}
	return io.ReadAll(from)
}

// checkFile fails unless the file holds exactly these lines, and is whole in the eyes of gzip -t or zstd -t too, where they are installed.
func checkFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := decoded(path, readForTest(t, path))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s has %d bytes of lines, want %d:\n%.300q\n%.300q", path, len(got), len(want), got, want)
	}
	tool := map[string]string{".gz": "gzip", ".zst": "zstd"}[filepath.Ext(path)]
	if tool == "" {
		return
	}
	if _, err := exec.LookPath(tool); err != nil {
		t.Logf("%s is not installed: only Go's readers have judged", tool)
		return
	}
	if out, err := exec.Command(tool, "-t", path).CombinedOutput(); err != nil {
		t.Fatalf("%s -t: %v: %s", tool, err, out)
	}
}

func TestCodecIsChosenByTheEnding(t *testing.T) {
	for name, want := range map[string]string{
		"-": "plainCodec", "pages.jsonl": "plainCodec", "gz": "plainCodec", "pages.gz.jsonl": "plainCodec",
		"pages.jsonl.gz": "*gzipCodec", "PAGES.GZ": "*gzipCodec", "pages.zst": "*zstdCodec", "pages.Zst": "*zstdCodec",
	} {
		c, err := codecFor(name)
		if got := strings.Replace(fmt.Sprintf("%T", c), "sink.", "", 1); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
	}
}

func TestEachBatchIsWholeInItself(t *testing.T) {
	for _, name := range codecNames {
		t.Run(name, func(t *testing.T) {
			c, err := codecFor(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, batch := range []Batch{numberedBatch(1, 1), numberedBatch(2, 500), bigBatch(3 << 20)} {
				encoded := c.appendEncoded([]byte("kept"), batch.Lines)
				if !bytes.HasPrefix(encoded, []byte("kept")) {
					t.Fatal("appendEncoded changed what was there before")
				}
				got, err := decoded(name, encoded[len("kept"):])
				if err != nil || !bytes.Equal(got, batch.Lines) {
					t.Errorf("%d bytes came back as %d, %v", len(batch.Lines), len(got), err)
				}
			}
		})
	}
}

func TestEqualBatchesGiveEqualBytes(t *testing.T) {
	for _, name := range codecNames {
		one, err := codecFor(name)
		if err != nil {
			t.Fatal(err)
		}
		other, err := codecFor(name)
		if err != nil {
			t.Fatal(err)
		}
		one.appendEncoded(nil, numberedBatch(7, 90).Lines) // what came before must not show
		batch := numberedBatch(1, 50)
		if !bytes.Equal(one.appendEncoded(nil, batch.Lines), other.appendEncoded(nil, batch.Lines)) {
			t.Errorf("%s: equal batches gave different bytes", name)
		}
	}
}

func TestCodecsServeSeveralGoroutines(t *testing.T) {
	for _, name := range codecNames {
		c, err := codecFor(name)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for range 10 {
					batch := numberedBatch(i, 40)
					if got, err := decoded(name, c.appendEncoded(nil, batch.Lines)); err != nil || !bytes.Equal(got, batch.Lines) {
						t.Errorf("%s: %d bytes came back as %d, %v", name, len(batch.Lines), len(got), err)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestOutputWithoutALineIsAValidFile(t *testing.T) {
	for _, name := range codecNames {
		path := filepath.Join(t.TempDir(), name)
		closeForTest(t, openForTest(t, path, Options{}))
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		checkFile(t, path, nil)
	}
}

func BenchmarkCodec(b *testing.B) {
	for _, pages := range []int{1, 100} {
		var batch Batch
		for i := range pages {
			batch.Add(pageRecord(i, 107, 20))
		}
		for _, name := range codecNames {
			b.Run(fmt.Sprintf("%s/pages=%d", name, pages), func(b *testing.B) {
				c, err := codecFor(name)
				if err != nil {
					b.Fatal(err)
				}
				var buffer []byte
				b.ReportAllocs()
				b.SetBytes(int64(len(batch.Lines)))
				for b.Loop() {
					buffer = c.appendEncoded(buffer[:0], batch.Lines)
				}
				b.ReportMetric(float64(len(batch.Lines))/float64(len(buffer)), "ratio")
			})
		}
	}
}
