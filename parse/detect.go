package parse

import (
	"bytes"
	"unicode/utf8"

	"github.com/saintfish/chardet"
)

const (
	// detectSample is how many bytes the detector sees. It takes 100 µs a KiB, and its answer rarely changes after the first few.
	detectSample = 16 << 10
	// detectBefore is how many of them stand before the first that is not ASCII: the letters beside it tell about it.
	detectBefore = 64
	// detectTrust is the confidence, of 100, that a guess must exceed: ICU gives 10 for "nothing speaks against it".
	detectTrust = 10
)

// betrayed returns the encoding of a body whose bytes would pass for ASCII but can't be text in it, "" when there are no such signs:
// markup in UTF-16 without a byte order mark, or the escape sequences of ISO-2022-JP.
func betrayed(body []byte) string {
	switch {
	case len(body) < 4:
		return ""
	case body[0] == 0 && body[1] == '<' && body[2] == 0 && body[3] != 0:
		return "utf-16be"
	case body[0] == '<' && body[1] == 0 && body[2] != 0 && body[3] == 0:
		return "utf-16le"
	}
	// ESC never occurs in HTML; to JIS X 0208 and back to ASCII or Roman is what every such page does.
	if i := bytes.Index(body, []byte("\x1B$")); i >= 0 && i+2 < len(body) && (body[i+2] == 'B' || body[i+2] == '@') && !beyondASCII(body) {
		return "iso-2022-jp"
	}
	return ""
}

// detect guesses the encoding of body, which is neither ASCII nor UTF-8, by ICU's method; "" when nothing is likely.
// It is the last resort: it takes as long as parsing the page several times, and a short page gives it little to go by.
//
// The same bytes always give the same answer. ICU's own best guess doesn't: it runs its recognizers side by side, and of two
// that are equally sure takes the one that came first.
func detect(body []byte) string {
	start := max(0, firstBeyondASCII(body)-detectBefore)
	sample := body[start:min(len(body), start+detectSample)]
	guesses, err := chardet.NewHtmlDetector().DetectAll(sample)
	if err != nil {
		return ""
	}
	best, confidence := "", detectTrust
	for _, guess := range guesses {
		name := lookup(icuLabel(guess.Charset))
		if name == "" || guess.Confidence < confidence || guess.Confidence == confidence && !preferred(name, best) {
			continue
		}
		if readable(sample, name) {
			best, confidence = name, guess.Confidence
		}
	}
	return best
}

// icuLabel returns the WHATWG label for one of ICU's names.
func icuLabel(name string) string {
	if name == "GB-18030" {
		return "gb18030"
	}
	return name
}

// preferred reports whether the encoding a goes before b, which is as likely. EUC-JP's bytes pass for Big5 more often than
// the other way; the rest is by name, so that it is always the same.
func preferred(a, b string) bool {
	if b == "" || a == "big5" || b == "big5" {
		return b == "big5"
	}
	return a < b
}

// readable reports whether sample makes sense in an encoding: nearly all bytes beyond ASCII stand for characters. ICU doesn't look;
// it takes KOI8-R for ISO-8859-8, where half of Russian's letters are undefined.
func readable(sample []byte, name string) bool {
	const tolerated = 20 // one in so many, for a page that is damaged, and for a character cut at the sample's end
	characters, undefined := 0, 0
	for _, r := range string(decodeAs(sample, name)) {
		if r == utf8.RuneError {
			undefined++
		}
		if r >= utf8.RuneSelf {
			characters++
		}
	}
	return undefined <= 1+characters/tolerated
}
