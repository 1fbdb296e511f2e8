package crawler

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
)

// noteList is the name of the note with the listMark.
const noteList = "list"

// listMark is how far a list of seeds is in the frontier, and what it was up to
// there: a run that goes on need not add that part again, and knows that it is
// still the same list.
type listMark struct {
	Seeds int64  `json:"seeds"`
	Sum   uint32 `json:"sum"` // CRC-32C of their canonical URLs, each with a newline
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m listMark) after(s seed) listMark {
	sum := crc32.Update(m.Sum, castagnoli, []byte(s.canonical))
	return listMark{Seeds: m.Seeds + 1, Sum: crc32.Update(sum, castagnoli, []byte{'\n'})}
}

// reached says whether a list that has come as far as before, or to its end, is
// the one that it was.
func (m listMark) reached(before listMark, dir string) error {
	if m.Seeds > before.Seeds || m == before {
		return nil
	}
	is := "a list that differs in them"
	if m.Seeds < before.Seeds {
		is = fmt.Sprintf("a list of %d", m.Seeds)
	}
	return &ResumeError{Dir: dir, Differences: []Difference{{
		Field: "SeedList", Was: fmt.Sprintf("a list whose first %d URLs are in it", before.Seeds), Is: is,
	}}}
}

// listBefore is how far the runs before have come.
func (r *run) listBefore() (m listMark, err error) {
	notes := r.to.notes()
	if notes == nil {
		return m, nil
	}
	note, ok, err := notes.Note(noteList)
	if err != nil || !ok {
		return m, err
	}
	if err := json.Unmarshal(note, &m); err != nil {
		return m, fmt.Errorf("%s: how far the list was read is not readable: %w", r.stateDir(), err)
	}
	return m, nil
}

// noteList keeps the mark with one of the next commits. What it says is committed
// already.
func (r *run) noteList(m listMark) error {
	notes := r.to.notes()
	if notes == nil {
		return nil
	}
	note, err := json.Marshal(m)
	if err == nil {
		notes.PutNote(noteList, note)
	}
	return err
}

func (r *run) stateDir() string {
	if r.to.state == nil {
		return ""
	}
	return r.to.state.dir
}
