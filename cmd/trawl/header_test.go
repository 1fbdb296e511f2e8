package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHeaders(t *testing.T) {
	got, err := parseHeaders([]string{"cookie: a=1; b=2", "X-Two:  first ", "x-two: second: half", "X-Empty;"})
	want := http.Header{"Cookie": {"a=1; b=2"}, "X-Two": {"first", "second: half"}, "X-Empty": {""}}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none, err := parseHeaders(nil); none != nil || err != nil {
		t.Errorf("no headers: %v, %v", none, err)
	}
}

func TestParseHeadersRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"":                        "is not a header",
		"Cookie":                  "is not a header",
		"two words: x":            "is not a header",
		": x":                     "is not a header",
		";":                       "is not a header",
		"Cookie:":                 `write "Cookie;" to send it empty`,
		"X-Split: a\r\nX-Evil: b": "control character",
		"user-agent: x":           "--user-agent sets it",
		"Host: example.org":       "follows from the URL",
		"accept-encoding: br":     "can undo",
	} {
		if _, err := parseHeaders([]string{line}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", line, err, want)
		}
	}
}
