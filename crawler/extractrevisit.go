package crawler

import (
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/seed-5a061891/trawl/crawler/warc"
)

// revisits finds the bodies that revisit records refer to. The archives are opened,
// and so indexed, for the first one. Workers share it.
type revisits struct {
	files  []string // those that can be read at random
	policy warc.Policy
	logger *slog.Logger
	open   func() (*warc.Archive, error)
	opened *warc.Archive
}

func newRevisits(c *ExtractConfig) *revisits {
	r := &revisits{policy: c.Policy, logger: c.Logger}
	for _, file := range c.Files {
		if file != "-" && isRegular(os.Stat(file)) {
			r.files = append(r.files, file)
		}
	}
	r.open = sync.OnceValues(func() (a *warc.Archive, err error) {
		// The extraction itself reports what is wrong with the files.
		a, err = warc.Open(r.files, warc.OpenOptions{Policy: r.policy, Indexing: func(file string, done, size int64) {
			r.logger.Debug("indexing, for a revisit", "file", file, "bytes", done, "of", size)
		}})
		r.opened = a
		return a, err
	})
	return r
}

// canFollow reports whether the revisits in a file can be followed.
func (r *revisits) canFollow(file string) bool { return slices.Contains(r.files, file) }

// read opens the answer that a revisit is. It is to be closed. The error is a
// *[warc.Problem] with the action Skip if its body isn't there.
func (r *revisits) read(at *warc.Entry) (*warc.Capture, error) {
	archive, err := r.open()
	if err != nil {
		return nil, err
	}
	entries, err := archive.Lookup(at.URL)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries, func(e warc.Entry) bool {
		return e.File == at.File && e.Offset == at.Offset && e.InMember == at.InMember
	})
	if i < 0 {
		return nil, missing(at)
	}
	return archive.Read(&entries[i])
}

// isMissing reports whether a revisit's body isn't in the archives.
func isMissing(err error) bool { return errors.Is(err, warc.ClassMissingOriginal) }

// close is for when no worker is left.
func (r *revisits) close() error {
	if r.opened == nil {
		return nil
	}
	return r.opened.Close()
}
