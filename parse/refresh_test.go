package parse

import (
	"strings"
	"testing"
)

func TestParseRefresh(t *testing.T) {
	type result struct {
		seconds    int32
		ref        string
		hasRef, ok bool
	}
	no := result{}
	self := func(seconds int32) result { return result{seconds: seconds, ok: true} }
	to := func(seconds int32, ref string) result { return result{seconds, ref, true, true} }
	tests := []struct {
		content string
		want    result
	}{
		{"", no},
		{"x", no},
		{"-1; url=a", no},
		{"url=a", no},
		{"5", self(5)},
		{" 5 ", self(5)},
		{"5;", self(5)},
		{"5; ", self(5)},
		{"5.7", self(5)},
		{".7", self(0)},
		{"5x", no},
		{"99999999999999999999", self(maxRefresh)},
		{"0;url=a", to(0, "a")},
		{"0; URL = a", to(0, "a")},
		{"0,url=a", to(0, "a")},
		{"0 url=a", to(0, "a")},
		{"0 ; url=a", to(0, "a")},
		{"5.7.1; url=a", to(5, "a")},
		{"0;a", to(0, "a")},
		{"0 a", to(0, "a")},
		{"0;;a", to(0, ";a")},
		{"0;url='a b' c", to(0, "a b")},
		{`0;url="a'b`, to(0, "a'b")},
		{`0;"a"`, to(0, "a")},
		{"0;url", to(0, "url")},
		{"0;url a", to(0, "url a")},
		{"0;urls=a", to(0, "urls=a")},
		{"0;u=a", to(0, "u=a")},
		{"0;url=", to(0, "")},
		{"0;url=''", to(0, "")},
		{"0;url=\n\ta ", to(0, "a ")},
	}
	for _, test := range tests {
		var got result
		got.seconds, got.ref, got.hasRef, got.ok = parseRefresh(test.content)
		if got != test.want {
			t.Errorf("parseRefresh(%q) = %+v, want %+v", test.content, got, test.want)
		}
	}
	if _, _, _, ok := parseRefresh(strings.Repeat("9", 1<<20)); !ok {
		t.Error("a million digits aren't taken for a number")
	}
}
