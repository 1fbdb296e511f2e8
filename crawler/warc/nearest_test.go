package warc

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	records := []raw{page("http://a.test/docs/intro.html", ""), page("http://a.test/docs/index.html", ""), page("http://a.test/docs/", ""),
		page("https://a.test/docs/only", ""), page("http://a.test/docs/only?x", ""), page("http://a.test/docs/only?x", ""), page("http://b.test/docs/intro.htm", "")}
	for i := range 1000 {
		records = append(records, page(fmt.Sprintf("http://m.test/%04d/%s", i, strings.Repeat("x", 300)), ""))
	}
	a := openRaw(t, records...)
	for _, test := range []struct {
		url  string
		n    int
		want []string
	}{
		{"http://a.test/docs/intro.htm", 2, []string{"http://a.test/docs/intro.html", "http://a.test/docs/index.html"}},
		{"http://a.test/docs/only", 2, []string{"https://a.test/docs/only", "http://a.test/docs/only?x"}},
		{"http://a.test/docs/", 1, []string{"https://a.test/docs/only"}},
		{"http://b.test/", 1, []string{"http://b.test/docs/intro.htm"}},
		{"http://m.test/0500/", 1, []string{"http://m.test/0500/" + strings.Repeat("x", 300)}},
		{"mailto:x", 3, nil},
		{"http://a.test/", 0, nil},
	} {
		got, err := a.Nearest(test.url, test.n)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %.300q, %v; want %.300q", test.url, got, err, test.want)
		}
	}
	for _, url := range []string{"http://0.test/", "http://z.zz/", "http://zz/"} {
		if got, err := a.Nearest(url, 5); err != nil || len(got) != 5 {
			t.Errorf("%s: %d URLs, %v", url, len(got), err)
		}
	}
	if got, err := openRaw(t, info()).Nearest("http://a.test/", 3); err != nil || len(got) != 0 {
		t.Errorf("in an empty archive: %q, %v", got, err)
	}
}

func TestDistance(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"/a/intro", "/a/index", 3}, {"ab", "ba", 2}, {"aXb", "ab", 1}, {"aaa", "aa", 1},
		{long + "a" + long, long + "b" + long, 1}, {long, "", 1000}, {"a" + long, long + "b", 1001},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("%.20q and %.20q: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("%.20q and %.20q: %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
