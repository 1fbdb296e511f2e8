package disk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
)

// formatVersion is the version of all that this package writes. It changes when
// a state of one version is not one of the other.
const formatVersion = 2

// markName is the file by which a state is known.
const markName = "FRONTIER"

// markFile says that a directory is a state, in which format, and how far it has
// come. The database doesn't tell by itself if it lost its last log, or the end
// of it; the number of commits here does.
//
// Its numbers are written in place, 16 bytes each, and are of no more use after a
// power cut than the file system makes them: they may be old then. A state is
// never damaged for having more commits than its mark.
type markFile struct{ f *os.File }

// mark is what is in the file.
type mark struct {
	ready     bool   // else the state was never used: its making was interrupted
	over      bool   // or it was about to be removed
	committed uint64 // commits that the operating system had
	synced    uint64 // commits that the disk had
}

const (
	markMagic   = "trawl\x00frontier\r\n"
	markHeader  = len(markMagic) + 8 // magic, version, checksum
	markSize    = markHeader + 3*markNumber
	markNumber  = 16 // a number and its complement
	markReady   = 1
	markOver    = 2
	readyAt     = int64(markHeader)
	committedAt = readyAt + markNumber
	syncedAt    = committedAt + markNumber
)

// createMark makes the file of a state that isn't ready yet.
func createMark(dir string) error { return writeMark(dir, formatVersion) }

func writeMark(dir string, version uint32) error {
	b := binary.LittleEndian.AppendUint32([]byte(markMagic), version)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	for range 3 {
		b = appendNumber(b, 0)
	}
	temp := filepath.Join(dir, markName+".new")
	if err := os.WriteFile(temp, b, 0o666); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(dir, markName))
}

// readMark reads the file. Its error is the operating system's, a *VersionError
// or a *CorruptError.
func readMark(dir string) (mark, error) {
	b, err := os.ReadFile(filepath.Join(dir, markName))
	if err != nil {
		return mark{}, err
	}
	damaged := func(what string) (mark, error) {
		return mark{}, &CorruptError{Dir: dir, File: markName, Err: fmt.Errorf("its %s is not readable", what)}
	}
	if len(b) < markHeader || !bytes.HasPrefix(b, []byte(markMagic)) ||
		crc32.ChecksumIEEE(b[:markHeader-4]) != binary.LittleEndian.Uint32(b[markHeader-4:]) {
		return damaged("header")
	}
	if v := binary.LittleEndian.Uint32(b[len(markMagic):]); v != formatVersion {
		return mark{}, &VersionError{Dir: dir, Found: v, Want: formatVersion}
	}
	if len(b) != markSize {
		return damaged("end")
	}
	ready, ok1 := numberAt(b, readyAt)
	committed, ok2 := numberAt(b, committedAt)
	synced, ok3 := numberAt(b, syncedAt)
	if !ok1 || !ok2 || !ok3 {
		return damaged("account of commits")
	}
	return mark{ready: ready == markReady, over: ready == markOver, committed: committed, synced: synced}, nil
}

func appendNumber(b []byte, n uint64) []byte {
	b = binary.LittleEndian.AppendUint64(b, n)
	return binary.LittleEndian.AppendUint64(b, ^n)
}

func numberAt(b []byte, at int64) (n uint64, ok bool) {
	n = binary.LittleEndian.Uint64(b[at:])
	return n, n == ^binary.LittleEndian.Uint64(b[at+8:])
}

func openMark(dir string) (*markFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, markName), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &markFile{f}, nil
}

func (m *markFile) write(at int64, n uint64) error {
	var b [markNumber]byte
	_, err := m.f.WriteAt(appendNumber(b[:0], n), at)
	return err
}

// ready is written when the state can be used from now on.
func (m *markFile) ready() error {
	if err := m.write(readyAt, markReady); err != nil {
		return err
	}
	return m.f.Sync()
}

// over is written when the state is about to be removed: if that is interrupted,
// the next Open does the rest.
func (m *markFile) over() error {
	if err := m.write(readyAt, markOver); err != nil {
		return err
	}
	return m.f.Sync()
}

func (m *markFile) committed(n uint64) error { return m.write(committedAt, n) }

func (m *markFile) synced(n uint64) error {
	if err := m.write(syncedAt, n); err != nil {
		return err
	}
	return m.f.Sync()
}

func (m *markFile) close() error { return m.f.Close() }
