package warc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// indexFormat changes with the meaning of anything in an index, so that those of
// another version are made anew.
const indexFormat = "trawl-index-2"

// metaPrefix begins the first line of an index. "!" sorts before all keys.
const metaPrefix = "!meta "

// maxMeta bounds the first line of an index, in bytes.
const maxMeta = 1 << 20

// indexMeta is the first line of an index: what tells whether the index is whole
// and of this archive, and what is known of the archive as a whole.
type indexMeta struct {
	Format string `json:"format"`
	// Size and Modified are the archive's when it was read; a time in nanoseconds
	// since 1970.
	Size     int64  `json:"size,string"`
	Modified int64  `json:"modified,string"`
	Policy   string `json:"policy"` // where it isn't the default
	// Lines and CRC are of all that follows the first line. They are as long as they
	// can get, because they are known last and written first.
	Lines string `json:"lines"`
	CRC   string `json:"crc32c"`

	Warcinfo []int64         `json:"warcinfo,omitempty"` // offset of the first one
	First    string          `json:"first,omitempty"`    // the line of Archive.First
	Problems map[Class]int64 `json:"problems,omitempty"`
}

// indexPath is where the index of an archive is looked for.
func indexPath(file string) string { return file + IndexSuffix }

// IndexSuffix is what the name of an archive's index has behind the archive's own.
const IndexSuffix = ".cdxj"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m *indexMeta) line(lines int64, crc uint32) ([]byte, error) {
	m.Lines, m.CRC = fmt.Sprintf("%019d", lines), fmt.Sprintf("%08x", crc)
	text, err := json.Marshal(m)
	if err == nil && len(text)+len(metaPrefix)+1 > maxMeta {
		err = fmt.Errorf("the first line would be longer than %d bytes", maxMeta)
	}
	return append(append([]byte(metaPrefix), text...), '\n'), err
}

// writeIndexFile writes an index beside the archive. If that can't be and elsewhere
// is true, it is written to the directory for temporary files.
func writeIndexFile(file string, mode os.FileMode, m *indexMeta, lines *lineSorter, elsewhere bool) (path string, err error) {
	path = indexPath(file)
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err == nil {
		err = errors.Join(writeIndex(f, m, lines), f.Chmod(mode&0o666|0o600), f.Close())
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err == nil {
			return path, nil
		}
		err = errors.Join(err, os.Remove(f.Name()))
	}
	if !elsewhere {
		return "", err
	}
	f, tempErr := os.CreateTemp("", "trawl-*.cdxj")
	if tempErr != nil {
		return "", errors.Join(err, tempErr)
	}
	if tempErr = errors.Join(writeIndex(f, m, lines), f.Close()); tempErr != nil {
		return "", errors.Join(err, tempErr, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func writeIndex(f *os.File, m *indexMeta, lines *lineSorter) error {
	first, err := m.line(0, 0)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	w.Write(first) // errors stay with w
	count, crc := int64(0), uint32(0)
	err = lines.each(func(line []byte) error {
		count++
		crc = crc32.Update(crc, castagnoli, line)
		crc = crc32.Update(crc, castagnoli, newline)
		w.Write(line)
		return w.WriteByte('\n')
	})
	if err = errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if first, err = m.line(count, crc); err != nil {
		return err
	}
	_, err = f.WriteAt(first, 0)
	return err
}

var newline = []byte{'\n'}

// errStaleIndex is why an index can't be used: it is not of this archive as it is, or
// not as it was written. It is made anew.
var errStaleIndex = errors.New("the index is stale or damaged")

// loadIndex reads an index through once: that it is whole and in order, and where
// in it to look for what. errStaleIndex, or os.ErrNotExist, says that it is to be made.
func loadIndex(h *handles, path, archive string, want *indexMeta) (*index, error) {
	f, err := h.acquire(path)
	if err != nil {
		return nil, err
	}
	defer h.release(f)
	x := &index{archive: archive, path: path, handles: h}
	c := newLineCursor(f.File, 0)
	defer c.close()
	first, err := c.next()
	if err != nil {
		return nil, errors.Join(errStaleIndex, err)
	}
	text, ok := bytes.CutPrefix(first, []byte(metaPrefix))
	if !ok || json.Unmarshal(text, &x.meta) != nil {
		return nil, errStaleIndex
	}
	m := &x.meta
	if m.Format != want.Format || m.Size != want.Size || m.Modified != want.Modified || m.Policy != want.Policy {
		return nil, errStaleIndex
	}
	x.start = c.offset()
	var before []byte
	lines, crc := int64(0), uint32(0)
	for {
		at := c.offset()
		line, err := c.next()
		if err == io.EOF {
			x.end = at
			break
		}
		if err != nil {
			return nil, errors.Join(errStaleIndex, err)
		}
		if bytes.Compare(before, line) > 0 {
			return nil, errStaleIndex
		}
		before = append(before[:0], line...)
		lines++
		crc = crc32.Update(crc, castagnoli, line)
		crc = crc32.Update(crc, castagnoli, newline)
		x.pivots.offer(at, line)
	}
	wantLines, err := strconv.ParseInt(m.Lines, 10, 64)
	if err != nil || lines != wantLines || fmt.Sprintf("%08x", crc) != m.CRC {
		return nil, errStaleIndex
	}
	return x, nil
}
