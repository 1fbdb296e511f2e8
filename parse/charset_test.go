package parse

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// encoded returns s in the named encoding.
func encoded(t testing.TB, name, s string) string {
	t.Helper()
	e, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatalf("%q in %s: %v", s, name, err)
	}
	return out
}

func TestDecode(t *testing.T) {
	const harbour = "<title>港の本屋</title>"
	pad := func(n int) string { return "<!--" + strings.Repeat("x", n) + "-->" }
	tests := []struct {
		name, body, label string
		text              string
		enc               Encoding
	}{
		// A byte order mark goes before everything, and isn't part of the text.
		{"BOM", "\xEF\xBB\xBFé", "", "é", Encoding{"utf-8", FromBOM, ""}},
		{"BOM against header", "\xEF\xBB\xBFé", "windows-1252", "é", Encoding{"utf-8", FromBOM, ""}},
		{"BOM against meta", "\xEF\xBB\xBF<meta charset=shift_jis>é", "", "<meta charset=shift_jis>é", Encoding{"utf-8", FromBOM, ""}},
		{"UTF-16LE", "\xFF\xFE<\x00\xE9\x00", "", "<é", Encoding{"utf-16le", FromBOM, ""}},
		{"UTF-16BE against header", "\xFE\xFF\x00<\x00\xE9", "utf-8", "<é", Encoding{"utf-16be", FromBOM, ""}},
		{"UTF-16 with half a surrogate pair, odd", "\xFE\xFF\xD8\x3D\x00a\x00", "", "\uFFFDa\uFFFD", Encoding{"utf-16be", FromBOM, ""}},
		{"BOM alone", "\xEF\xBB\xBF", "", "", Encoding{"utf-8", FromBOM, ""}},

		{"header", "caf\xE9", "iso-8859-1", "café", Encoding{"windows-1252", FromHeader, ""}},
		{"header label with space and capitals", "caf\xE9", " Latin1 ", "café", Encoding{"windows-1252", FromHeader, ""}},
		{"header against meta", "<meta charset=utf-8>caf\xE9", "windows-1252", "<meta charset=utf-8>café", Encoding{"windows-1252", FromHeader, ""}},
		{"header UTF-16", "<\x00\xE9\x00", "utf-16", "<é", Encoding{"utf-16le", FromHeader, ""}},
		{"header UTF-8 that isn't", "caf\xE9!", "utf-8", "caf\uFFFD!", Encoding{"utf-8", FromHeader, ""}},
		{"header x-user-defined", "\x80", "x-user-defined", "\uF780", Encoding{"x-user-defined", FromHeader, ""}},
		{"unknown header", "<meta charset=windows-1251>\xCF", "klingon", "<meta charset=windows-1251>П", Encoding{"windows-1251", FromMeta, ""}},
		{"header of the replacement encoding", "<a>", "iso-2022-kr", "<a>", Encoding{"windows-1252", FromDefault, ""}},
		{"gbk with four bytes", "\x81\x30\x81\x30", "gb2312", "\u0080", Encoding{"gbk", FromHeader, ""}},
		{"Shift_JIS", encoded(t, "shift_jis", harbour), "sjis", harbour, Encoding{"shift_jis", FromHeader, ""}},
		{"Shift_JIS, damaged", "\x8D\x60\x82<b>", "sjis", "港\uFFFD<b>", Encoding{"shift_jis", FromHeader, ""}},
		{"ISO-2022-JP", "\x1B$B9A\x1B(B!", "iso-2022-jp", "港!", Encoding{"iso-2022-jp", FromHeader, ""}},

		{"meta", "<meta charset=koi8-r>\xF0", "", "<meta charset=koi8-r>П", Encoding{"koi8-r", FromMeta, ""}},
		{"meta UTF-16", "<meta charset=utf-16>é", "", "<meta charset=utf-16>é", Encoding{"utf-8", FromMeta, ""}},
		{"meta x-user-defined", "<meta charset=x-user-defined>\x80", "", "<meta charset=x-user-defined>€", Encoding{"windows-1252", FromMeta, ""}},
		{"meta after 1 KB", pad(1100) + "<meta charset=koi8-r>\xF0", "", pad(1100) + "<meta charset=koi8-r>П", Encoding{"koi8-r", FromMeta, ""}},
		{"meta after 4 KB", pad(4200) + "<meta charset=koi8-r>\xF0", "", pad(4200) + "<meta charset=koi8-r>П", Encoding{"koi8-r", FromMeta, ""}},
		{"meta after 60 KB", pad(60000) + "<meta charset=koi8-r>\xF0", "", pad(60000) + "<meta charset=koi8-r>П", Encoding{"koi8-r", FromMeta, ""}},
		{"unknown meta", "<meta charset=klingon>é", "", "<meta charset=klingon>é", Encoding{"utf-8", FromUTF8, ""}},
		{"XML declaration", "<?xml version='1.0' encoding='iso-8859-2'?>\xB3", "", "<?xml version='1.0' encoding='iso-8859-2'?>ł",
			Encoding{"iso-8859-2", FromMeta, ""}},

		// A declaration that the bytes prove wrong.
		{"says Latin-1, is UTF-8", "café", "iso-8859-1", "café", Encoding{"utf-8", FromUTF8, "windows-1252"}},
		{"says ASCII, is UTF-8", "café", "us-ascii", "café", Encoding{"utf-8", FromUTF8, "windows-1252"}},
		{"meta says Latin-1, is UTF-8", "<meta charset=latin1>é", "", "<meta charset=latin1>é", Encoding{"utf-8", FromUTF8, "windows-1252"}},
		{"says Latin-1, is nearly UTF-8", "caf\xC3\xA9 \xE9", "iso-8859-1", "cafÃ© é", Encoding{"windows-1252", FromHeader, ""}},
		{"says Latin-1, is ASCII", "cafe", "iso-8859-1", "cafe", Encoding{"windows-1252", FromHeader, ""}},
		{"says Latin-2, could be UTF-8", "\xC3\xA9", "iso-8859-2", "ĂŠ", Encoding{"iso-8859-2", FromHeader, ""}},
		{"says UTF-16, is ASCII", "<p>hello", "utf-16", "<p>hello", Encoding{"windows-1252", FromDefault, "utf-16le"}},
		{"says UTF-16, its meta another", "<meta charset=koi8-r>\xF0", "utf-16be", "<meta charset=koi8-r>П", Encoding{"koi8-r", FromMeta, "utf-16be"}},

		{"UTF-8 undeclared", "café", "", "café", Encoding{"utf-8", FromUTF8, ""}},
		{"UTF-8 undeclared, cut within a character", "café \xE6\xB8", "", "café \uFFFD", Encoding{"utf-8", FromUTF8, ""}},
		{"UTF-8 undeclared, or Latin-1 that ends so", "caf\xE9", "", "café", Encoding{"windows-1252", FromDefault, ""}},
		{"UTF-16LE undeclared", "<\x00p\x00>\x00\xE9\x00", "", "<p>é", Encoding{"utf-16le", FromDetector, ""}},
		{"UTF-16BE undeclared", "\x00<\x00p\x00>\x00\xE9", "", "<p>é", Encoding{"utf-16be", FromDetector, ""}},
		{"UTF-16LE XML undeclared", "<\x00?\x00x\x00m\x00l\x00", "", "<?xml", Encoding{"utf-16le", FromMeta, ""}},
		{"ISO-2022-JP undeclared", "<title>\x1B$B9A\x1B(B</title>", "", "<title>港</title>", Encoding{"iso-2022-jp", FromDetector, ""}},
		{"ASCII", "<p>hello", "", "<p>hello", Encoding{"windows-1252", FromDefault, ""}},
		{"nothing, in UTF-16", "", "utf-16", "", Encoding{"utf-16le", FromHeader, ""}},
		{"nothing", "", "", "", Encoding{"windows-1252", FromDefault, ""}},
		{"a byte of Latin-1", "Only \xA310", "", "Only £10", Encoding{"windows-1252", FromDefault, ""}},
		{"NUL", "a\x00b", "", "a\x00b", Encoding{"windows-1252", FromDefault, ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, enc := Decode([]byte(test.body), test.label)
			if string(text) != test.text || enc != test.enc {
				t.Errorf("Decode(%.80q, %q)\n got %.80q, %+v\nwant %.80q, %+v", test.body, test.label, text, enc, test.text, test.enc)
			}
		})
	}
}

// TestDecodeCopiesNothing holds Decode to the memory of a body that is UTF-8 already, which nearly all are.
func TestDecodeCopiesNothing(t *testing.T) {
	for _, label := range []string{"utf-8", "", "iso-8859-1"} {
		body := []byte("<p>café</p>" + strings.Repeat("filler ", 1000))
		text, _ := Decode(body, label)
		if &text[0] != &body[0] {
			t.Errorf("label %q: the text is a copy", label)
		}
	}
	ascii := []byte("<p>hello</p>")
	for _, label := range []string{"shift_jis", "windows-1252", ""} {
		if text, _ := Decode(ascii, label); &text[0] != &ascii[0] {
			t.Errorf("label %q: ASCII is copied", label)
		}
	}
	body := []byte("<p>café</p>")
	if n := testing.AllocsPerRun(100, func() { Decode(body, "utf-8") }); n > 0 {
		t.Errorf("%v allocations for a page in UTF-8", n)
	}
}

// TestDecodeKeepsMarkup looks for decoders that take an ASCII byte for the second half of a character it can't be in: a
// quote or angle bracket so swallowed changes what the page means.
func TestDecodeKeepsMarkup(t *testing.T) {
	for _, name := range []string{"shift_jis", "euc-jp", "gbk", "gb18030", "big5", "euc-kr", "utf-8", "windows-1252", "koi8-u"} {
		for lead := 0x80; lead <= 0xFF; lead++ {
			for _, c := range []byte(`<>"'&=/`) {
				if text := decodeAs([]byte{byte(lead), c, 'x'}, name); !bytes.HasSuffix(text, []byte{c, 'x'}) {
					t.Errorf("%s: %#x %q: got %q", name, lead, c, text)
				}
			}
		}
	}
}

func TestWithoutCutCharacter(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""}, {"a", "a"}, {"aé", "aé"}, {"港", "港"}, {"😀", "😀"}, // whole
		{"a\xC3", "a"}, {"a\xE6", "a"}, {"a\xE6\xB8", "a"}, {"\xF0\x9F\x98", ""}, // cut
		{"a\xA9", "a\xA9"}, {"a\xFF", "a\xFF"}, {"\x80\x80\x80\x80", "\x80\x80\x80\x80"}, // no character's beginning
	}
	for _, test := range tests {
		if got := withoutCutCharacter([]byte(test.in)); string(got) != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestFirstBeyondASCII(t *testing.T) {
	for length := range 40 {
		for at := range length {
			b := bytes.Repeat([]byte("a"), length)
			b[at] = utf8.RuneSelf
			if got := firstBeyondASCII(b); got != at {
				t.Fatalf("%d of %d: got %d", at, length, got)
			}
		}
		if got := firstBeyondASCII(bytes.Repeat([]byte{0x7F}, length)); got != length {
			t.Fatalf("none of %d: got %d", length, got)
		}
	}
}
