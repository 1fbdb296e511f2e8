//go:build unix

package soak

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// archived is what an archive has of answers, by URL, as a reader of these tests' own finds it.
type archived map[string]int

// TestKillRecording kills crawls that are recorded. Whenever one is killed its archive has every page of its dataset; in the end it is whole
// records, each exchange once, and is replayed to the dataset, byte for byte.
func TestKillRecording(t *testing.T) {
	t.Run("world", func(t *testing.T) {
		testKillRecording(t, world(t), inForm(10, 300))
	})
	t.Run("python3-doc", func(t *testing.T) {
		if _, err := os.Stat(pythonDocs); err != nil {
			t.Skipf("needs Debian's python3-doc: %v", err)
		}
		testKillRecording(t, http.FileServer(http.Dir(pythonDocs)), inForm(4, 300))
	})
}

func testKillRecording(t *testing.T, h http.Handler, kills int) {
	o := serve(t, h, 20*time.Millisecond)
	args := flatOut("--ordered", "--retries", "1", o.url+"/")
	want, _ := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	for _, form := range []struct {
		name string
		args []string
	}{
		{"rec.warc", nil},
		{"rec.warc.gz", nil},
		{"rec.warc.gz", []string{"--warc-size", "200kB"}},
	} {
		t.Run(strings.Join(append(form.args, form.name), " "), func(t *testing.T) {
			dir := t.TempDir()
			archive := filepath.Join(dir, form.name)
			c := crawlIn(dir, "out.jsonl", true, append(append(form.args, "--warc", archive), args...)...)
			c.killed = func() { checkRecorded(t, segments(archive), readTorn(t, c.output)) }
			killUntilComplete(t, c, o, want, kills)
			checkComplete(t, c, want, segments(archive)...)
			files := segments(archive)
			if got := checkRecorded(t, files, readWhole(t, c.output)); got.torn {
				t.Error("the archive of a complete crawl has a torn end")
			}
			for _, concurrency := range []int{1, 64} {
				checkReplay(t, files, c.output, concurrency)
			}
		})
	}
}

// segments are the files of an archive, in their order.
func segments(archive string) []string {
	dir, base := filepath.Split(archive)
	stem, ending, _ := strings.Cut(base, ".")
	more, _ := filepath.Glob(dir + stem + "-*." + ending) // the pattern is a good one
	files := append([]string{archive}, more...)
	if _, err := os.Stat(archive); err != nil {
		return nil
	}
	var warcs []string
	for _, f := range files {
		if !strings.HasSuffix(f, ".cdxj") {
			warcs = append(warcs, f)
		}
	}
	return warcs
}

// recorded is what is found in an archive.
type recorded struct {
	answers archived
	torn    bool
}

// checkRecorded reads an archive, holds that every page of a dataset is in it, and that nothing is that no commit could have brought: an
// exchange more often than it took place.
func checkRecorded(t *testing.T, files []string, pages dataset) recorded {
	t.Helper()
	got := recorded{answers: archived{}}
	for i, file := range files {
		torn := readArchive(t, file, got.answers)
		if torn && i < len(files)-1 {
			t.Errorf("%s has a torn end, and is not the last file", file)
		}
		got.torn = got.torn || torn
	}
	var missing []string
	for url := range pages {
		if got.answers[url] == 0 {
			missing = append(missing, url)
		}
	}
	if len(missing) > 0 {
		t.Fatalf("%d pages of the dataset are not in the archive%s", len(missing), excerpt(missing))
	}
	return got
}

// readArchive counts the answers, and the exchanges that had none, of one file.
func readArchive(t *testing.T, path string, answers archived) (torn bool) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var from io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if from, err = gzip.NewReader(bufio.NewReader(file)); err != nil {
			return true
		}
	}
	in := bufio.NewReader(from)
	for {
		kind, url, err := readRecord(in)
		switch {
		case errors.Is(err, io.EOF):
			return false
		case err != nil:
			return true
		case kind == "response" || kind == "revisit":
			answers[url]++
		}
	}
}

// readRecord reads one record, whose end it holds to be what the standard says.
func readRecord(in *bufio.Reader) (kind, url string, err error) {
	version, err := in.ReadString('\n')
	if err != nil {
		if version == "" {
			return "", "", io.EOF
		}
		return "", "", io.ErrUnexpectedEOF
	}
	if version != "WARC/1.1\r\n" {
		return "", "", errors.New("no record begins with " + strconv.Quote(version))
	}
	length := int64(-1)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", "", io.ErrUnexpectedEOF
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), ": ")
		switch name {
		case "":
			block, err := io.ReadAll(io.LimitReader(in, length+4))
			if err != nil || int64(len(block)) != length+4 {
				return "", "", io.ErrUnexpectedEOF
			}
			if !bytes.HasSuffix(block, []byte("\r\n\r\n")) {
				return "", "", errors.New("a record doesn't end with its block")
			}
			return kind, url, nil
		case "WARC-Type":
			kind = value
		case "WARC-Target-URI":
			url = value
		case "Content-Length":
			if length, err = strconv.ParseInt(value, 10, 64); err != nil {
				return "", "", err
			}
		}
	}
}

// checkReplay replays an archive and compares the lines.
func checkReplay(t *testing.T, files []string, output string, concurrency int) {
	t.Helper()
	replayed := filepath.Join(t.TempDir(), "replayed.jsonl")
	args := append([]string{"replay", "-q", "-c", strconv.Itoa(concurrency), "-o", replayed}, files...)
	startProcess(t, exec.Command(program, args...)).endsWith(t, complete)
	want, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(replayed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		wantLines, gotLines := strings.SplitAfter(string(want), "\n"), strings.SplitAfter(string(got), "\n")
		t.Errorf("replayed with -c %d: %d lines of %d; the first that differs (-recorded +replayed):\n%s", concurrency, len(gotLines), len(wantLines),
			firstDifference(wantLines, gotLines))
	}
}

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return cmp.Diff(want[i], got[i])
		}
	}
	return "none, but there are more"
}
