package warc

import (
	"bufio"
	"bytes"
	"errors"
)

// What a header may be: of a record, of an HTTP message, and an application/warc-fields block. Real ones have some
// dozens of fields and some kilobytes; the bounds keep a hostile one from filling the memory.
const (
	maxHeaderBytes  = 1 << 20
	maxHeaderFields = 10_000
)

var errHeaderTooLong = errors.New("the header is longer than 1 MiB or has more than 10,000 fields")

// lineSource is a bufio.Reader or a lookback.
type lineSource interface {
	ReadSlice(delim byte) ([]byte, error)
}

// fieldLines reads a header line by line, as leniently as can be: lines may end with LF alone, a field may go on in
// lines that begin with a space (ISO 28500:2017 section 4, RFC 9112 section 5.2), nothing need follow the colon.
type fieldLines struct {
	in   lineSource
	read int // bytes
	line []byte
}

// next returns the next line without its end, good until the next call. At the end of the source it returns what
// there is with its error.
func (f *fieldLines) next() ([]byte, error) {
	f.line = f.line[:0]
	for {
		piece, err := f.in.ReadSlice('\n')
		f.read += len(piece)
		if f.read > maxHeaderBytes {
			return nil, errHeaderTooLong
		}
		f.line = append(f.line, piece...)
		if err == bufio.ErrBufferFull {
			continue
		}
		return bytes.TrimSuffix(bytes.TrimSuffix(f.line, []byte("\n")), []byte("\r")), err
	}
}

// fields reads fields up to and with an empty line, and gives them to add; lines that are none, to odd. It returns
// the error that the source ended with if it did so before.
func (f *fieldLines) fields(add func(name, value string), odd func(line string)) error {
	var field []byte // the one that may go on
	have := false
	flush := func() {
		if !have {
			return
		}
		have = false
		name, value, ok := bytes.Cut(field, []byte(":"))
		name = bytes.TrimSpace(name)
		if !ok || len(name) == 0 || bytes.ContainsFunc(name, isControl) {
			odd(string(field[:min(len(field), 100)]))
			return
		}
		add(string(name), string(bytes.Trim(value, " \t\r")))
	}
	for count := 0; ; {
		line, err := f.next()
		if err == errHeaderTooLong {
			return err
		}
		switch {
		case len(line) == 0:
			flush()
			if err == nil {
				return nil
			}
		case have && (line[0] == ' ' || line[0] == '\t'):
			field = append(append(field, ' '), bytes.Trim(line, " \t\r")...)
		default:
			flush()
			if count++; count > maxHeaderFields {
				return errHeaderTooLong
			}
			field, have = append(field[:0], line...), true
		}
		if err != nil {
			flush()
			return err
		}
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
