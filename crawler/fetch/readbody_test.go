package fetch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

func answerOf(r io.Reader, length int64) *http.Response {
	return &http.Response{Body: io.NopCloser(r), ContentLength: length}
}

func TestReadBody(t *testing.T) {
	text := prose(300_000)
	for _, length := range []int64{int64(len(text)), -1, 0, 5, 1 << 60} {
		for name, r := range map[string]io.Reader{
			"at once": strings.NewReader(text), "in halves": iotest.HalfReader(strings.NewReader(text)), "with EOF": iotest.DataErrReader(strings.NewReader(text)),
		} {
			if body, err := ReadBody(answerOf(r, length), nil); string(body) != text || err != nil {
				t.Errorf("%s, length %d: %d bytes, %v", name, length, len(body), err)
			}
		}
	}
}

func TestReadBodyReusesItsBuffer(t *testing.T) {
	text := prose(100_000)
	buf, err := ReadBody(answerOf(strings.NewReader(text), 100_000), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() {
		got, err := ReadBody(answerOf(strings.NewReader(text[:99_000]), -1), buf)
		if err != nil || &got[0] != &buf[0] || string(got) != text[:99_000] {
			t.Fatal("another buffer, or another body")
		}
	}); n > 3 { // the answer and its readers
		t.Errorf("%v allocations", n)
	}
}

func TestReadBodyGivesWhatCame(t *testing.T) {
	broken := errors.New("broken")
	body, err := ReadBody(answerOf(io.MultiReader(strings.NewReader("some"), iotest.ErrReader(broken)), 100), nil)
	if string(body) != "some" || err != broken {
		t.Errorf("%q, %v", body, err)
	}
}

// A server's word is no reason to allocate.
func TestReadBodyDoubtsLengths(t *testing.T) {
	body, err := ReadBody(answerOf(strings.NewReader("short"), 1<<62), nil)
	if string(body) != "short" || err != nil || cap(body) > 2<<20 {
		t.Errorf("%q, %v, %d bytes allocated", body, err, cap(body))
	}
}
