package parse

import (
	"bytes"
)

const (
	// prescanWhole is how far the declaration is looked for whatever the markup. The standard asks for 1,024 bytes at least,
	// Chrome and Firefox read more; pages that declare after 1 KB of comments or scripts are common.
	prescanWhole = 4 << 10
	// prescanHead is how far it is looked for as long as the head hasn't ended: browsers heed a late <meta> there by starting over.
	prescanHead = 64 << 10
)

// prescan returns the encoding that the page declares for itself, "" for none, by the HTML standard's §13.2.3.2 "prescan a byte
// stream to determine its encoding", with "get an XML encoding" where that finds nothing.
func prescan(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("<\x00?\x00x\x00")):
		return "utf-16le"
	case bytes.HasPrefix(body, []byte("\x00<\x00?\x00x")):
		return "utf-16be"
	}
	if len(body) > prescanHead {
		body = body[:prescanHead]
	}
	s := prescanner{body: body}
	if name := s.run(); name != "" {
		return name
	}
	return xmlEncoding(body)
}

// prescanner reads tags the way the standard's prescan does: cruder than a tokenizer, so that a page cut anywhere,
// in any encoding that has ASCII in it, can be read before its encoding is known.
type prescanner struct {
	body []byte
	pos  int
}

// run returns the first encoding declared, "" when the bytes run out first.
func (s *prescanner) run() string {
	for {
		next := bytes.IndexByte(s.body[s.pos:], '<')
		if next < 0 {
			return ""
		}
		s.pos += next
		rest := s.body[s.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			// The dashes that end it may be those that begin it: <!-->.
			if !s.skipPast("-->", len("<!")) {
				return ""
			}
		case hasPrefixFold(rest, "<meta") && len(rest) > 5 && (isSpace(rest[5]) || rest[5] == '/'):
			s.pos += len("<meta")
			if name, ok := s.meta(); name != "" || !ok {
				return name
			}
		case len(rest) > 1 && isLetter(rest[1]), len(rest) > 2 && rest[1] == '/' && isLetter(rest[2]):
			if s.pos >= prescanWhole && (hasPrefixFold(rest, "<body") || hasPrefixFold(rest, "</head")) {
				return ""
			}
			if !s.skipTag() {
				return ""
			}
		case len(rest) > 1 && (rest[1] == '!' || rest[1] == '/' || rest[1] == '?'):
			if !s.skipPast(">", 1) {
				return ""
			}
		default:
			s.pos++
		}
	}
}

// skipPast moves behind the first end that begins at least offset bytes from here. It reports whether there is one.
func (s *prescanner) skipPast(end string, offset int) bool {
	i := bytes.Index(s.body[s.pos+offset:], []byte(end))
	if i < 0 {
		return false
	}
	s.pos += offset + i + len(end)
	return true
}

// skipTag moves behind a tag's name and attributes. It reports whether the tag ends within the bytes.
func (s *prescanner) skipTag() bool {
	for ; s.pos < len(s.body); s.pos++ {
		if c := s.body[s.pos]; isSpace(c) || c == '>' {
			break
		}
	}
	for {
		name, _, ok := s.attribute()
		if !ok || name == nil {
			return ok
		}
	}
}

// meta reads the attributes of a <meta>. It returns the encoding declared, if one is, and whether the tag ends within the bytes.
func (s *prescanner) meta() (encoding string, ok bool) {
	var gotPragma, needPragma, seenEquiv, seenContent, seenCharset, declared bool
	for {
		name, value, ok := s.attribute()
		if !ok {
			return "", false
		}
		if name == nil {
			break
		}
		switch {
		case equalFold(name, "http-equiv") && !seenEquiv:
			seenEquiv = true
			gotPragma = equalFold(value, "content-type")
		case equalFold(name, "content") && !seenContent:
			seenContent = true
			if label := charsetOf(value); label != nil && !declared {
				if found := lookup(string(label)); found != "" {
					encoding, declared, needPragma = found, true, true
				}
			}
		case equalFold(name, "charset") && !seenCharset:
			seenCharset = true
			encoding, declared, needPragma = lookup(string(value)), true, false
		}
	}
	if !declared || needPragma && !gotPragma {
		return "", true
	}
	return declarable(encoding), true
}

// attribute is the standard's "get an attribute": name is nil when the tag has no more, ok false when the bytes run out.
// Names and values are as written; an attribute without a value has an empty one.
func (s *prescanner) attribute() (name, value []byte, ok bool) {
	for s.pos < len(s.body) && (isSpace(s.body[s.pos]) || s.body[s.pos] == '/') {
		s.pos++
	}
	start := s.pos
	for ; ; s.pos++ {
		if s.pos >= len(s.body) {
			return nil, nil, false
		}
		c := s.body[s.pos]
		if c == '=' && s.pos > start || c == '/' || c == '>' || isSpace(c) {
			break
		}
	}
	if s.pos == start { // at '>'
		s.pos++
		return nil, nil, true
	}
	name = s.body[start:s.pos]
	s.skipSpace()
	if s.pos >= len(s.body) {
		return nil, nil, false
	}
	if s.body[s.pos] != '=' {
		return name, nil, true
	}
	s.pos++
	s.skipSpace()
	if s.pos >= len(s.body) {
		return nil, nil, false
	}
	if quote := s.body[s.pos]; quote == '"' || quote == '\'' {
		length := bytes.IndexByte(s.body[s.pos+1:], quote)
		if length < 0 {
			return nil, nil, false
		}
		value = s.body[s.pos+1 : s.pos+1+length]
		s.pos += length + 2
		return name, value, true
	}
	for start = s.pos; s.pos < len(s.body); s.pos++ {
		if c := s.body[s.pos]; isSpace(c) || c == '>' {
			return name, s.body[start:s.pos], true
		}
	}
	return nil, nil, false
}

func (s *prescanner) skipSpace() {
	for s.pos < len(s.body) && isSpace(s.body[s.pos]) {
		s.pos++
	}
}

// charsetOf is the standard's "extracting a character encoding from a meta element" (§4.2.5.5): the label in
// "text/html; charset=label", nil for none.
func charsetOf(content []byte) []byte {
	const word = "charset"
	for {
		i := indexFold(content, word)
		if i < 0 {
			return nil
		}
		content = bytes.TrimLeft(content[i+len(word):], spaces)
		if len(content) > 0 && content[0] == '=' {
			break
		}
	}
	content = bytes.TrimLeft(content[1:], spaces)
	if len(content) == 0 {
		return nil
	}
	if quote := content[0]; quote == '"' || quote == '\'' {
		length := bytes.IndexByte(content[1:], quote)
		if length < 0 {
			return nil
		}
		return content[1 : 1+length]
	}
	if end := bytes.IndexAny(content, spaces+";"); end >= 0 {
		content = content[:end]
	}
	return content
}

// xmlEncoding is the standard's "get an XML encoding": that of <?xml version="1.0" encoding="label"?> at the very start.
func xmlEncoding(body []byte) string {
	if !bytes.HasPrefix(body, []byte("<?xml")) {
		return ""
	}
	end := bytes.IndexByte(body, '>')
	if end < 0 {
		return ""
	}
	_, rest, found := bytes.Cut(body[:end], []byte("encoding"))
	if !found {
		return ""
	}
	rest = trimControls(rest)
	if len(rest) == 0 || rest[0] != '=' {
		return ""
	}
	rest = trimControls(rest[1:])
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	label, _, closed := bytes.Cut(rest[1:], rest[:1])
	if !closed || bytes.IndexFunc(label, func(r rune) bool { return r <= ' ' }) >= 0 {
		return ""
	}
	return declarable(lookup(string(label)))
}

// declarable maps the encodings that a page can't be in, having been read this far as ASCII, to those the standard puts in their place.
func declarable(name string) string {
	switch name {
	case "utf-16le", "utf-16be":
		return "utf-8"
	case "x-user-defined":
		return "windows-1252"
	}
	return name
}
