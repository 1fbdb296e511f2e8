package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A textBuffer gathers the texts of one page (title, headings, anchors) in one string, of which each text is a part. So a page's texts
// cost one allocation, and a heading inside a heading inside a heading costs nothing: only the spans overlap.
//
// White space (Unicode's, so that a no-break space counts) becomes a single space, and none is kept at a text's ends.
type textBuffer struct {
	text strings.Builder
	gap  bool // white space has come since the last character
}

// A span is where in the buffer a text begins and ends. Pages have many, and none is near 2 GB.
type span struct{ start, end int32 }

// add appends text.
func (b *textBuffer) add(text string) {
	start := 0
	for i := 0; i < len(text); {
		if c := text[i]; c > ' ' && c < utf8.RuneSelf { // nearly always
			i++
			continue
		}
		size := spaceAt(text, i)
		if size == 0 {
			i++
			continue
		}
		b.addWord(text[start:i])
		b.gap = true
		i += size
		start = i
	}
	b.addWord(text[start:])
}

func (b *textBuffer) addWord(word string) {
	if word == "" {
		return
	}
	if b.gap && b.text.Len() > 0 {
		b.text.WriteByte(' ')
	}
	b.gap = false
	b.text.WriteString(word)
}

// mark returns where the next text begins, or the last one ends.
func (b *textBuffer) mark() int { return b.text.Len() }

// since returns the span of what was added since a mark, without the space that parts it from what went before.
func (b *textBuffer) since(start int) span {
	if all := b.text.String(); start < len(all) && all[start] == ' ' {
		start++
	}
	return span{int32(start), int32(b.text.Len())}
}

// slice returns the text of a span.
func (b *textBuffer) slice(s span) string { return b.text.String()[s.start:s.end] }

func (s span) empty() bool { return s.start == s.end }

// spaceAt returns the length of the white space character at s[i], 0 when there is another.
func spaceAt(s string, i int) int {
	switch c := s[i]; {
	case isSpace(c), c == '\v':
		return 1
	case c != 0xC2 && c != 0xE1 && c != 0xE2 && c != 0xE3: // none of the first bytes that Unicode's spaces have in UTF-8
		return 0
	}
	if r, size := utf8.DecodeRuneInString(s[i:]); unicode.IsSpace(r) {
		return size
	}
	return 0
}

// collapse returns s with each run of white space made one space, and none at the ends.
func collapse(s string) string {
	var b textBuffer
	b.add(s)
	return b.text.String()
}
