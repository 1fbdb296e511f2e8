package robots

import (
	"encoding/binary"
	"iter"
	"strings"
	"unicode/utf16"
)

// decode gives the text of a body and whether it was cut at MaxBytes. RFC 9309 section 2.3 wants UTF-8; a UTF-16 file is recognised by
// its byte order mark alone. Octets that are not UTF-8 stay as they are: in a rule they are percent-encoded one by one.
func decode(body []byte) (text string, cut bool) {
	if len(body) > MaxBytes {
		body, cut = body[:MaxBytes], true
	}
	if len(body) >= 2 {
		switch mark := binary.BigEndian.Uint16(body); mark {
		case 0xFEFF:
			return decodeUTF16(body[2:], binary.BigEndian), cut
		case 0xFFFE:
			return decodeUTF16(body[2:], binary.LittleEndian), cut
		}
	}
	// Like Google's parser, forgive a mark that is itself cut short.
	for _, octet := range []byte("\uFEFF") {
		if len(body) == 0 || body[0] != octet {
			break
		}
		body = body[1:]
	}
	return string(body), cut
}

func decodeUTF16(body []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(body)/2)
	for i := range units {
		units[i] = order.Uint16(body[2*i:])
	}
	return string(utf16.Decode(units))
}

// numberedLines yields the lines of text, numbered from 1, without their CR, LF or CRLF (NL in RFC 9309 section 2.2), and no longer than
// maxLineBytes. A last line that the cut at MaxBytes may have shortened is left out.
func numberedLines(text string, cut bool) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for number := 1; text != ""; number++ {
			end := strings.IndexAny(text, "\r\n")
			whole := end >= 0
			if !whole {
				end = len(text)
			}
			raw := text[:end]
			if len(raw) >= maxLineBytes {
				raw, whole = raw[:maxLineBytes], true
			}
			if !whole && cut {
				return
			}
			if !yield(number, raw) {
				return
			}
			text = text[end:]
			if strings.HasPrefix(text, "\r\n") {
				text = text[2:]
			} else if text != "" {
				text = text[1:]
			}
		}
	}
}
