package warc

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func lookbackOn(source io.Reader) *lookback {
	l := new(lookback)
	l.reset(source)
	return l
}

// Whatever is read, peeked at, and gone back over: the bytes are those at the offset.
func TestLookbackIsWhereItSays(t *testing.T) {
	data := make([]byte, 3*lookbackMost)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(data)
	for name, source := range map[string]io.Reader{
		"seeker": bytes.NewReader(data), "stream": onlyReader{bytes.NewReader(data)}, "halves": iotest.HalfReader(bytes.NewReader(data)),
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		l := lookbackOn(source)
		buf := make([]byte, 20<<10)
		for step := 0; l.offset() < int64(len(data)); step++ {
			at := l.offset()
			want := data[at:]
			switch rng.IntN(5) {
			case 0:
				n := rng.IntN(500)
				if got := l.peek(n); !bytes.Equal(got, want[:min(n, len(want))]) {
					t.Fatalf("%s: peek at %d", name, at)
				}
			case 1, 2:
				n, err := l.Read(buf[:1+rng.IntN(len(buf)-1)])
				if err != nil || !bytes.Equal(buf[:n], want[:n]) {
					t.Fatalf("%s: read at %d: %v", name, at, err)
				}
			case 3:
				line, err := l.ReadSlice('\n')
				if err != nil && err != io.EOF && err != bufio.ErrBufferFull || !bytes.Equal(line, want[:len(line)]) {
					t.Fatalf("%s: line at %d: %v", name, at, err)
				}
			case 4:
				if step%8 == 0 {
					to := max(at-int64(rng.IntN(100<<10)), 0)
					if !l.back(to) || l.offset() != to {
						t.Fatalf("%s: back from %d to %d is at %d", name, at, to, l.offset())
					}
				}
			}
		}
		if n, err := l.Read(buf); n != 0 || err != io.EOF {
			t.Errorf("%s: at the end: %d, %v", name, n, err)
		}
		if len(l.buf) > lookbackMost {
			t.Errorf("%s: a buffer of %d", name, len(l.buf))
		}
	}
}

// A stream can be gone back in by lookbackKept at least, a file as far as one likes.
func TestLookbackGoesBack(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), lookbackMost)
	stream, file := lookbackOn(onlyReader{bytes.NewReader(data)}), lookbackOn(bytes.NewReader(data))
	for _, l := range []*lookback{stream, file} {
		if _, err := io.CopyN(io.Discard, l, int64(len(data))); err != nil {
			t.Fatal(err)
		}
	}
	end := int64(len(data))
	if !stream.back(end-lookbackKept) || stream.peek(1)[0] != data[end-lookbackKept] {
		t.Error("the stream keeps less than it should")
	}
	if stream.back(3) {
		t.Error("the stream is back where nothing was kept")
	}
	if !file.back(3) || string(file.peek(3)) != "345" || file.offset() != 3 {
		t.Error("the file can't be gone back in")
	}
	if file.back(end) || file.offset() != 3 {
		t.Error("back is not forward")
	}
}

// What is read again is in proportion to what is read.
func TestLookbackHasABudget(t *testing.T) {
	data := strings.Repeat("x", 100<<10)
	l := lookbackOn(strings.NewReader(data))
	var read int64
	for {
		n, _ := io.Copy(io.Discard, l)
		if read += n; !l.back(0) {
			break
		}
	}
	if most := int64(len(data))*(rewindFactor+1) + rewindFree; read > most || read < most/2 {
		t.Errorf("%d bytes were read of %d, want no more than %d", read, len(data), most)
	}
}

func TestLookbackPassesFailuresOn(t *testing.T) {
	failure := errors.New("disk")
	l := lookbackOn(io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(failure)))
	if got := string(l.peek(5)); got != "ab" {
		t.Errorf("peek: %q", got)
	}
	if b, err := io.ReadAll(l); string(b) != "ab" || err != failure {
		t.Errorf("%q, %v", b, err)
	}
	stuck := lookbackOn(stuckReader{})
	if _, err := stuck.Read(make([]byte, 1)); err != io.ErrNoProgress {
		t.Error(err)
	}
}

// stuckReader reads nothing, for ever.
type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

func TestLookbackSearches(t *testing.T) {
	const far = lookbackMost + 5
	data := "ma" + strings.Repeat("-", far) + "mark0" + strings.Repeat("-", far) + "mark1m"
	for _, source := range []io.Reader{strings.NewReader(data), iotest.OneByteReader(strings.NewReader(data))} {
		l := lookbackOn(source)
		any := func(*lookback) bool { return true }
		if !l.search([]byte("mark"), func(l *lookback) bool { return string(l.peek(5)) == "mark1" }) || l.offset() != int64(2*far+7) {
			t.Errorf("found at %d, want %d", l.offset(), 2*far+7)
		}
		if !l.search([]byte("mark"), any) || l.offset() != int64(2*far+7) {
			t.Error("a mark at the place itself is found")
		}
		l.skip(1)
		if l.search([]byte("mark"), any) || l.offset() != int64(len(data)) {
			t.Errorf("found none, and is at %d", l.offset())
		}
	}
}
