package warc

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// An archive that is limited in size goes on in files of the same name with a
// number: crawl.warc.gz, crawl-00001.warc.gz, crawl-00002.warc.gz.

// Segment is the name of an archive's n-th file; the first, 0, is the archive's own.
func Segment(name string, n int) string {
	if n == 0 {
		return name
	}
	dir, base := filepath.Split(name)
	ending := ""
	for _, e := range []string{".warc.gz", ".warc", ".gz"} {
		if len(base) > len(e) && strings.EqualFold(base[len(base)-len(e):], e) {
			base, ending = base[:len(base)-len(e)], base[len(base)-len(e):]
			break
		}
	}
	return fmt.Sprintf("%s%s-%05d%s", dir, base, n, ending)
}

// Later is a file that is named like one that an archive would go on in; empty if
// there is none. It need not be the next: the archive would come to it.
func Later(name string) string {
	dir, base := filepath.Split(Segment(name, 1))
	at := strings.LastIndex(base, "-00001")
	stem, ending := base[:at+1], base[at+len("-00001"):]
	entries, err := os.ReadDir(filepath.Clean(dir + "."))
	if err != nil {
		return "" // whoever makes the first file finds out why
	}
	for _, e := range entries {
		number, fits := strings.CutPrefix(e.Name(), stem)
		if !fits {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(number, ending))
		if err == nil && n > 0 && Segment(name, n) == dir+e.Name() {
			return dir + e.Name()
		}
	}
	return ""
}

// Segments are the files of an archive that are there, in their order.
func Segments(name string) []string { return segmentsFrom(name, 0) }

func segmentsFrom(name string, n int) []string {
	var names []string
	for ; ; n++ {
		segment := Segment(name, n)
		if info, err := os.Stat(segment); err != nil || !info.Mode().IsRegular() {
			return names
		}
		names = append(names, segment)
	}
}

// Size is the sum of an archive's files, in bytes.
func Size(name string) (int64, error) {
	total := int64(0)
	for _, segment := range Segments(name) {
		info, err := os.Stat(segment)
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

// cut makes an archive's files end behind so many bytes of all of them, and
// returns the number of the last one and its size.
func cut(name string, total int64) (n int, size int64, err error) {
	left := total
	last, lastSize := 0, int64(0)
	segments := Segments(name)
	for n, segment := range segments {
		info, err := os.Stat(segment)
		if err != nil {
			return 0, 0, err
		}
		switch {
		case n > 0 && left == 0:
			return last, lastSize, removeSegments(segments[n:])
		case info.Size() > left:
			err = os.Truncate(segment, left)
			last, lastSize, left = n, left, 0
		default:
			last, lastSize, left = n, info.Size(), left-info.Size()
		}
		if err != nil {
			return 0, 0, err
		}
	}
	if left > 0 {
		return 0, 0, &ShorterError{Path: name, Size: total - left, Recorded: total}
	}
	return last, lastSize, nil
}

// removeSegments removes files of an archive from the last on, so that those that
// are left if it is interrupted are found again.
func removeSegments(names []string) error {
	for _, name := range slices.Backward(names) {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// syncDirectory is what POSIX asks for to make the names in it durable. Windows has
// no such call, and some file systems refuse it.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil // it may be written to and not read
	}
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

// sumOf is the checksum of an archive's first bytes, over all its files.
func sumOf(name string, total int64) (sum uint32, err error) {
	h := crc32.New(castagnoli)
	left := total
	for _, segment := range Segments(name) {
		if left == 0 {
			break
		}
		f, err := os.Open(segment)
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(h, io.LimitReader(f, left))
		if err := errors.Join(err, f.Close()); err != nil {
			return 0, err
		}
		left -= n
	}
	if left > 0 {
		return 0, &ShorterError{Path: name, Size: total - left, Recorded: total}
	}
	return h.Sum32(), nil
}
