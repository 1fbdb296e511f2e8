package crawler

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// AuditFile reads the audit of a crawl, in constant memory however many lines it
// has. It isn't safe for concurrent use.
type AuditFile struct {
	name string
	file *os.File
}

// AuditLineError says that a line of a file is none of an audit.
type AuditLineError struct {
	Path string
	Line int // 1 is the first
	Err  error
}

func (e *AuditLineError) Error() string {
	return fmt.Sprintf("%s:%d: not a line of an audit: %v", e.Path, e.Line, e.Err)
}

func (e *AuditLineError) Unwrap() error { return e.Err }

// OpenAudit opens an audit that a crawl has written ([Config.Audit]).
func OpenAudit(name string) (*AuditFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &AuditFile{name, f}, nil
}

// Close closes the file.
func (a *AuditFile) Close() error { return a.file.Close() }

// maxAuditLine is more than a line with the longest URLs, 20 redirects and 16
// attempts can take, in bytes.
const maxAuditLine = 4 << 20

// lines yields the lines of the file, from its beginning; they are valid until
// the next one.
func (a *AuditFile) lines() iter.Seq2[[]byte, *AuditLineError] {
	return func(yield func([]byte, *AuditLineError) bool) {
		n := 0
		bad := func(err error) *AuditLineError { return &AuditLineError{a.name, n, err} }
		if _, err := a.file.Seek(0, io.SeekStart); err != nil {
			yield(nil, bad(err))
			return
		}
		in := bufio.NewScanner(a.file)
		in.Buffer(make([]byte, 1<<16), maxAuditLine)
		for in.Scan() {
			n++
			var err *AuditLineError
			if line := in.Bytes(); !looksLikeFate(line) {
				err = bad(errForeignLine)
			}
			if !yield(in.Bytes(), err) || err != nil {
				return
			}
		}
		n++
		if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(nil, bad(fmt.Errorf("longer than %d bytes", maxAuditLine)))
		} else if err != nil {
			yield(nil, bad(err))
		}
	}
}

var errForeignLine = errors.New("it doesn't begin and end as one")

var (
	lineStart  = []byte(`{"url":"`)
	lineMiddle = []byte(`","outcome":"`)
	lineEnd    = []byte(`]}`)
)

// looksLikeFate is a cheap check for each line, of millions; those that are asked
// for are read in earnest.
func looksLikeFate(line []byte) bool {
	return bytes.HasPrefix(line, lineStart) && bytes.HasSuffix(line, lineEnd) && bytes.Contains(line, lineMiddle)
}

// All yields every URL of the audit, in the order of discovery. The error for a
// line that is none is an [*AuditLineError].
func (a *AuditFile) All() iter.Seq2[Fate, error] {
	return func(yield func(Fate, error) bool) {
		n := 0
		for line, bad := range a.lines() {
			n++
			if bad != nil {
				yield(Fate{}, bad)
				return
			}
			f, err := a.read(line, n)
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

func (a *AuditFile) read(line []byte, n int) (f Fate, err error) {
	if err := json.Unmarshal(line, &f); err != nil {
		return Fate{}, &AuditLineError{a.name, n, err}
	}
	return f, nil
}

// find reads the file once for the lines of some URLs, and returns what it found
// in the order of the URLs.
func (a *AuditFile) find(urls ...string) (found []Fate, err error) {
	starts := make([][]byte, len(urls))
	for i, u := range urls {
		starts[i] = Fate{URL: u}.AppendLine(nil)
		starts[i] = starts[i][:bytes.Index(starts[i], lineMiddle)+len(lineMiddle)]
	}
	at := make([]*Fate, len(urls))
	n, left := 0, len(urls)
	for line, bad := range a.lines() {
		n++
		if bad != nil {
			return nil, bad
		}
		for i, start := range starts {
			if at[i] != nil || !bytes.HasPrefix(line, start) {
				continue
			}
			f, err := a.read(line, n)
			if err != nil {
				return nil, err
			}
			at[i] = &f
			left--
		}
		if left == 0 {
			break
		}
	}
	for _, f := range at {
		if f != nil {
			found = append(found, *f)
		}
	}
	return found, nil
}

// Chain tells what became of a canonical URL, then of the page that it was found
// on, and so on up to a seed. It yields nothing if the URL is not in the audit.
// The file is read once for each.
func (a *AuditFile) Chain(url string) iter.Seq2[Fate, error] {
	return func(yield func(Fate, error) bool) {
		from := ""
		for depth := -1; url != ""; {
			found, err := a.find(url)
			switch {
			case err != nil:
			case len(found) == 0 && from == "":
				return
			case len(found) == 0:
				err = fmt.Errorf("%s: %s was found on %s, which has no line: the file is not whole", a.name, from, url)
			case from != "" && found[0].Depth >= depth:
				err = fmt.Errorf("%s: %s at depth %d was found on %s at depth %d: the file was changed", a.name, from, depth, url, found[0].Depth)
			}
			if err != nil {
				yield(Fate{}, err)
				return
			}
			f := found[0]
			if !yield(f, nil) {
				return
			}
			from, depth, url = f.URL, f.Depth, f.Parent
		}
	}
}

// Near returns the URLs of the audit that differ from a canonical one by a slash
// at the end, the scheme or "www." alone.
func (a *AuditFile) Near(url string) ([]Fate, error) { return a.find(spellings(url)...) }
