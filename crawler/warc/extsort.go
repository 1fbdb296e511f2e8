package warc

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// runSize is how many bytes of lines are sorted in memory at once. 32 MiB are
// some 80,000 captures; an archive of a terabyte makes about a thousand runs.
const runSize = 32 << 20

// mergeMemory is what the buffers of a merge take together, if no more runs than
// mergeMemory/minMergeBuffer are merged.
const (
	mergeMemory    = 16 << 20
	minMergeBuffer = 4 << 10
	maxMergeBuffer = 256 << 10
)

// lineSorter sorts lines by their bytes, in memory that doesn't grow with their
// number: runs of them are sorted, kept in a temporary file, and merged. Lines
// contain no line end.
type lineSorter struct {
	dirs  []string // where the temporary file may be, best first
	limit int      // bytes of a run

	lines  [][]byte // in blocks
	blocks [][]byte // to be filled again in the next run; those up to used are in use
	used   int
	size   int // of the lines
	spill  *os.File
	runs   []region
	end    int64 // of spill
}

// region is a part of a file.
type region struct{ from, to int64 }

// sortBlock is how much memory a sorter takes at a time. Blocks stay where they are,
// so that no run is copied while it grows.
const sortBlock = 1 << 20

// lineCost is what a line takes besides its text.
const lineCost = 24

// newLineSorter returns a sorter that keeps its runs in the first of the
// directories that can be written to.
func newLineSorter(limit int, dirs ...string) *lineSorter {
	return &lineSorter{limit: limit, dirs: dirs}
}

// add takes a copy of a line.
func (s *lineSorter) add(line []byte) error {
	if s.size+len(line)+lineCost > s.limit && len(s.lines) > 0 {
		if err := s.spillRun(); err != nil {
			return err
		}
	}
	s.lines = append(s.lines, s.keep(line))
	s.size += len(line) + lineCost
	return nil
}

// keep copies a line into a block.
func (s *lineSorter) keep(line []byte) []byte {
	if s.used == 0 || len(s.blocks[s.used-1])+len(line) > cap(s.blocks[s.used-1]) {
		if s.used == len(s.blocks) {
			s.blocks = append(s.blocks, make([]byte, 0, max(min(sortBlock, s.limit), len(line))))
		}
		s.used++
		if len(line) > cap(s.blocks[s.used-1]) {
			s.blocks[s.used-1] = make([]byte, 0, len(line))
		}
	}
	block := s.blocks[s.used-1]
	from := len(block)
	block = append(block, line...)
	s.blocks[s.used-1] = block
	return block[from:len(block):len(block)]
}

// reset makes room for another run.
func (s *lineSorter) reset() {
	for i := range s.blocks[:s.used] {
		s.blocks[i] = s.blocks[i][:0]
	}
	s.lines, s.used, s.size = s.lines[:0], 0, 0
}

func (s *lineSorter) sortRun() { slices.SortFunc(s.lines, bytes.Compare) }

func (s *lineSorter) spillRun() error {
	if s.spill == nil {
		f, err := createTemp("trawl-sort-*.tmp", s.dirs...)
		if err != nil {
			return err
		}
		s.spill = f
	}
	s.sortRun()
	w := bufio.NewWriterSize(s.spill, 256<<10)
	from := s.end
	for _, l := range s.lines {
		w.Write(l) // errors stay with w
		w.WriteByte('\n')
		s.end += int64(len(l)) + 1
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot sort the index: %w", err)
	}
	s.runs = append(s.runs, region{from, s.end})
	s.reset()
	return nil
}

// each calls f with every line in order. The line is good until f returns.
func (s *lineSorter) each(f func(line []byte) error) error {
	if s.spill == nil {
		s.sortRun()
		for _, l := range s.lines {
			if err := f(l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(s.lines) > 0 {
		if err := s.spillRun(); err != nil {
			return err
		}
	}
	s.lines, s.blocks = nil, nil // all is in runs
	return s.merge(f)
}

func (s *lineSorter) merge(f func(line []byte) error) error {
	size := min(max(mergeMemory/len(s.runs), minMergeBuffer), maxMergeBuffer)
	h := make(runHeap, 0, len(s.runs))
	for _, r := range s.runs {
		c := &runCursor{r: bufio.NewReaderSize(io.NewSectionReader(s.spill, r.from, r.to-r.from), size)}
		if err := c.next(); err != nil {
			return err
		}
		h = append(h, c)
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := f(h[0].line); err != nil {
			return err
		}
		switch err := h[0].next(); {
		case err == io.EOF:
			heap.Pop(&h)
		case err != nil:
			return err
		default:
			heap.Fix(&h, 0)
		}
	}
	return nil
}

// close gives back the temporary file.
func (s *lineSorter) close() {
	if s.spill != nil {
		discardTemp(s.spill)
		s.spill = nil
	}
}

// runCursor stands at a line of a run.
type runCursor struct {
	r    *bufio.Reader
	line []byte
	long []byte // of a line that is longer than the buffer
}

func (c *runCursor) next() error {
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		c.long = c.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			c.long = append(c.long, line...)
			line, err = c.r.ReadSlice('\n')
		}
		c.long = append(c.long, line...)
		line = c.long
	}
	switch {
	case err == io.EOF && len(line) == 0:
		return io.EOF
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
		fallthrough
	case err != nil:
		return fmt.Errorf("cannot sort the index: %w", err)
	}
	c.line = line[:len(line)-1]
	return nil
}

type runHeap []*runCursor

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].line, h[j].line) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runCursor)) }
func (h *runHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// createTemp makes a file for temporary data in the first of the directories that
// can be written to. Where the system allows it, the file has no name any more, so
// that nothing is left of it if the process is killed.
func createTemp(pattern string, dirs ...string) (*os.File, error) {
	var failure error
	for _, dir := range dirs {
		f, err := os.CreateTemp(dir, pattern)
		if err != nil {
			failure = errors.Join(failure, err)
			continue
		}
		_ = os.Remove(f.Name()) // Windows refuses while it is open: then discardTemp does it
		return f, nil
	}
	return nil, fmt.Errorf("cannot write a temporary file for the index: %w", failure)
}

// discardTemp ends a file of createTemp.
func discardTemp(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
