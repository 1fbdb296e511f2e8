package warc

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
)

// How far Nearest looks, so that it takes no more than some milliseconds: so many
// lines on either side of where the URL would be, in all files together, and so many
// bytes of where two URLs differ.
const (
	nearestLines = 256
	nearestReach = 64 << 10 // bytes of an index that are read for the lines before
	nearestBytes = 64
)

// Nearest returns at most n recorded URLs that are most like one that isn't
// recorded, the most like first. Those of its host come before others. It looks at the
// neighbours in the index, which are those that begin alike.
func (a *Archive) Nearest(url string, n int) ([]string, error) {
	key, ok := surtKey(url)
	if !ok || n <= 0 {
		return nil, nil
	}
	wanted, _ := sameForm(url)
	seen := map[string]bool{wanted: true}
	var found []likeness
	share := max(nearestLines/max(len(a.files), 1), 4)
	for _, x := range a.files {
		err := x.neighbours(key, share, func(line []byte) {
			near, ok := lineURL(line)
			form, isWeb := sameForm(near)
			if !ok || !isWeb || seen[form] {
				return
			}
			seen[form] = true
			found = append(found, likeness{url: near, otherHost: hostOf(form) != hostOf(wanted), distance: distance(form, wanted)})
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, likeness.compare)
	urls := make([]string, 0, min(n, len(found)))
	for _, l := range found[:min(n, len(found))] {
		urls = append(urls, l.url)
	}
	return urls, nil
}

// likeness is how like a URL is to another.
type likeness struct {
	url       string
	otherHost bool
	distance  int
}

func (l likeness) compare(m likeness) int {
	if l.otherHost != m.otherHost {
		if l.otherHost {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(l.distance, m.distance), strings.Compare(l.url, m.url))
}

func hostOf(url string) string {
	u, _ := splitURL(url)
	return u.host
}

// neighbours calls f with lines around a key: at most so many on either side.
func (x *index) neighbours(key string, share int, f func(line []byte)) error {
	file, err := x.handles.acquire(x.path)
	if err != nil {
		return err
	}
	defer x.handles.release(file)
	c, err := x.seek(file, []byte(key))
	if err != nil {
		return err
	}
	middle := c.offset()
	for range share {
		if c.offset() >= x.end {
			break
		}
		at := c.offset()
		line, err := c.next()
		if err != nil {
			c.close()
			return x.damaged(at, err)
		}
		f(line)
	}
	c.close()

	return x.linesBefore(file, middle, share, f)
}

// linesBefore calls f with at most so many lines before one that begins at an offset.
func (x *index) linesBefore(r io.ReaderAt, offset int64, share int, f func(line []byte)) error {
	c := newLineCursor(r, max(offset-nearestReach, x.start))
	defer c.close()
	var starts []int64
	for c.offset() < offset {
		starts = append(starts, c.offset())
		if _, err := c.next(); err != nil {
			return x.damaged(c.offset(), err)
		}
	}
	if len(starts) > 0 && starts[0] > x.start {
		starts = starts[1:] // the first may be the end of a line
	}
	if len(starts) == 0 {
		return nil
	}
	err := x.each(r, starts[max(len(starts)-share, 0)], nil, func(at int64, line []byte) error {
		if at >= offset {
			return errEnough
		}
		f(line)
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a walk over lines.
var errEnough = errors.New("enough")

// distance is how many bytes have to be inserted, removed or replaced to make one
// string of the other. Of strings that differ in more than nearestBytes it is the
// length of what differs.
func distance(a, b string) int {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > nearestBytes || len(b) > nearestBytes {
		return max(len(a), len(b))
	}
	var row [nearestBytes + 1]int // of the table of distances between beginnings of a and of b
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
