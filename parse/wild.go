package parse

import "bytes"

const (
	// wildNodes is how many elements may be made that the page doesn't have before it counts as running wild: 150 MB of them.
	wildNodes = 1 << 20
	// wildShare is how many of them for each tag the page does have: honest pages forget a few </font> and go on for megabytes.
	wildShare = 8
	// wildRoots is how many <html> and <body> tags a page may have. html.Parse merges the attributes of each into those of all
	// before it, in time that grows with the square of their number: a minute for half a megabyte.
	wildRoots = 100
	// wildLength is the length in bytes below which a page can't do harm.
	wildLength = 4 << 10
)

// runsWild estimates whether html.Parse would make far more of text than there is in it. The standard has a formatting element
// that isn't closed, <b> or <font>, begin again in every paragraph after it: with 400 of them a page of 23 KB becomes a tree of 300 MB, one of
// 1 MB no tree at all. It happens by accident, to a forum or a guest book whose template forgets a tag at every post.
//
// It reads tags, not grammar, so that it costs a hundredth of the parse: who hides closing tags where they don't count deceives it.
func runsWild(text []byte) bool {
	if len(text) < wildLength {
		return false
	}
	tags, unclosed, again, roots := 0, 0, 0, 0
	for {
		next := bytes.IndexByte(text, '<')
		if next < 0 {
			break
		}
		text = text[next+1:]
		if len(text) > 0 && text[0] == '!' {
			if bytes.HasPrefix(text, []byte("!--")) {
				_, text, _ = bytes.Cut(text[1:], []byte("-->"))
			}
			continue
		}
		name := text
		closing := len(text) > 0 && text[0] == '/'
		if closing {
			name = text[1:]
		}
		tags++
		switch kind := wildKind(name); {
		case kind == wildFormatting && closing:
			unclosed = max(0, unclosed-1)
		case kind == wildFormatting:
			unclosed++
		default:
			again += unclosed
			if kind == wildRoot {
				roots++
			}
		}
	}
	return roots > wildRoots || again > wildNodes && again > wildShare*tags
}

// The kinds of tags that matter here.
const (
	wildOther = iota
	wildFormatting
	wildRoot
)

// wildKind tells of which kind the tag is whose name text begins with. <a> and <nobr> begin again too, but close those before them.
func wildKind(text []byte) int {
	if len(text) == 0 {
		return wildOther
	}
	switch text[0] | 0x20 {
	case 'b', 'c', 'e', 'f', 'h', 'i', 's', 't', 'u':
	default:
		return wildOther // most: <a>, <div>, <li>, <p>
	}
	var name [len("strong") + 1]byte
	n := 0
	for n < len(text) && n < len(name) && isLetter(text[n]) {
		name[n] = text[n] | 0x20
		n++
	}
	switch string(name[:n]) {
	case "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u":
		return wildFormatting
	case "body", "html":
		return wildRoot
	}
	return wildOther
}
