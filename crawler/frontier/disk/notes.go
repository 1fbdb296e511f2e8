package disk

import (
	"maps"
	"slices"
)

// Meta returns a note that SetMeta made.
func (f *Frontier) Meta(key string) (value []byte, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	value, ok = f.meta[key]
	return slices.Clone(value), ok
}

// SetMeta keeps notes for as long as the state is there: what the crawl was
// started with. They are few; all are in memory. They are as durable as a
// commit when it returns.
func (f *Frontier) SetMeta(notes map[string][]byte) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil {
		return err
	}
	t := f.begin()
	for key, value := range notes {
		t.key = nameKey(t.key, keyMeta, key)
		t.set(t.key, value)
		f.meta[key] = slices.Clone(value)
	}
	return t.commit(true)
}

// PutNote keeps a small note with the next commit, and is lost with all else
// that isn't committed: an answer of robots.txt, a pause that a host asked for.
// A nil value removes the note. Notes wait on disk; however many there are, those
// in memory are the ones put since the last commit.
func (f *Frontier) PutNote(key string, value []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notes[key] = slices.Clone(value)
}

// Note returns a note that PutNote made.
func (f *Frontier) Note(key string) (value []byte, ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.usable(); err != nil {
		return nil, false, err
	}
	if value, ok := f.notes[key]; ok {
		return slices.Clone(value), value != nil, nil
	}
	f.key = nameKey(f.key, keyNote, key)
	ok, err = f.get(f.key, func(v []byte) bool {
		value = append([]byte{}, v...)
		return true
	})
	return value, ok, err
}

func (t *tx) writeNotes() {
	notes := t.f.notes
	for _, key := range slices.Sorted(maps.Keys(notes)) {
		t.key = nameKey(t.key, keyNote, key)
		if value := notes[key]; value != nil {
			t.set(t.key, value)
		} else {
			t.remove(t.key)
		}
	}
	emptyMap(&t.f.notes)
}

// CommitHosts commits the times from which hosts may be asked, as they are now: a
// long pause that a host asked for, which no other commit may follow for long.
func (f *Frontier) CommitHosts() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(&err)
	if err := f.writable(); err != nil || len(f.dirtyHosts) == 0 {
		return err
	}
	return f.begin().commit(true)
}
