package fetch

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWireLimit(t *testing.T) {
	for _, c := range []struct {
		name  string
		n     int
		limit int64
		want  int
		part  string
	}{
		{"below", 999, 1000, 999, ""},
		{"just so", 1000, 1000, 1000, ""},
		{"above", 1001, 1000, 1000, "more than 1000 bytes on the wire"},
		{"far above", 1 << 20, 1 << 10, 1 << 10, "more than 1 KiB on the wire"},
		{"none", 1 << 20, 0, 1 << 20, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := DefaultOptions()
			o.MaxWireBytes, o.Wire = c.limit, coded(strings.Repeat("x", c.n), "")
			got := get(t, newTransport(t, o), "http://a.test")
			if c.part != "" {
				wantError(t, got.err, KindTooLarge, PhaseBody, c.part)
			} else if got.err != nil {
				t.Error(got.err)
			}
			if len(got.body) != c.want {
				t.Errorf("%d bytes, want %d", len(got.body), c.want)
			}
		})
	}
}

// A body without end is read to the limit, and its connection is not used again.
func TestEndlessBody(t *testing.T) {
	url := "http://" + serveRaw(t, func(c net.Conn) {
		closing("HTTP/1.1 200 OK\r\n\r\n")(c)
		for _, err := io.WriteString(c, "x"); err == nil; {
			_, err = io.WriteString(c, strings.Repeat("x", 1<<14))
		}
	})
	o := unlimited()
	o.MaxWireBytes = 1 << 20
	tr := newTransport(t, o)
	for range 2 {
		got := get(t, tr, url)
		wantError(t, got.err, KindTooLarge, PhaseBody, "more than 1 MiB on the wire")
		if len(got.body) != 1<<20 {
			t.Errorf("%d bytes", len(got.body))
		}
	}
}

func TestCappedKeepsErrors(t *testing.T) {
	broken := errors.New("broken")
	c := &capped{r: io.MultiReader(strings.NewReader("four"), iotest.ErrReader(broken)), limit: 4}
	if body, err := io.ReadAll(c); string(body) != "four" || err != broken {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := c.Read(make([]byte, 1)); err != broken {
		t.Errorf("read on: %v", err)
	}
	c = &capped{r: strings.NewReader("12345"), limit: 4}
	for range 3 {
		if _, err := io.ReadAll(c); KindOf(err) != KindTooLarge {
			t.Errorf("a byte too many: %v", err)
		}
	}
	if err := iotest.TestReader(&capped{r: strings.NewReader("four"), limit: 9}, []byte("four")); err != nil {
		t.Error(err)
	}
}

func TestSizeOf(t *testing.T) {
	for n, want := range map[int64]string{1: "1 bytes", 1000: "1000 bytes", 1024: "1 KiB", 1025: "1025 bytes", 64 << 20: "64 MiB",
		3 << 30: "3 GiB", 5 << 40: "5120 GiB"} {
		if got := sizeOf(n); got != want {
			t.Errorf("sizeOf(%d) = %q, want %q", n, got, want)
		}
	}
}
