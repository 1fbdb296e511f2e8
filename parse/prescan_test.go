package parse

import (
	"strings"
	"testing"
)

func TestPrescan(t *testing.T) {
	far := strings.Repeat("<i>x</i>", prescanWhole/8)
	tests := []struct{ name, body, want string }{
		{"charset", `<meta charset="euc-kr">`, "euc-kr"},
		{"unquoted, capitals", `<META CHARSET=EUC-KR>`, "euc-kr"},
		{"solidus after the name", `<meta/charset=euc-kr>`, "euc-kr"},
		{"solidus ends nothing in a value", `<meta charset=euc-kr/>`, ""},
		{"another element", `<metal charset=euc-kr>`, ""},
		{"pragma", `<meta http-equiv=Content-Type content="text/html; charset=euc-kr">`, "euc-kr"},
		{"content without pragma", `<meta content="text/html; charset=euc-kr">`, ""},
		{"charset needs no pragma", `<meta content="text/html" charset=euc-kr>`, "euc-kr"},
		{"charset after content", `<meta content="charset=big5" charset=euc-kr>`, "euc-kr"},
		{"unknown charset after content", `<meta http-equiv=content-type content="charset=big5" charset=x>`, ""},
		{"only the first of an attribute counts", `<meta charset=x charset=euc-kr>`, ""},
		{"only the first pragma counts", `<meta http-equiv=x http-equiv=content-type content="charset=big5">`, ""},
		{"only the first content counts", `<meta http-equiv=content-type content=x content="charset=big5">`, ""},
		{"in another's attribute", `<a title="<meta charset=big5>"><meta charset=euc-kr>`, "euc-kr"},
		{"in an end tag's attribute", `</a title="<meta charset=big5>"><meta charset=euc-kr>`, "euc-kr"},
		{"a quote in a tag's name", `<a="x><meta charset=euc-kr>`, "euc-kr"},
		{"in a comment", `<!-- <meta charset=big5> --><meta charset=euc-kr>`, "euc-kr"},
		{"after the shortest comments", `<!--><!---><meta charset=euc-kr>`, "euc-kr"},
		{"in a comment without end", `<!-- <meta charset=big5>`, ""},
		{"in a bogus comment", `<? <meta charset=big5>`, ""},
		{"after a bogus comment", `<!DOCTYPE html><?php ?></><meta charset=euc-kr>`, "euc-kr"},
		{"after a lone bracket", `a < b <meta charset=euc-kr>`, "euc-kr"},
		{"equals sign begins a name", `<meta =charset=big5 charset=euc-kr>`, "euc-kr"},
		{"cut in the name", `<meta char`, ""},
		{"cut after the name", `<meta charset `, ""},
		{"cut before the value", `<meta charset=`, ""},
		{"cut in the value", `<meta charset=euc-kr`, ""},
		{"cut in a quoted value", `<meta charset="euc-kr`, ""},
		{"cut after a bracket", `<`, ""},
		{"cut after an end tag's solidus", `</`, ""},
		{"empty", ``, ""},

		{"far in the head", far + `<meta charset=euc-kr>`, "euc-kr"},
		{"far and behind the head", far + `</head><meta charset=euc-kr>`, ""},
		{"far and in the body", far + `<body><meta charset=euc-kr>`, ""},
		{"near and in the body", `<body><meta charset=euc-kr>`, "euc-kr"},
		{"too far", strings.Repeat(" ", prescanHead) + `<meta charset=euc-kr>`, ""},

		{"XML", `<?xml version="1.0" encoding="euc-kr"?>`, "euc-kr"},
		{"XML, meta goes before", `<?xml version="1.0" encoding="big5"?><meta charset=euc-kr>`, "euc-kr"},
		{"XML, spaced", "<?xml encoding \n=\t'euc-kr' ?>", "euc-kr"},
		{"XML in UTF-16", `<?xml encoding="utf-16"?>`, "utf-8"},
		{"XML not at the start", ` <?xml encoding="euc-kr"?>`, ""},
		{"XML behind the declaration", `<?xml version="1.0"?> encoding="euc-kr"`, ""},
		{"XML unquoted", `<?xml encoding=euc-kr?>`, ""},
		{"XML with a space in the label", `<?xml encoding=" euc-kr"?>`, ""},
		{"XML without end quote", `<?xml encoding="euc-kr?>`, ""},
		{"XML without end", `<?xml encoding="euc-kr"`, ""},
		{"XML without value", `<?xml encoding>`, ""},
		{"XML without quote", `<?xml encoding=>`, ""},
		{"UTF-16LE", "<\x00?\x00x\x00", "utf-16le"},
		{"UTF-16BE", "\x00<\x00?\x00x", "utf-16be"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := prescan([]byte(test.body)); got != test.want {
				t.Errorf("prescan(%.100q) = %q, want %q", test.body, got, test.want)
			}
		})
	}
}

func TestCharsetOf(t *testing.T) {
	tests := []struct{ content, want string }{
		{"text/html; charset=utf-8", "utf-8"},
		{"text/html; CharSet = utf-8; x", "utf-8"},
		{"charset=utf-8 x", "utf-8"},
		{"charset='utf-8'x", "utf-8"},
		{`charset="utf-8;"`, "utf-8;"},
		{"charset charset=utf-8", "utf-8"},
		{"charset='utf-8", ""},
		{"charset=;x", ""},
		{"charset=", ""},
		{"charset= ", ""},
		{"charset", ""},
		{"", ""},
	}
	for _, test := range tests {
		if got := charsetOf([]byte(test.content)); string(got) != test.want {
			t.Errorf("charsetOf(%q) = %q, want %q", test.content, got, test.want)
		}
	}
}
