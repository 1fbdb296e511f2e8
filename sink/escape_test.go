package sink

import "testing"

func TestAppendString(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"plain", "a tide table", `"a tide table"`},
		{"not for HTML", "<a href='/?x&y'>", `"<a href='/?x&y'>"`},
		{"quotes and backslash", `say "C:\tide"`, `"say \"C:\\tide\""`},
		{"slash stands for itself", "</script>", `"</script>"`},
		{"short escapes", "\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"NUL and controls", "\x00\x01\v\x1b\x1f", `"\u0000\u0001\u000b\u001b\u001f"`},
		{"DEL stands for itself", "\x7f", "\"\x7f\""},
		{"other scripts", "naïve 港 😀", `"naïve 港 😀"`},
		{"line separators", "a\u0085b\u2028c\u2029d", `"a\u0085b\u2028c\u2029d"`},
		{"neighbours of line separators", "\u0084\u0086\u2027\u202a", "\"\u0084\u0086\u2027\u202a\""},
		{"replacement character itself", "\ufffd", "\"\ufffd\""},
		{"stray byte", "a\xffb", "\"a\ufffdb\""},
		{"cut short", "a\xe6\xb8", "\"a\ufffd\ufffd\""},
		{"surrogate in UTF-8", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
		{"overlong", "\xc0\x80", "\"\ufffd\ufffd\""},
		{"escape first and last", "\"a\"", `"\"a\""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(appendString([]byte("x"), test.in)); got != "x"+test.want {
				t.Errorf("got %q, want %q", got, "x"+test.want)
			}
		})
	}
}
