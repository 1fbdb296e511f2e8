package sink

import "testing"

func TestBatchCollectsLines(t *testing.T) {
	var b Batch
	b.Add(pageRecord(7, 2, 2))
	b.Add(Record{})
	if string(b.Lines) != fullLine+emptyLine || b.Count != 2 {
		t.Errorf("%d lines: %s", b.Count, b.Lines)
	}
	room := cap(b.Lines)
	b.Reset()
	if len(b.Lines) != 0 || b.Count != 0 || cap(b.Lines) != room {
		t.Errorf("after Reset: %d lines, %d bytes, room for %d, had %d", b.Count, len(b.Lines), cap(b.Lines), room)
	}
}
