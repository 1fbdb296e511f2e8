package robots

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	encode16 := func(s string, order binary.AppendByteOrder) string {
		var b []byte
		for _, unit := range utf16.Encode([]rune("\uFEFF" + s)) {
			b = order.AppendUint16(b, unit)
		}
		return string(b)
	}
	const text = "Disallow: /ツ𝄞\n"
	for _, c := range []struct{ what, body, want string }{
		{"empty", "", ""},
		{"UTF-8", text, text},
		{"UTF-8 with its mark", "\xEF\xBB\xBF" + text, text},
		{"half a mark", "\xEF\xBB" + text, text},
		{"a mark and no more", "\xEF", ""},
		{"not a mark", "\xEF\x11" + text, "\x11" + text},
		{"a second mark", "\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB\xBF"},
		{"UTF-16, big end first", encode16(text, binary.BigEndian), text},
		{"UTF-16, little end first", encode16(text, binary.LittleEndian), text},
		{"UTF-16, an octet too many", encode16("ab", binary.LittleEndian) + "c", "ab"},
		{"UTF-16, half a pair", "\xFE\xFF\xD8\x34", "\uFFFD"},
		{"Latin-1", "b\xfccher", "b\xfccher"},
	} {
		if got, cut := decode([]byte(c.body)); got != c.want || cut {
			t.Errorf("%s: got %q, cut %t, want %q", c.what, got, cut, c.want)
		}
	}
}

func TestDecodeUTF16File(t *testing.T) {
	body := []byte("\xFF\xFE")
	for _, unit := range utf16.Encode([]rune("User-agent: *\r\nDisallow: /ツ")) {
		body = binary.LittleEndian.AppendUint16(body, unit)
	}
	if d := Parse(body).Agent("a").Decide("/%E3%83%84"); d.Allowed || d.Line != 2 {
		t.Errorf("got %+v", d)
	}
}

func TestNumberedLines(t *testing.T) {
	long := strings.Repeat("x", maxLineBytes)
	for _, c := range []struct {
		what, text string
		cut        bool
		want       []string
	}{
		{"empty", "", false, nil},
		{"no end", "a", false, []string{"1 a"}},
		{"LF", "a\nb\n", false, []string{"1 a", "2 b"}},
		{"CR", "a\rb\r", false, []string{"1 a", "2 b"}},
		{"CRLF", "a\r\nb\r\n", false, []string{"1 a", "2 b"}},
		{"mixed", "a\n\rb\r\r\n\nc", false, []string{"1 a", "2 ", "3 b", "4 ", "5 ", "6 c"}},
		{"cut in a line", "a\nb", true, []string{"1 a"}},
		{"cut after a line", "a\nb\n", true, []string{"1 a", "2 b"}},
		{"at the bound", long + "\nb", false, []string{"1 " + long, "2 b"}},
		{"over the bound", long + "yz\nb", false, []string{"1 " + long, "2 b"}},
		{"cut in a line that is over the bound", long + "yz", true, []string{"1 " + long}},
	} {
		var got []string
		for number, raw := range numberedLines(c.text, c.cut) {
			got = append(got, fmt.Sprintf("%d %s", number, raw))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}
