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
	Ended bool   `json:"ended,omitempty"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m listMark) after(s seed) listMark {
	sum := crc32.Update(m.Sum, castagnoli, []byte(s.canonical))
	return listMark{Seeds: m.Seeds + 1, Sum: crc32.Update(sum, castagnoli, []byte{'\n'})}
}

// differs says whether a list that has come so far is another one than it was.
func (m listMark) differs(before listMark, dir string) error {
	switch {
	case m.Seeds == before.Seeds && m.Sum != before.Sum:
		return before.refusal(dir, "a list that differs in them")
	case m.Seeds > before.Seeds && before.Ended:
		return before.refusal(dir, "a list of more")
	case m.Ended && m.Seeds < before.Seeds:
		return before.refusal(dir, fmt.Sprintf("a list of %d", m.Seeds))
	}
	return nil
}

func (m listMark) refusal(dir, is string) error {
	was := fmt.Sprintf("a list whose first %d URLs are in it", m.Seeds)
	if m.Ended {
		was = fmt.Sprintf("a list of %d", m.Seeds)
	}
	return &ResumeError{Dir: dir, Differences: []Difference{{Field: "SeedList", Was: was, Is: is}}}
}

// endList notes that the list was read to its end, which is committed with the
// first verdict on what was found before.
func (r *run) endList(now, before listMark) error {
	now.Ended = true
	if err := now.differs(before, r.stateDir()); err != nil {
		return err
	}
	return r.noteList(now)
}

// listBefore is how far the runs before have come.
func (r *run) listBefore() (m listMark, err error) {
	if r.to.state == nil {
		return m, nil
	}
	note, ok, err := r.to.state.frontier.Note(noteList)
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
	if r.to.state == nil {
		return nil
	}
	note, err := json.Marshal(m)
	if err == nil {
		r.to.state.frontier.PutNote(noteList, note)
	}
	return err
}

func (r *run) stateDir() string {
	if r.to.state == nil {
		return ""
	}
	return r.to.state.dir
}
