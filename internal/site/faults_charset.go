package site

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charsetFaults are pages whose encoding has to be found out: BOM, then header, then meta, then whether it is UTF-8, then a guess.
// Want.Title is the title if it was found out right.
func charsetFaults() []Fault {
	const (
		norwegian  = "Blåbærsyltetøy på kaien"
		inJapanese = "灯台への道"
		inRussian  = "Дорога к маяку"
		// What a detector is to guess from has to be long enough to guess from.
		norwegianText = "Fergen går klokka åtte, og på kaien står det alltid noen og venter på noen som ikke kommer før neste dag."
		japaneseText  = "本屋から灯台までは歩いて二十五分です。途中にベンチが四つあり、三つ目のベンチがいちばん風が弱いのです。"
		russianText   = "От книжной лавки до маяка двадцать пять минут пешком, и по дороге стоят четыре скамейки для усталых."
	)
	utf16 := func(order unicode.Endianness, bom unicode.BOMPolicy) encoding.Encoding {
		return unicode.UTF16(order, bom)
	}
	var faults []Fault
	for _, c := range []struct {
		name, what string
		charset    string // of the header; none if empty
		head       string // before the title
		title      string
		text       string // more than the title
		encoding   encoding.Encoding
		prefix     string // bytes before everything
		want       string // instead of title
	}{
		{name: "none-utf-8", what: "UTF-8, and no word about it.", title: norwegian},
		{name: "none-latin-1", what: "Latin-1, and no word about it.", title: norwegian, text: norwegianText, encoding: charmap.ISO8859_1},
		{name: "none-shift-jis", what: "Shift_JIS, and no word about it.", title: inJapanese, text: japaneseText, encoding: japanese.ShiftJIS},
		{name: "none-windows-1251", what: "windows-1251, and no word about it.", title: inRussian, text: russianText, encoding: charmap.Windows1251},
		{name: "meta-first", what: "EUC-JP, in a meta.", head: `<meta charset="euc-jp">`, title: inJapanese, encoding: japanese.EUCJP},
		{name: "meta-after-1k", what: "Shift_JIS, in a meta behind the first 1,024 bytes.",
			head: comment(1100) + `<meta charset="shift_jis">`, title: inJapanese, encoding: japanese.ShiftJIS},
		{name: "meta-after-4k", what: "windows-1251, in a meta behind the first 4,096 bytes.",
			head: comment(4200) + `<meta charset="windows-1251">`, title: inRussian, encoding: charmap.Windows1251},
		{name: "meta-http-equiv", what: "ISO-2022-JP, in a meta http-equiv.",
			head: `<meta http-equiv="content-type" content="text/html; charset=ISO-2022-JP">`, title: inJapanese, encoding: japanese.ISO2022JP},
		{name: "meta-utf-16", what: "UTF-8 with a meta that says UTF-16, which no meta can say.", head: `<meta charset="utf-16">`, title: norwegian},
		{name: "bom-against-header", what: "A UTF-8 BOM, and a header that says Latin-1.",
			charset: "iso-8859-1", title: norwegian, prefix: "\xef\xbb\xbf"},
		{name: "utf-16le-bom", what: "UTF-16LE with a BOM, and no word about it.",
			title: inJapanese, encoding: utf16(unicode.LittleEndian, unicode.UseBOM)},
		{name: "utf-16be-bom", what: "UTF-16BE with a BOM, and a header that says UTF-8.",
			charset: "utf-8", title: inJapanese, encoding: utf16(unicode.BigEndian, unicode.UseBOM)},
		{name: "utf-16le-header", what: "UTF-16LE without a BOM, in the header.",
			charset: "utf-16le", title: inJapanese, encoding: utf16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{name: "header-against-meta", what: "A header that says UTF-8, and a meta that says Shift_JIS.",
			charset: "utf-8", head: `<meta charset="shift_jis">`, title: norwegian},
		{name: "says-latin-1-is-utf-8", what: "A header that says Latin-1, over what is valid UTF-8 and not ASCII.",
			charset: "iso-8859-1", title: norwegian},
		{name: "unknown-header", what: "A header with an unknown charset, and a meta with a known one.",
			charset: "x-gullspeak", head: `<meta charset="euc-jp">`, title: inJapanese, encoding: japanese.EUCJP},
		{name: "latin-1-is-windows", what: "Says ISO-8859-1 and means windows-1252, as everyone does.",
			charset: "iso-8859-1", title: "“The quay” – 12 €", encoding: charmap.Windows1252},
		{name: "quoted", what: "A charset in quotes and upper case.", charset: `"GB18030"`, title: "灯塔之路", encoding: simplifiedchinese.GB18030},
		{name: "big5", what: "Big5, in the header.", charset: "big5", title: "燈塔之路", encoding: traditionalchinese.Big5},
		{name: "euc-kr", what: "EUC-KR, in the header.", charset: "ks_c_5601-1987", title: "등대로 가는 길", encoding: korean.EUCKR},
		{name: "koi8-r", what: "KOI8-R, in the header.", charset: "koi8-r", title: inRussian, encoding: charmap.KOI8R},
		{name: "broken-utf-8", what: "UTF-8 in the header, and a byte in the title that isn't.",
			charset: "utf-8", title: "broken \xff byte", want: "broken \uFFFD byte"},
		{name: "replacement", what: "A charset that may not be decoded: ISO-2022-KR, which becomes U+FFFD.",
			charset: "iso-2022-kr", title: "never seen", want: "-"},
	} {
		if c.encoding == nil {
			c.encoding = encoding.Nop
		}
		contentType := "Content-Type: text/html"
		if c.charset != "" {
			contentType += "; charset=" + c.charset
		}
		body := c.prefix + encoded(c.encoding, "<!DOCTYPE html>\n<html><head>"+c.head+"<title>"+c.title+"</title></head>\n<body><p>"+
			c.text+strings.Repeat(c.title+". ", 12)+"<a href=\"/fault/leaf/"+c.name+"\">→</a></p></body></html>\n")
		want := Want{Outcome: "page", Status: 200, Title: c.title}
		switch c.want {
		case "":
		case "-":
			want.Title = ""
		default:
			want.Title = c.want
		}
		faults = append(faults, Fault{"/fault/charset/" + c.name, c.what, want,
			raw(head("200 OK", contentType, fmt.Sprintf("Content-Length: %d", len(body)), closing) + body)})
	}
	return faults
}

// encoded is text in e, with a question mark or a reference for what e hasn't got.
func encoded(e encoding.Encoding, text string) string {
	if e == encoding.Nop {
		return text
	}
	out, _ := encoding.HTMLEscapeUnsupported(e.NewEncoder()).String(text) // fails for invalid UTF-8 alone
	return out
}

// comment is an HTML comment of at least n bytes.
func comment(n int) string {
	return "<!-- " + strings.Repeat("The quay is long. ", n/18+1) + "-->"
}
