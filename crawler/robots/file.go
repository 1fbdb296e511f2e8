package robots

import "strings"

// MaxBytes is how much of a robots.txt is read: 500 KiB, the least that RFC 9309 section 2.5 lets a crawler stop at, and where Google stops.
// Who fetches the file needs to read one byte more than this for [Parse] to see that it was cut.
const MaxBytes = 500 << 10

// maxLineBytes is Google's bound on a line, eight times the longest URL that browsers took when it was set (2083), less one octet for the NUL
// that ends its buffer. What follows on the line is dropped, and the rule is what was read.
const maxLineBytes = 2083*8 - 1

// File is a parsed robots.txt, whoever it speaks to. Take the rules for one crawler from it with [File.Agent].
type File struct {
	// Truncated says that the body was longer than MaxBytes. The line at the cut is dropped, for the rest of it may have narrowed it.
	Truncated bool

	// Sitemaps are the file's Sitemap lines in their order, whichever group they stand in (sitemaps.org; RFC 9309 section 2.2.4).
	Sitemaps []Sitemap

	lines []line
}

// Sitemap is what one Sitemap line of a robots.txt says.
type Sitemap struct {
	URL  string // as written: not empty, but neither resolved nor checked
	Line int    // from 1
}

// Parse reads a robots.txt. Whatever body is, it does not fail: lines that cannot be understood are passed over (RFC 9309 section 2.3.1.5), so
// that an HTML page or an image gives a File without rules. It keeps nothing of body.
func Parse(body []byte) *File {
	text, cut := decode(body)
	f := &File{Truncated: cut}
	for number, raw := range numberedLines(text, cut) {
		l := parseLine(raw)
		l.number = number
		switch l.field {
		case unknownField:
		case sitemap:
			if l.value != "" {
				f.Sitemaps = append(f.Sitemaps, Sitemap{URL: strings.Clone(l.value), Line: number})
			}
		default:
			f.lines = append(f.lines, l)
		}
	}
	return f
}
