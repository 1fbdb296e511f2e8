package warc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// OpenOptions are how archives are opened, and indexed if they have to be.
type OpenOptions struct {
	// Policy says what to do about bad input. Nil: DefaultPolicy. An index that was
	// made under another one is made anew.
	Policy Policy
	// Report is told of each problem once, when the file is indexed. Nil: nobody.
	Report func(*Problem)
	// Indexing is told how far the making of an index is, in bytes of the file. It is
	// not called if there is one. Nil: nobody.
	Indexing func(file string, done, size int64)
}

// Archive is one or more files of records, of which every capture can be found by
// its URL and read. It is safe for concurrent use; Close is for when all else is done.
//
// What it knows of a file comes from an index beside it, FILE.cdxj: one line a
// capture, "key timestamp {json}", sorted by bytes, as pywb and others read it, after
// a first line "!meta {json}" by which it is told whether the index is of the file as
// it is. If not, or if it is damaged, it is made anew; if it can't be written there,
// in the directory for temporary files, and removed by Close. The file may still be
// written to: what is whole is indexed.
//
// Neither making an index nor looking something up needs memory that grows with the
// archive: lines are sorted in runs of 32 MiB through a temporary file, and searched
// where they lie.
//
// A gzip file should have each record in a member of its own. If members have more,
// or the file is one member, a capture is read by inflating its member from the
// beginning: right, but slow, and with the square of the number of records if all
// are read. Such a file is better unpacked first.
type Archive struct {
	files    []*index
	byFile   map[string]*index
	infos    []Fields
	options  OpenOptions
	handles  *handles
	idle     sync.Pool // of *Reader: the buffers of one are larger than most records
	mu       sync.Mutex
	problems map[Class]int64 // those met since Open
}

// Open opens archives for random access, and indexes those that have no index, or
// one that doesn't fit. The error is a *Problem if the policy says Stop to something
// in them, a *ReadError, or the operating system's.
func Open(files []string, o OpenOptions) (*Archive, error) {
	a := &Archive{byFile: make(map[string]*index), options: o, handles: newHandles(), problems: make(map[Class]int64)}
	for _, file := range files {
		if a.byFile[file] != nil {
			continue // named twice: its captures are no more for that
		}
		x, err := openIndex(a.handles, file, o, true)
		if err != nil {
			return nil, errors.Join(err, a.Close())
		}
		x.number = len(a.files)
		a.files = append(a.files, x)
		a.byFile[file] = x
		info, err := a.readInfo(x)
		if err != nil {
			return nil, errors.Join(err, a.Close())
		}
		a.infos = append(a.infos, info)
	}
	return a, nil
}

// Index makes the index of an archive, unless there is one that fits, and returns
// its path. Errors are as Open's; that it can't be written beside the archive is one.
func Index(file string, o OpenOptions) (path string, err error) {
	h := newHandles()
	defer h.close()
	x, err := openIndex(h, file, o, false)
	if err != nil {
		return "", err
	}
	return x.path, nil
}

// openIndex loads the index of an archive, or makes it.
func openIndex(h *handles, file string, o OpenOptions, elsewhere bool) (*index, error) {
	f, err := h.acquire(file)
	if err != nil {
		return nil, err
	}
	defer h.release(f)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file, and to find records in it takes one; save it to a file first", file)
	}
	meta := &indexMeta{Format: indexFormat, Size: info.Size(), Modified: info.ModTime().UnixNano(), Policy: o.Policy.differences()}
	path := indexPath(file)
	x, err := loadIndex(h, path, file, meta)
	if err == nil {
		return x, nil
	}
	if !errors.Is(err, errStaleIndex) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	h.forget(path)
	if path, err = makeIndex(f.File, info, file, meta, o, elsewhere); err != nil {
		return nil, err
	}
	if x, err = loadIndex(h, path, file, meta); err != nil {
		return nil, fmt.Errorf("%s can't be read back: %w", path, err)
	}
	x.temporary = path != indexPath(file)
	return x, nil
}

// makeIndex reads an archive through and writes its index.
func makeIndex(f io.ReaderAt, info os.FileInfo, file string, meta *indexMeta, o OpenOptions, elsewhere bool) (path string, err error) {
	lines := newLineSorter(runSize, filepath.Dir(file), os.TempDir())
	defer lines.close()
	x := &indexer{file: file, filename: filepath.Base(file), report: o.Report, lines: lines, meta: meta}
	told := int64(-progressStep)
	progress := func(done int64) {
		if o.Indexing != nil && (done-told >= progressStep || done == info.Size() && done != told) {
			o.Indexing(file, done, info.Size())
			told = done
		}
	}
	progress(0)
	// No further than its size when it was looked at, though it may be growing.
	r := NewReader(io.NewSectionReader(f, 0, info.Size()), ReaderOptions{Name: file, Policy: o.Policy, Report: o.Report})
	if err := x.run(r, progress); err != nil {
		return "", err
	}
	progress(info.Size())
	if path, err = writeIndexFile(file, info.Mode(), meta, lines, elsewhere); err != nil {
		return "", fmt.Errorf("cannot write the index of %s: %w", file, err)
	}
	return path, nil
}

// progressStep is after how many bytes progress is told again.
const progressStep = 1 << 20

// differences is what a policy has other than the default one.
func (p Policy) differences() string {
	var changed []string
	defaults := DefaultPolicy()
	for class, action := range p {
		if usual, ok := defaults[class]; !ok || usual != action {
			changed = append(changed, string(class)+"="+action.String())
		}
	}
	slices.Sort(changed)
	return strings.Join(changed, " ")
}

// readInfo reads a file's first warcinfo record.
func (a *Archive) readInfo(x *index) (Fields, error) {
	if len(x.meta.Warcinfo) == 0 {
		return nil, nil
	}
	at := x.meta.Warcinfo[0]
	f, err := a.handles.acquire(x.archive)
	if err != nil {
		return nil, err
	}
	defer a.handles.release(f)
	r := a.readerAt(f.File, x, at)
	defer a.idle.Put(r)
	for {
		rec, err := r.Next()
		if err != nil || rec.Offset != at {
			return nil, a.misfit(&Entry{File: x.archive, Offset: at}, "no warcinfo record is there", err)
		}
		if rec.Type != Warcinfo {
			continue
		}
		fields, err := ReadFields(rec.Block)
		if err != nil {
			return nil, nil // it says nothing, then
		}
		return fields, nil
	}
}

// readerAt reads an archive from a record on; the Reader is idle again when who has it
// is done. Digests were verified when the archive was indexed.
func (a *Archive) readerAt(f io.ReaderAt, x *index, offset int64) *Reader {
	source := io.NewSectionReader(f, offset, max(x.meta.Size-offset, 0))
	options := ReaderOptions{Name: x.archive, Offset: offset, Policy: a.options.Policy, NoDigests: true}
	if r, ok := a.idle.Get().(*Reader); ok {
		r.Reset(source, options)
		return r
	}
	return NewReader(source, options)
}

// Lookup returns all captures of a URL in the order in which they were recorded:
// files as given to Open, and offsets in them. None is no error.
//
// A URL is the same as another if no server could tell them apart: letters' case in
// scheme and host, a default port, an empty path, the fragment and the way in which
// escapes are written are not looked at; all else is, the scheme too.
//
// It costs one search in each file's index. Though keys fold URLs together that
// differ in case or in the order of parameters, a key that many URLs share costs no
// more than others, but for the first time.
func (a *Archive) Lookup(url string) ([]Entry, error) {
	var found []Entry
	for _, x := range a.files {
		entries, err := x.lookup(url)
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = entries
		} else {
			found = append(found, entries...)
		}
	}
	return found, nil
}

// First returns where a crawl began, as far as can be told: the first page or
// redirect in the order of recording, or if there is none the first answer;
// robots.txt and favicon.ico are not looked at. False if there is nothing.
func (a *Archive) First() (Entry, bool, error) {
	for _, x := range a.files {
		if x.meta.First == "" {
			continue
		}
		e, err := parseLine([]byte(x.meta.First), x.archive)
		if err != nil {
			return Entry{}, false, x.damaged(0, err)
		}
		return *e, true, nil
	}
	return Entry{}, false, nil
}

// Files returns the names of the files, as given to Open.
func (a *Archive) Files() []string {
	names := make([]string, len(a.files))
	for i, x := range a.files {
		names[i] = x.archive
	}
	return names
}

// Infos returns the fields of each file's first warcinfo record, nil for a file that
// has none.
func (a *Archive) Infos() []Fields { return slices.Clone(a.infos) }

// Problems returns how many problems of each class there are in the archives, as
// they were met by those who made the indexes, and since Open.
func (a *Archive) Problems() map[Class]int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := maps.Clone(a.problems)
	for _, x := range a.files {
		for class, n := range x.meta.Problems {
			all[class] += n
		}
	}
	return all
}

func (a *Archive) count(c Class) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.problems[c]++
}

// Close closes the files. Captures that are still open can't be read on.
func (a *Archive) Close() error {
	a.handles.close()
	var errs []error
	for _, x := range a.files {
		x.tables.close()
		if x.temporary {
			errs = append(errs, os.Remove(x.path))
			x.temporary = false
		}
	}
	return errors.Join(errs...)
}
