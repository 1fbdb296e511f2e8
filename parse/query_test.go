package parse

import "testing"

func TestLegacyQuery(t *testing.T) {
	tests := []struct{ encoding, ref, want string }{
		{"windows-1252", "a?q=é", "a?q=%E9"},
		{"windows-1252", "é?q=é#é", "é?q=%E9#é"},
		{"windows-1252", "?€=1&x=%C3%A9", "?%80=1&x=%C3%A9"},
		{"windows-1252", "?q=港", "?q=%26%2328207%3B"},
		{"windows-1252", "?q=e", "?q=e"},
		{"windows-1252", "é", "é"},
		{"windows-1252", "é#?é", "é#?é"},
		{"shift_jis", "?q=ソート", "?q=%83\\%81[%83g"}, // the second bytes of these are a backslash, a bracket and a g
		{"euc-jp", "?q=港", "?q=%B9%C1"},
		{"utf-8", "?q=é", "?q=é"},
		{"utf-16le", "?q=é", "?q=é"},
		{"iso-2022-jp", "?q=港", "?q=港"},
	}
	for _, test := range tests {
		if got := queryEncoder(test.encoding).encode(test.ref); got != test.want {
			t.Errorf("%s: %q becomes %q, want %q", test.encoding, test.ref, got, test.want)
		}
	}
}

// TestLegacyQueryLink follows the query through to the link. The path is in UTF-8 whatever the page is in.
func TestLegacyQueryLink(t *testing.T) {
	page := encoded(t, "shift_jis", `<meta charset=shift_jis><a href="検索?q=港ソ&p=1">x</a>`)
	doc := mustHTML(t, page, Options{URL: "http://example.jp/"})
	const want = "http://example.jp/%E6%A4%9C%E7%B4%A2?q=%8D`%83\\&p=1" // 港 is 8D 60, ソ 83 5C
	if len(doc.Links) != 1 || doc.Links[0].URL != want {
		t.Errorf("got %+v, want %s", doc.Links, want)
	}
}
