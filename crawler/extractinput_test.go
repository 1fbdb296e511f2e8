package crawler

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

func TestStreamIsWhole(t *testing.T) {
	want := strings.Repeat("some text that is longer than a buffer is, together with itself\n", 10_000)
	for _, source := range []io.Reader{strings.NewReader(want), iotest.HalfReader(strings.NewReader(want)), iotest.DataErrReader(strings.NewReader(want))} {
		s := newStream(nil, func() (io.ReadCloser, error) { return io.NopCloser(source), nil })
		got, err := io.ReadAll(iotest.OneByteReader(s))
		if err != nil || string(got) != want {
			t.Errorf("%d bytes, want %d, %v", len(got), len(want), err)
		}
		s.Close()
	}
}

func TestStreamThatFails(t *testing.T) {
	failure := errors.New("pulled out")
	s := newStream(nil, func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(failure))), nil
	})
	defer s.Close()
	if got, err := io.ReadAll(s); string(got) != "abc" || err != failure {
		t.Errorf("%q, %v", got, err)
	}
	s = newStream(nil, func() (io.ReadCloser, error) { return nil, failure })
	defer s.Close()
	if _, err := s.Read(make([]byte, 1)); err != failure {
		t.Errorf("%v", err)
	}
}

// TestStreamIsLeft ends a read of what is silent.
func TestStreamIsLeft(t *testing.T) {
	in, feed := io.Pipe()
	stop := make(chan struct{})
	s := newStream(stop, func() (io.ReadCloser, error) { return in, nil })
	go func() {
		_, _ = feed.Write([]byte("abc"))
		close(stop)
	}()
	if _, err := io.ReadAll(s); err != errLeftStream {
		t.Errorf("%v", err)
	}
	s.Close()
	in.Close()
}

// TestExtractReadsARedirectedFile has standard input that is a file, whose size is known.
func TestExtractReadsARedirectedFile(t *testing.T) {
	archive := unevenPages(20)
	f, err := os.Open(writeArchive(t, "1.warc", []byte(archive)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, stats := extract(t, ExtractConfig{Files: []string{"-"}, Stdin: f})
	if len(records) != 20 || stats.Size != int64(len(archive)) || stats.Read != stats.Size {
		t.Errorf("%d lines, read %d of %d", len(records), stats.Read, stats.Size)
	}
}
