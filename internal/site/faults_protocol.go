package site

import (
	"strings"
)

// protocolFaults don't begin as HTTP/1.1 does.
func protocolFaults() []Fault {
	page := Want{Outcome: "page", Status: 200}
	refused := Want{Outcome: "failed:protocol"}
	starting := func(name, statusLine string) serveFault {
		return raw(strings.Replace(whole("200 OK", name), "HTTP/1.1 200 OK", statusLine, 1))
	}
	return []Fault{
		{"/fault/protocol/http-0-9", "HTTP/0.9: the page, and nothing before it.", refused, raw(faultPage("http-0-9"))},
		{"/fault/protocol/icy", "ICY 200 OK, as radio stations say.", refused, starting("icy", "ICY 200 OK")},
		{"/fault/protocol/garbage", "A status line of garbage.", refused, starting("garbage", "\x16\x03\x01 %$! garbage")},
		{"/fault/protocol/smtp", "The greeting of a mail server.", refused, raw("220 mail.tjeldhavn.example ESMTP\r\n")},
		{"/fault/protocol/tls-alert", "A TLS alert.", refused, raw("\x15\x03\x01\x00\x02\x02\x46")},
		{"/fault/protocol/lower-case", "http/1.1 200 ok.", refused, starting("lower-case", "http/1.1 200 ok")},
		{"/fault/protocol/http-2-in-plain", "HTTP/2.0 200 OK, in plain text.",
			Want{Outcome: "page", Or: "failed:protocol", Status: 200}, starting("http-2-in-plain", "HTTP/2.0 200 OK")},
		{"/fault/protocol/two-digits", "A status of two digits.", refused, starting("two-digits", "HTTP/1.1 20 OK")},
		{"/fault/protocol/four-digits", "A status of four digits.", refused, starting("four-digits", "HTTP/1.1 2000 OK")},
		{"/fault/protocol/word-status", "A status that is a word.", refused, starting("word-status", "HTTP/1.1 YES OK")},
		{"/fault/protocol/negative-status", "A negative status.", refused, starting("negative-status", "HTTP/1.1 -20 OK")},
		{"/fault/protocol/only-version", "A status line that is only a version.", refused, starting("only-version", "HTTP/1.1")},
		{"/fault/protocol/empty-line-first", "An empty line before the status line.", refused, raw("\r\n" + whole("200 OK", "empty-line-first"))},
		{"/fault/protocol/long-reason", "A reason phrase of 100,000 bytes.",
			page, starting("long-reason", "HTTP/1.1 200 "+strings.Repeat("because ", 12_500))},
		{"/fault/protocol/latin-1-reason", "A reason phrase in Latin-1.", page, starting("latin-1-reason", "HTTP/1.1 200 \xc5 ja")},
	}
}
