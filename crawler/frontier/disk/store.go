package disk

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// get reads a value. use must take all that it wants to keep of it, and reports
// whether it was readable.
func (f *Frontier) get(key []byte, use func(v []byte) bool) (known bool, err error) {
	f.inDB = true
	v, closer, err := f.db.Get(key)
	f.inDB = false
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, f.fail(f.readError(err))
	}
	readable := use(v)
	if err := closer.Close(); err != nil {
		return false, f.fail(f.readError(err))
	}
	if !readable {
		return false, f.corrupt(fmt.Errorf("the value of %s is not readable", describe(key)))
	}
	return true, nil
}

// mustGet reads a value that another one refers to.
func (f *Frontier) mustGet(key []byte, use func(v []byte) bool) error {
	known, err := f.get(key, use)
	if err == nil && !known {
		err = f.corrupt(fmt.Errorf("%s is missing", describe(key)))
	}
	return err
}

// scan calls use with the entries from the key begin on that have the prefix,
// until it returns false.
func (f *Frontier) scan(prefix, begin []byte, use func(k, v []byte) (more, readable bool)) (whole bool, err error) {
	f.inDB = true
	it, err := f.db.NewIter(&pebble.IterOptions{LowerBound: begin, UpperBound: after(prefix)})
	if err != nil {
		f.inDB = false
		return false, f.fail(f.readError(err))
	}
	more, readable := true, true
	var at []byte
	valid := it.First()
	for ; valid && more; valid = it.Next() {
		if more, readable = use(it.Key(), it.Value()); !readable {
			at = append(at, it.Key()...)
			break
		}
	}
	err = errors.Join(it.Error(), it.Close())
	f.inDB = false
	if err != nil {
		return false, f.fail(f.readError(err))
	}
	if !readable {
		return false, f.corrupt(fmt.Errorf("the value of %s is not readable", describe(at)))
	}
	return !valid, nil
}

// fill reads the next entries of a list whose lane has run out of them.
func (f *Frontier) fill(l *lane, prefix []byte, out func(id uint64) bool) error {
	n := min(l.grow(), f.laneLimit)
	l.items = l.items[:0:0]
	var begin [1 + idSize + positionSize]byte
	whole, err := f.scan(prefix, listKey(begin[:0], prefix, l.end), func(k, v []byte) (more, readable bool) {
		if len(k) != len(prefix)+positionSize || len(v) != idSize {
			return false, false
		}
		at, id := positionOf(k), idOfValue(v)
		l.end = at.next()
		if !out(id) {
			l.items = append(l.items, item{at, id})
		}
		return len(l.items) < n, true
	})
	l.whole = whole
	return err
}

// apply commits a batch. With flush it returns when the operating system has it,
// so that nothing but a power cut can lose it.
func (f *Frontier) apply(b *pebble.Batch, flush bool) error {
	if b.Empty() {
		return nil
	}
	how := pebble.NoSync
	if flush {
		how = pebble.Sync // which the log's file takes as a flush: see guardFS
	}
	f.inDB = true
	err := f.db.Apply(b, how)
	f.inDB = false
	if err != nil {
		return f.fail(f.readError(err))
	}
	return f.usable()
}

// describe names a key for an error message.
func describe(k []byte) string {
	if len(k) == 0 {
		return "an entry"
	}
	switch k[0] {
	case keySetup:
		return "what the state was made with"
	case keyCounters:
		return "the account of URLs"
	case keyHostName, keyMeta, keyNote:
		return fmt.Sprintf("entry %c %q", k[0], k[1:])
	}
	return fmt.Sprintf("entry %c %x", k[0], k[1:])
}
