package sink

// Batch is some whole lines that are written together: they count as written when all of them are. The zero Batch is empty.
type Batch struct {
	Lines []byte // ends with a newline
	Count int    // how many lines these are; said in messages
}

// Add appends the record's line.
func (b *Batch) Add(r Record) {
	b.Lines = r.AppendJSON(b.Lines)
	b.Count++
}

// Reset empties the batch and keeps its memory for the next lines.
func (b *Batch) Reset() {
	b.Lines = b.Lines[:0]
	b.Count = 0
}
