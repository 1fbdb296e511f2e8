package sink

import (
	"errors"
	"hash/crc32"
	"io"
)

// Checkpoint is a place in an output where a batch ends, and what the output was up to there: what [Resume] goes on from. The zero
// Checkpoint is the beginning.
type Checkpoint struct {
	// Offset is the size of the output up to there, in bytes.
	Offset int64
	// Sum is the CRC-32C (RFC 9260 appendix A) of these bytes.
	Sum uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// after is the checkpoint behind more data.
func (c Checkpoint) after(data []byte) Checkpoint {
	return Checkpoint{Offset: c.Offset + int64(len(data)), Sum: crc32.Update(c.Sum, castagnoli, data)}
}

// holds reports whether the output is up to the checkpoint what it was; it is at least that long. All of it is read.
func (c Checkpoint) holds(output io.Reader) (bool, error) {
	var now Checkpoint
	buffer := make([]byte, 1<<20)
	for now.Offset < c.Offset {
		n, err := io.ReadFull(output, buffer[:min(int64(len(buffer)), c.Offset-now.Offset)])
		now = now.after(buffer[:n])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil // it got shorter meanwhile
		}
		if err != nil {
			return false, err
		}
	}
	return now == c, nil
}
