package weburl

import (
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

func TestIsPlain(t *testing.T) {
	for _, c := range []struct {
		authority string
		want      bool
	}{
		{"example.com", true},
		{"localhost", true},
		{"a-b.9c.d", true},
		{"-a-.b-c", true},
		{"example.com:8080", true},
		{"example.com:443", true},
		{"127.0.0.1:1", true},
		{"255.255.255.255", true},
		{"", false},
		{":80", false},
		{"example.com:80", false},
		{"example.com:", false},
		{"example.com:0", false},
		{"example.com:08", false},
		{"example.com:65536", false},
		{"example.com:8:8", false},
		{"example.com:+8", false},
		{"Example.com", false},
		{"a_b", false},
		{"a..b", false},
		{".a", false},
		{"a.", false},
		{"a.xn--b", false},
		{"xn--b.a", false},
		{"a.1", false},
		{"a.-1", false},
		{"a.0x", false},
		{"127.1", false},
		{"127.0.0.01", false},
		{"127.0.0.1.", false},
		{"127.0.0.256", false},
		{"[::1]", false},
		{"me@example.com", false},
		{"exa%6dple.com", false},
		{"bücher.example", false},
	} {
		if got := isPlain(c.authority, "http"); got != c.want {
			t.Errorf("isPlain(%q) is %v", c.authority, got)
		}
		if !c.want {
			continue
		}
		if u, err := whatwg.Parse("http://" + c.authority + "/"); err != nil || u.Host() != c.authority {
			t.Errorf("%q is not plain: the library gives %v, %v", c.authority, u, err)
		}
	}
}

func TestAppendAuthorityTakesTheBasesOwn(t *testing.T) {
	for _, page := range []string{"http://[::1]:8080/", "https://me:pw@xn--bcher-kva.example/a", "http://a_b/"} {
		base, err := NewBase(page)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { base.Resolve(page) }); n != 0 {
			t.Errorf("a link from %s to itself allocates %v times: it went to the library", page, n)
		}
	}
}

func TestAppendAuthorityKnowsThePortOfAnotherScheme(t *testing.T) {
	base, err := NewBase("https://h:80/")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := base.Resolve("http://h:80/"); got != "http://h/" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
