package warc

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// The same header is read from either source, whatever it gives at once, and no byte after it.
func TestFieldLines(t *testing.T) {
	header := "A: b\r\nlong: " + strings.Repeat("x", 20<<10) + "\r\n folded\r\nodd\r\nempty:\r\n\r\n"
	const want = "A=b|long=" + "|odd!|empty=|"
	for name, in := range map[string]lineSource{
		"bufio":    bufio.NewReaderSize(strings.NewReader(header+"rest"), 16),
		"lookback": lookbackOn(strings.NewReader(header + "rest")),
		"drops":    lookbackOn(iotest.OneByteReader(strings.NewReader(header + "rest"))),
	} {
		f := fieldLines{in: in}
		var got strings.Builder
		err := f.fields(
			func(name, value string) {
				if name == "long" && value != strings.Repeat("x", 20<<10)+" folded" {
					t.Errorf("a long value has %d bytes", len(value))
				}
				got.WriteString(name + "=" + strings.TrimPrefix(value, strings.Repeat("x", 20<<10)+" folded") + "|")
			},
			func(line string) { got.WriteString(line + "!|") })
		if err != nil || got.String() != want || f.read != len(header) {
			t.Errorf("%s: %q, %v, %d bytes; want %q, %d bytes", name, got.String(), err, f.read, want, len(header))
		}
		rest, err := in.ReadSlice('!')
		if string(rest) != "rest" || err != io.EOF {
			t.Errorf("%s: %q, %v", name, rest, err)
		}
	}
}

// A field of very many folded lines takes time in proportion to its length, and a header more than the bounds is refused.
func TestFieldLinesAreBounded(t *testing.T) {
	for text, want := range map[string]error{
		"A: b\n" + strings.Repeat(" c\n", maxHeaderBytes/3-10) + "\n": nil,
		strings.Repeat("a: b\n", maxHeaderFields) + "\n":              nil,
		strings.Repeat("a: b\n", maxHeaderFields+1) + "\n":            errHeaderTooLong,
		"A: " + strings.Repeat("b", maxHeaderBytes-4) + "\n\n":        errHeaderTooLong,
		"A: " + strings.Repeat("b", maxHeaderBytes-5) + "\n\n":        nil,
		"A: b": io.EOF,
	} {
		f := fieldLines{in: bufio.NewReader(strings.NewReader(text))}
		n := 0
		err := f.fields(func(string, string) { n++ }, func(string) {})
		if err != want || err != errHeaderTooLong && n == 0 {
			t.Errorf("%.10q of %d: %d fields, %v; want %v", text, len(text), n, err, want)
		}
	}
}
