package warc

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// tables find lines of an index by something else than their key. They are made
// when they are first needed, in a temporary file: rows of a hash and the offset of
// a line, sorted. The hash has a seed, so that no archive can be made to collide.
type tables struct {
	mu    sync.Mutex
	file  *os.File
	size  int64
	seed  maphash.Seed
	byKey map[string]region // of URLs under a key that many share
	ids   *region           // of the IDs of records
}

const rowSize = 32 // 16 hexadecimal digits of a hash, 16 of an offset

// lookupFolded is a lookup among the lines of a key that begin at an offset.
func (x *index) lookupFolded(r io.ReaderAt, key string, from int64, want string) ([]Entry, error) {
	t := &x.tables
	t.mu.Lock()
	rows, ok := t.byKey[key]
	var err error
	if !ok {
		rows, err = x.makeTable(func(add func(value string, at int64) error) error {
			return x.each(r, from, append([]byte(key), ' '), func(at int64, line []byte) error {
				url, _ := lineURL(line)
				form, _ := sameForm(url)
				return add(form, at)
			})
		})
		if err == nil {
			if t.byKey == nil {
				t.byKey = make(map[string]region)
			}
			t.byKey[key] = rows
		}
	}
	t.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return x.fromTable(r, rows, want, func(e *Entry) bool {
		form, ok := sameForm(e.URL)
		return ok && form == want
	})
}

// byID returns the captures whose record has the ID.
func (x *index) byID(id string) ([]Entry, error) {
	f, err := x.handles.acquire(x.path)
	if err != nil {
		return nil, err
	}
	defer x.handles.release(f)
	t := &x.tables
	t.mu.Lock()
	if t.ids == nil {
		var rows region
		rows, err = x.makeTable(func(add func(value string, at int64) error) error {
			return x.each(f, x.start, nil, func(at int64, line []byte) error {
				e, err := parseLine(line, x.archive)
				if err != nil {
					return x.damaged(at, err)
				}
				if e.ID == "" {
					return nil
				}
				return add(e.ID, at)
			})
		})
		if err == nil {
			t.ids = &rows
		}
	}
	t.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return x.fromTable(f, *t.ids, id, func(e *Entry) bool { return e.ID == id })
}

// makeTable adds a table to the temporary file. The lock is held.
func (x *index) makeTable(fill func(add func(value string, at int64) error) error) (region, error) {
	t := &x.tables
	dirs := []string{filepath.Dir(x.archive), os.TempDir()}
	if t.file == nil {
		f, err := createTemp("trawl-table-*.tmp", dirs...)
		if err != nil {
			return region{}, err
		}
		t.file, t.seed = f, maphash.MakeSeed()
	}
	sorter := newLineSorter(runSize, dirs...)
	defer sorter.close()
	var row [rowSize]byte
	var raw [rowSize / 2]byte
	err := fill(func(value string, at int64) error {
		binary.BigEndian.PutUint64(raw[:8], maphash.String(t.seed, value))
		binary.BigEndian.PutUint64(raw[8:], uint64(at))
		hex.Encode(row[:], raw[:])
		return sorter.add(row[:])
	})
	if err != nil {
		return region{}, err
	}
	made := region{from: t.size, to: t.size}
	w := bufio.NewWriter(io.NewOffsetWriter(t.file, t.size))
	err = sorter.each(func(line []byte) error {
		made.to += rowSize
		_, err := w.Write(line)
		return err
	})
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return region{}, fmt.Errorf("cannot write a table of %s: %w", x.path, err)
	}
	t.size = made.to
	return made, nil
}

// fromTable returns the captures whose rows have the value's hash and which are
// what is looked for.
func (x *index) fromTable(r io.ReaderAt, rows region, value string, is func(*Entry) bool) ([]Entry, error) {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], maphash.String(x.tables.seed, value))
	want := hex.EncodeToString(raw[:])
	var row [rowSize]byte
	read := func(i int64) (hash string, at int64, err error) {
		if _, err := x.tables.file.ReadAt(row[:], rows.from+i*rowSize); err != nil {
			return "", 0, fmt.Errorf("cannot read a table of %s: %w", x.path, err)
		}
		if _, err := hex.Decode(raw[:], row[16:]); err != nil {
			return "", 0, fmt.Errorf("cannot read a table of %s: %w", x.path, err)
		}
		return string(row[:16]), int64(binary.BigEndian.Uint64(raw[:])), nil
	}
	n := (rows.to - rows.from) / rowSize
	lo, hi := int64(0), n
	for lo < hi {
		mid := lo + (hi-lo)/2
		hash, _, err := read(mid)
		if err != nil {
			return nil, err
		}
		if hash < want {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	var found []Entry
	for ; lo < n; lo++ {
		hash, at, err := read(lo)
		if err != nil {
			return nil, err
		}
		if hash != want {
			break
		}
		e, err := x.entryAt(r, at)
		if err != nil {
			return nil, err
		}
		if is(e) {
			found = append(found, *e)
		}
	}
	slices.SortFunc(found, byPlace)
	return found, nil
}

// close gives back the temporary file.
func (t *tables) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		discardTemp(t.file)
		t.file = nil
	}
}
