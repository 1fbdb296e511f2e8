package disk

import (
	"encoding/binary"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// decoder reads a value; what it lacks or has too much of makes it bad, and it
// then reads zeros.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.bad = true
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count is a number of things of which each takes at least one byte.
func (d *decoder) count() int {
	v := d.uvarint()
	if v > uint64(len(d.b)) {
		d.b, d.bad = nil, true
		return 0
	}
	return int(v)
}

func (d *decoder) string() string {
	n := d.count()
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) checkpoint() frontier.Checkpoint {
	return frontier.Checkpoint{Offset: d.varint(), Sum: uint32(d.uvarint()), Recorded: d.varint(), RecordedSum: uint32(d.uvarint())}
}

// rest is all that is left, as a string.
func (d *decoder) rest() string {
	s := string(d.b)
	d.b = nil
	return s
}

// ok reports that the value was read to its end and nothing was missing.
func (d *decoder) ok() bool { return !d.bad && len(d.b) == 0 }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendCheckpoint(b []byte, at frontier.Checkpoint) []byte {
	b = binary.AppendUvarint(binary.AppendVarint(b, at.Offset), uint64(at.Sum))
	return binary.AppendUvarint(binary.AppendVarint(b, at.Recorded), uint64(at.RecordedSum))
}
