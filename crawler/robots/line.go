package robots

import "strings"

// field is what a line is about.
type field uint8

const (
	unknownField field = iota
	userAgent
	allow
	disallow
	sitemap
	crawlDelay
)

// fieldNames are matched as prefixes and without regard to case, as Google's parser does. Those that no standard has are the misspellings it
// takes (RFC 9309 section 2.2.4 lets a crawler be lenient), and the same ones of crawl-delay.
var fieldNames = []struct {
	prefix string
	field  field
}{
	{"user-agent", userAgent}, {"useragent", userAgent}, {"user agent", userAgent},
	{"disallow", disallow}, {"dissallow", disallow}, {"dissalow", disallow}, {"disalow", disallow}, {"diasllow", disallow}, {"disallaw", disallow},
	{"allow", allow},
	{"sitemap", sitemap}, {"site-map", sitemap},
	{"crawl-delay", crawlDelay}, {"crawldelay", crawlDelay}, {"crawl delay", crawlDelay},
}

// line is a line of a robots.txt that says something.
type line struct {
	field  field
	number int    // from 1
	text   string // as written, without the comment and the space around it
	key    string // the field's name, as written
	value  string // what stands after the colon, trimmed
}

// asciiSpace is what is trimmed: the WS of RFC 9309 section 2.2, and the other ASCII white space that Google's parser trims.
const asciiSpace = " \t\n\v\f\r"

// parseLine takes a line without its end apart. A line that is not one of the fields above gives the zero line.
func parseLine(raw string) line {
	raw, _, _ = strings.Cut(raw, "\x00") // a NUL ends a line, as it does in Google's parser
	raw, _, _ = strings.Cut(raw, "#")
	text := strings.Trim(raw, asciiSpace)
	key, value, ok := strings.Cut(text, ":")
	if !ok {
		// Some people forget the colon. White space stands in for it, but only in a line of two words: prose has more.
		words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) != 2 {
			return line{}
		}
		key, value = words[0], words[1]
	}
	for _, name := range fieldNames {
		if hasPrefixFold(key, name.prefix) {
			return line{field: name.field, text: text, key: key, value: strings.Trim(value, asciiSpace)}
		}
	}
	return line{}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
