package fetch

import "testing"

func TestParseContentType(t *testing.T) {
	for value, want := range map[string]struct{ essence, charset string }{
		"text/html":                              {"text/html", ""},
		" \tTEXT/Html \r\n":                      {"text/html", ""},
		"text/html ; charset=a":                  {"text/html", "a"},
		"text/html;charset=a;charset=b":          {"text/html", "a"},
		"text/html;  CHARSET=\"A b\"":            {"text/html", "a b"},
		`text/html;charset="a\"b"junk;x=y`:       {"text/html", `a"b`},
		`text/html;x="a;charset=no";charset=yes`: {"text/html", "yes"},
		`text/html;charset="open`:                {"text/html", "open"},
		"text/html;charset=":                     {"text/html", ""},
		"text/html;charset":                      {"text/html", ""},
		"text/html;charset;charset=b":            {"text/html", "b"},
		"text/html;charset=;charset=b":           {"text/html", "b"},
		"text/html;;;charset=b  ":                {"text/html", "b"},
		"text/html;charset=a\x01;charset=b":      {"text/html", "b"},
		"text/html;charset =a;charset=b":         {"text/html", "b"},
		"a+b.c/d-e_f":                            {"a+b.c/d-e_f", ""},
		"":                                       {}, "text": {}, "/": {}, "text/": {}, "/html": {}, "te xt/html": {},
		"text/ht ml": {}, "text/html\x01": {}, "text /html": {}, "t/h/x": {},
	} {
		essence, charset, ok := parseContentType(value)
		if essence != want.essence || charset != want.charset || ok != (want.essence != "") {
			t.Errorf("%q: %q, %q, %v; want %q, %q", value, essence, charset, ok, want.essence, want.charset)
		}
	}
}
