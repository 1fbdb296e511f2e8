package warc

import (
	"bufio"
	"io"
)

// ReadFields reads a block of application/warc-fields, as warcinfo and metadata records have it (ISO 28500:2017
// annex C). Lines that are no named field are passed over. It reads at most 1 MiB and 10,000 fields; of a longer
// block it returns what it has read and an error of class ClassHeader. Other errors are those of the block.
func ReadFields(block io.Reader) (Fields, error) {
	var fields Fields
	lines := fieldLines{in: bufio.NewReader(block)}
	for {
		before := lines.read
		err := lines.fields(func(name, value string) { fields = append(fields, Field{name, value}) }, func(string) {})
		switch {
		case err == nil && lines.read-before <= 2: // an empty line, of which some tools write more
			continue
		case err == nil || err == io.EOF:
			return fields, nil
		case err == errHeaderTooLong:
			return fields, ClassHeader
		default:
			return fields, err
		}
	}
}
