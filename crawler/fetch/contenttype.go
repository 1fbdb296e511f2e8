package fetch

import "strings"

// extractContentType finds the media type that Content-Type headers mean (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type):
// the last one that can be read wins, and a charset is carried over while the type stays the same. ok is false if none can be read.
func extractContentType(lines []string) (essence, charset string, ok bool) {
	for _, line := range lines {
		for line != "" {
			var value string
			value, line = cutUnquoted(line)
			e, c, valid := parseContentType(value)
			if !valid || e == "*/*" {
				continue
			}
			if c != "" || e != essence {
				charset = c
			}
			essence, ok = e, true
		}
	}
	return essence, charset, ok
}

// cutUnquoted splits a list at its first comma outside quotes.
func cutUnquoted(list string) (first, rest string) {
	quoted := false
	for i := 0; i < len(list); i++ {
		switch {
		case list[i] == '"':
			quoted = !quoted
		case quoted && list[i] == '\\':
			i++
		case !quoted && list[i] == ',':
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}

const httpSpace = " \t\r\n"

// parseContentType reads one media type (https://mimesniff.spec.whatwg.org/#parsing-a-mime-type), of whose parameters only charset
// is kept. Both results are in lower case.
func parseContentType(value string) (essence, charset string, ok bool) {
	value = strings.Trim(value, httpSpace)
	essence, params, _ := strings.Cut(value, ";")
	essence = strings.TrimRight(essence, httpSpace)
	major, minor, found := strings.Cut(essence, "/")
	if !found || !isToken(major) || !isToken(minor) {
		return "", "", false
	}
	return strings.ToLower(essence), charsetIn(params), true
}

func charsetIn(params string) string {
	for params != "" {
		params = strings.TrimLeft(params, httpSpace)
		end := strings.IndexAny(params, ";=")
		if end < 0 {
			return ""
		}
		name, isPair := params[:end], params[end] == '='
		params = params[end+1:]
		if !isPair {
			continue
		}
		var value string
		if strings.HasPrefix(params, `"`) {
			value, params = cutQuoted(params[1:])
		} else {
			value, params, _ = strings.Cut(params, ";")
			value = strings.TrimRight(value, httpSpace)
		}
		if strings.EqualFold(name, "charset") && value != "" && strings.IndexFunc(value, isControl) < 0 {
			return strings.ToLower(value)
		}
	}
	return ""
}

// cutQuoted reads a quoted string after its first quote, a missing second one forgiven, and drops what follows up to the next semicolon.
func cutQuoted(text string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			_, rest, _ = strings.Cut(text[i+1:], ";")
			return b.String(), rest
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// isToken reports whether s is made of token characters (RFC 9110 §5.6.2), one or more.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
