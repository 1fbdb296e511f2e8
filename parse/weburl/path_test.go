package weburl

import "testing"

func TestAppendSegments(t *testing.T) {
	for _, c := range []struct{ directory, path, want string }{
		{"/", "", "/"},
		{"/a/", "", "/a/"},
		{"/a/", "b", "/a/b"},
		{"/a/", "b/", "/a/b/"},
		{"/a/", ".", "/a/"},
		{"/a/", "..", "/"},
		{"/a/", "../..", "/"},
		{"/a/", "../../../b", "/b"},
		{"/a/b/", "../c", "/a/c"},
		{"/a/b/", "c/../..", "/a/"},
		{"/a/b/", "../a/../..", "/"},
		{"/a//", "..", "/a/"},
		{"/a/", "/..", "/a/"},
		{"/a/", "//b", "/a///b"},
		{"/a/", `b\..\c`, "/a/c"},
		{"/a/", "%2E%2e/b", "/b"},
		{"/a/", "%2e%2e%2e/%2", "/a/%2e%2e%2e/%2"},
		{"/a/", "é/../b c", "/a/b%20c"},
	} {
		const authority = "http://h"
		if got := string(appendSegments([]byte(authority+c.directory), len(authority), c.path)); got != authority+c.want {
			t.Errorf("from %q along %q: %q; want %q", c.directory, c.path, got, authority+c.want)
		}
	}
}

func TestAppendEncoded(t *testing.T) {
	for _, c := range []struct{ s, path, query string }{
		{"", "", ""},
		{"plain-._~!$&()*+,;=:@|^[]%", "plain-._~!$&()*+,;=:@|^[]%", "plain-._~!$&()*+,;=:@|^[]%"},
		{"'", "'", "%27"},
		{"`{}?", "%60%7B%7D%3F", "`{}?"},
		{"a\x00\x1f \x7fz", "a%00%1F%20%7Fz", "a%00%1F%20%7Fz"},
		{"é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80", "%C3%A9%E2%82%AC%F0%9F%98%80"},
		{"\xe2\x82\xff", "%EF%BF%BD%EF%BF%BD%EF%BF%BD", "%EF%BF%BD%EF%BF%BD%EF%BF%BD"},
	} {
		if got := string(appendEncoded(nil, c.s, &pathBytes)); got != c.path {
			t.Errorf("%q in a path: %q; want %q", c.s, got, c.path)
		}
		if got := string(appendEncoded(nil, c.s, &queryBytes)); got != c.query {
			t.Errorf("%q in a query: %q; want %q", c.s, got, c.query)
		}
	}
}
