package weburl

import (
	"errors"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	const page = "https://example.com/a/b/c.html?q=1#f"
	for _, c := range []struct{ ref, want string }{
		{"", "https://example.com/a/b/c.html?q=1"},
		{"  \n", "https://example.com/a/b/c.html?q=1"},
		{"#top", "https://example.com/a/b/c.html?q=1"},
		{"?p=2", "https://example.com/a/b/c.html?p=2"},
		{"?", "https://example.com/a/b/c.html?"},
		{"d.html", "https://example.com/a/b/d.html"},
		{"d/e.html?x#y", "https://example.com/a/b/d/e.html?x"},
		{"./d", "https://example.com/a/b/d"},
		{"../d", "https://example.com/a/d"},
		{"../../../d", "https://example.com/d"},
		{"..", "https://example.com/a/"},
		{"../..?x", "https://example.com/?x"},
		{"../a/../..", "https://example.com/"},
		{".", "https://example.com/a/b/"},
		{"/d", "https://example.com/d"},
		{"/", "https://example.com/"},
		{"/../d", "https://example.com/d"},
		{`\d`, "https://example.com/d"},
		{"//other.example/d", "https://other.example/d"},
		{`/\other.example`, "https://other.example/"},
		{"///other.example/d", "https://other.example/d"},
		{"http://other.example", "http://other.example/"},
		{"https://example.com/x", "https://example.com/x"},
		{"https:d", "https://example.com/a/b/d"},
		{"https:/d", "https://example.com/d"},
		{"https:", "https://example.com/a/b/c.html?q=1"},
		{"https:mailto:x", "https://example.com/a/b/mailto:x"},
		{"https: x", "https://example.com/a/b/%20x"},
		{"http:d", "http://d/"},
		{"d:e", ""},
		{"./d:e", "https://example.com/a/b/d:e"},
		{"1:e", "https://example.com/a/b/1:e"},
		{"d e", "https://example.com/a/b/d%20e"},
		{"d\ne", "https://example.com/a/b/de"},
		{"mailto:me@example.com", ""},
		{"//", ""},
		{"http://a:x/", ""},
	} {
		base, err := NewBase(page)
		if err != nil {
			t.Fatal(err)
		}
		got, err := base.Resolve(c.ref)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("Resolve(%q) = %q, %v; want %q", c.ref, got, err, c.want)
		}
		if fault := (*Error)(nil); err != nil && (!errors.As(err, &fault) || fault.Input != c.ref) {
			t.Errorf("Resolve(%q) gives the error %#v", c.ref, err)
		}
	}
}

func TestResolveRefusesWhatGrowsTooLong(t *testing.T) {
	base, err := NewBase("http://h/" + strings.Repeat("a/", MaxLength/4))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := base.Resolve(strings.Repeat("b", MaxLength/2)); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
	if _, err := base.Resolve(strings.Repeat("./", MaxLength)); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v for a reference that is too long itself", err)
	}
	if got, err := base.Resolve("/" + strings.Repeat("b", MaxLength/2)); err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNewBaseRefusesWhatParseRefuses(t *testing.T) {
	for raw, kind := range map[string]error{"a/b": ErrInvalid, "file:///a": ErrScheme} {
		if base, err := NewBase(raw); base != nil || !errors.Is(err, kind) {
			t.Errorf("NewBase(%q) = %v, %v", raw, base, err)
		}
	}
}

func TestRebase(t *testing.T) {
	const page = "http://example.com/a/b?q"
	for _, c := range []struct{ href, base, ref, want string }{
		{"/c/d", "http://example.com/c/d", "x", "http://example.com/c/x"},
		{"c/", "http://example.com/a/c/", "x", "http://example.com/a/c/x"},
		{"https://other.example", "https://other.example/", "//x", "https://x/"},
		{"", page, "x", "http://example.com/a/x"},
		{"#f", page, "?x", "http://example.com/a/b?x"},
		{"http://a:x/", page, "x", "http://example.com/a/x"},
		{"data:,x", page, "x", "http://example.com/a/x"},
		{"javascript:x", page, "x", "http://example.com/a/x"},
		{"ftp://other.example/", "", "x", ""},
		{"ftp://other.example/", "", "", ""},
		{"ftp://other.example/", "", "http://x", "http://x/"},
	} {
		base, err := NewBase(page)
		if err != nil {
			t.Fatal(err)
		}
		rebased := base.Rebase(c.href)
		if rebased.URL() != c.base {
			t.Errorf("Rebase(%q) has the URL %q; want %q", c.href, rebased.URL(), c.base)
		}
		got, err := rebased.Resolve(c.ref)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("Rebase(%q).Resolve(%q) = %q, %v; want %q", c.href, c.ref, got, err, c.want)
		}
		if again := rebased.Rebase("c/").URL(); again != "http://example.com/a/c/" {
			t.Errorf("a second Rebase is relative to the first, not to the page: %q", again)
		}
	}
}

func TestSameDocument(t *testing.T) {
	const page = "http://example.com/a/b?q"
	for _, c := range []struct {
		ref, base string
		want      bool
	}{
		{"#", "", true},
		{"#top", "", true},
		{" #top", "", true},
		{"?q#top", "", true},
		{"b?q#top", "", true},
		{"/a/./b?q#top", "", true},
		{"http://example.com/a/b?q#top", "", true},
		{"", "", false},
		{"b?q", "", false},
		{"b#top", "", false},
		{"c?q#top", "", false},
		{"mailto:x#top", "", false},
		{"#top", "/c/", false},
		{"/a/b?q#top", "/c/", true},
		{"#top", "ftp://example.com/", false},
		{page + "#top", "ftp://example.com/", true},
	} {
		base, err := NewBase(page)
		if err != nil {
			t.Fatal(err)
		}
		if c.base != "" {
			base = base.Rebase(c.base)
		}
		if got := base.SameDocument(c.ref); got != c.want {
			t.Errorf("SameDocument(%q) with <base href=%q> is %v", c.ref, c.base, got)
		}
	}
}

func TestResolveAllocatesTheResultAlone(t *testing.T) {
	base, err := NewBase("https://example.com/a/b/c.html?q=1")
	if err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]float64{
		"": 0, "#top": 0, "c.html?q=1#top": 0, "https://example.com/x": 0, "https://other.example/x?y#z": 0, "http://127.0.0.1:81/": 0,
		"x": 1, "./x": 1, "../x?y": 1, "/x/y": 1, "?x": 1, "//other.example/x": 1, "https://other.example": 1, "x y": 1, "é?é": 1,
	} {
		if n := testing.AllocsPerRun(100, func() { base.Resolve(ref) }); n != want {
			t.Errorf("Resolve(%q) allocates %v times; want %v", ref, n, want)
		}
		if n := testing.AllocsPerRun(100, func() { base.SameDocument(ref) }); n != 0 {
			t.Errorf("SameDocument(%q) allocates %v times", ref, n)
		}
	}
}
