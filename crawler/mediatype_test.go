package crawler

import "testing"

func TestTypeFilter(t *testing.T) {
	for _, tc := range []struct {
		types []string
		want  []string
		not   []string
	}{
		{nil, []string{"text/html", "application/xhtml+xml"}, []string{"text/plain", "image/png", "", "application/xml"}},
		{[]string{"application/PDF", "image/*"}, []string{"text/html", "application/pdf", "image/png"}, []string{"text/plain"}},
		{[]string{"*/*"}, []string{"text/html", "x/y", ""}, nil},
		{[]string{"*"}, []string{"x/y"}, nil},
	} {
		f, err := newTypeFilter(tc.types)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tc.want {
			if !f.wants(m) {
				t.Errorf("%v doesn't want %q", tc.types, m)
			}
		}
		for _, m := range tc.not {
			if f.wants(m) {
				t.Errorf("%v wants %q", tc.types, m)
			}
		}
	}
	for _, bad := range []string{"", "pdf", "image/", "/png", "*/png", "image/*/x", "text/html;charset=utf-8"} {
		if _, err := newTypeFilter([]string{bad}); err == nil {
			t.Errorf("the type %q is accepted", bad)
		}
	}
}

func TestTypeFilterByEnding(t *testing.T) {
	html, _ := newTypeFilter(nil)
	images, _ := newTypeFilter([]string{"image/*"})
	for u, skipped := range map[string]bool{
		"http://a/x.png": true, "http://a/x.PNG": true, "http://a/x.tar.gz": true, "http://a/f.woff2": true, "http://a/m.mp4?x=1": true,
		"http://a/": false, "http://a/x": false, "http://a/x.html": false, "http://a/chart.js": false, "http://a/x.pdf": false,
		"http://a/v1.2": false, "http://a.zip/": false, "http://a/x.zip/": false, "http://a/?f=x.png": false, "http://a/.png/x": false,
	} {
		if got := html.skip(u) == ReasonType; got != skipped {
			t.Errorf("%s skipped: %v, want %v", u, got, skipped)
		}
	}
	if images.skip("http://a/x.png") != "" || images.skip("http://a/x.zip") != ReasonType {
		t.Error("--types doesn't widen the endings")
	}
}
