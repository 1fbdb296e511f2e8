package crawler

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestListSeeds(t *testing.T) {
	long := "http://long.example/" + strings.Repeat("x", 2*maxSeedLine)
	list := "\ufeffhttp://a.example\r\n\n  # a comment\n b.example/x \nmailto:x@y\n" + long + "\nhttp://c.example/last"
	var got []string
	for s, err := range listSeeds(strings.NewReader(list)) {
		var bad *BadSeedError
		switch {
		case errors.As(err, &bad):
			got = append(got, fmt.Sprintf("bad line %d", bad.Line))
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, s.canonical)
		}
	}
	want := []string{"http://a.example/", "http://b.example/x", "bad line 5", "bad line 6", "http://c.example/last"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("seeds (-want +got):\n%s", d)
	}

	failing := errors.New("disk on fire")
	var last error
	for _, err := range listSeeds(iotest.ErrReader(failing)) {
		last = err
	}
	if !errors.Is(last, failing) {
		t.Errorf("a list that can't be read ends with %v", last)
	}
}

func TestRedacted(t *testing.T) {
	for raw, want := range map[string]string{
		"http://u:p@bad host/":  "http://…@bad host/",
		"u:p@host:99999/x@y":    "…@host:99999/x@y",
		"ftp://u:p@q@h":         "ftp://…@h",
		"http://h/a@b?c@d":      "http://h/a@b?c@d",
		"mailto:someone@h":      "…@h",
		"not a url":             "not a url",
		"http://u:p%40@[::1/x#": "http://…@[::1/x#",
	} {
		if got := redacted(raw); got != want {
			t.Errorf("redacted(%q) = %q, want %q", raw, got, want)
		}
	}
	var bad *ConfigError
	if _, err := New(Config{Seeds: []string{"http://user:secretpw@bad host/"}}); !errors.As(err, &bad) || strings.Contains(err.Error(), "secretpw") {
		t.Errorf("a refused seed says %v", err)
	}
}

func TestParseSeed(t *testing.T) {
	for raw, want := range map[string]seed{
		"example.com":             {raw: "example.com", canonical: "http://example.com/"},
		"HTTP://Example.COM:80/a": {raw: "HTTP://Example.COM:80/a", canonical: "http://example.com/a"},
		"http://u:p@a.example/x":  {raw: "http://a.example/x", canonical: "http://a.example/x", userinfo: "u:p"},
	} {
		got, err := parseSeed(raw)
		if err != nil || got != want {
			t.Errorf("parseSeed(%q) = %+v, %v; want %+v", raw, got, err, want)
		}
	}
	if o := (seed{raw: "http://a/", canonical: "http://a/"}).offer(); o.Requested != "" {
		t.Errorf("a seed that is canonical is kept twice: %+v", o)
	}
	if got := basicAuth("us%40er:p%3Aw"); got != "Basic dXNAZXI6cDp3" {
		t.Errorf("basicAuth = %q", got)
	}
}
