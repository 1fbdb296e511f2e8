package warc

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestReadFields(t *testing.T) {
	for text, want := range map[string]Fields{
		"software: by hand\r\nformat: WARC File Format 1.1\r\n\r\n": {{"software", "by hand"}, {"format", "WARC File Format 1.1"}},
		"software: by hand":            {{"software", "by hand"}},
		"a: b\nc:d\n":                  {{"a", "b"}, {"c", "d"}},
		"a: b\r\n c\r\nno field\r\n":   {{"a", "b c"}},
		"\r\na: b\r\n\r\n\r\nc: d\r\n": {{"a", "b"}},
		"json: {\"a\": \"b:c\"}\r\n":   {{"json", "{\"a\": \"b:c\"}"}},
		"":                             nil,
		"\r\n\r\n":                     nil,
	} {
		got, err := ReadFields(strings.NewReader(text))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v, %s", text, err, diff)
		}
	}
	if fields, err := ReadFields(strings.NewReader("a: b\n" + strings.Repeat("x: y\n", maxHeaderFields))); !errors.Is(err, ClassHeader) || fields.Get("a") != "b" {
		t.Errorf("%d fields, %v", len(fields), err)
	}
	if fields, err := ReadFields(io.MultiReader(strings.NewReader("a: b\nc"), iotest.ErrReader(io.ErrClosedPipe))); err != io.ErrClosedPipe || fields.Get("a") != "b" {
		t.Errorf("%v, %v", fields, err)
	}
}
