package crawler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

// AuditError says that the audit could not be written. A crawl that keeps its
// state still has it: the same command writes the audit.
type AuditError struct {
	Path string
	Err  error
}

func (e *AuditError) Error() string {
	return fmt.Sprintf("cannot write the audit %s: %v", e.Path, e.Err)
}

func (e *AuditError) Unwrap() error { return e.Err }

// partialSuffix is what the name of an audit has behind it until it is whole.
const partialSuffix = ".partial"

// validateAudit refuses what can be known to be wrong without writing anything.
func (c *Config) validateAudit() error {
	if c.Audit == "" {
		return nil
	}
	bad := func(format string, args ...any) error {
		return &ConfigError{Field: "Audit", Value: c.Audit, Reason: fmt.Sprintf(format, args...)}
	}
	if c.Frontier != nil {
		if _, ok := c.Frontier.(*disk.Frontier); !ok {
			return bad("it is made from a frontier on disk, and Frontier is another one")
		}
	}
	switch {
	case c.Audit == "-":
		return bad("it has to be a file, which is put in its place as a whole")
	case strings.HasSuffix(c.Audit, ".gz"), strings.HasSuffix(c.Audit, ".zst"), unsupported[filepath.Ext(c.Audit)]:
		return bad("it is not compressed; name it without %s", filepath.Ext(c.Audit))
	case sameFile(c.Audit, c.Output):
		return bad("it is the output too; name another file")
	case isBelow(c.Audit, c.Output+StateSuffix):
		return bad("it is in the crawl's state; name another place")
	}
	dir := filepath.Dir(c.Audit)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return bad("there is no directory %s; make it first", dir)
	}
	info, err := os.Stat(c.Audit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return bad("%v", err)
	case info.IsDir():
		return bad("it is a directory")
	case !info.Mode().IsRegular():
		return bad("it is no regular file")
	case info.Size() == 0:
		return nil
	}
	if err := beginsAsAudit(c.Audit); err != nil {
		return bad("it exists and is no audit, and would be replaced; name another file, or remove it (%v)", err)
	}
	return nil
}

// beginsAsAudit reads a file's first line.
func beginsAsAudit(name string) error {
	a, err := OpenAudit(name)
	if err != nil {
		return err
	}
	defer a.Close()
	for _, err := range a.All() {
		return err
	}
	return nil
}

func sameFile(a, b string) bool {
	if b == "" || b == "-" {
		return false
	}
	aInfo, aErr := os.Stat(a)
	bInfo, bErr := os.Stat(b)
	if aErr == nil && bErr == nil {
		return os.SameFile(aInfo, bInfo)
	}
	return resolved(a) == resolved(b)
}

// resolved is the absolute name of a file that may not exist, in a directory
// that does.
func resolved(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
		return filepath.Join(dir, filepath.Base(name))
	}
	return name
}

func isBelow(name, dir string) bool {
	name, dir = resolved(name), resolved(dir)
	return name == dir || strings.HasPrefix(name, dir+string(filepath.Separator))
}

// tryAudit finds out before anything is fetched whether the audit can be written.
func (c *Config) tryAudit() error {
	if c.Audit == "" {
		return nil
	}
	if err := c.validateAudit(); err != nil { // again: time may have passed since New
		return err
	}
	partial := linked(c.Audit) + partialSuffix
	if info, err := os.Stat(partial); err == nil && info.Size() > 0 && beginsAsAudit(partial) != nil {
		return &ConfigError{Field: "Audit", Value: c.Audit, Reason: partial + " is in the way, and is no audit; move it away"}
	}
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(partial))
	}
	if err != nil {
		return &ConfigError{Field: "Audit", Value: c.Audit, Reason: err.Error()}
	}
	return nil
}

// linked is the file that a name leads to, over symbolic links.
func linked(name string) string {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		return target
	}
	return name
}

// frontierForAudit is a frontier in a temporary directory, for a crawl that keeps
// no state and is to be accounted for nevertheless. remove removes it.
func frontierForAudit(c *Config) (f *disk.Frontier, remove func() error, err error) {
	dir, err := os.MkdirTemp("", "trawl-")
	if err != nil {
		return nil, nil, &AuditError{c.Audit, err}
	}
	f, err = disk.Open(dir, disk.Options{Options: c.FrontierOptions(), Mode: disk.Create, Logger: c.Logger})
	if err != nil {
		return nil, nil, errors.Join(&AuditError{c.Audit, err}, os.RemoveAll(dir))
	}
	return f, func() error { return errors.Join(f.Close(), os.RemoveAll(dir)) }, nil
}

// writeAudit puts an audit of all that the frontier has committed in the place of
// one that may be there. Nothing is there by halves: it is written beside it, made
// to survive a power cut, and then renamed.
//
// A crawl that is told to stop at once writes none.
func (c *Crawler) writeAudit(ctx context.Context, f frontier.Frontier) error {
	from, ok := f.(*disk.Frontier)
	if c.config.Audit == "" || !ok {
		return nil
	}
	if _, _, err := from.Explain(""); err != nil { // it has failed: what it has is not to be told
		return err
	}
	name := linked(c.config.Audit)
	partial := name + partialSuffix
	out, err := os.Create(partial)
	if err != nil {
		return &AuditError{name, err}
	}
	err = writeFates(ctx, out, allFates(from, newReasons(&c.config, c.scope, c.types)), from.Counts().Discovered)
	err = errors.Join(err, out.Close())
	if err == nil {
		err = os.Rename(partial, name)
	}
	if err == nil {
		syncDirectory(filepath.Dir(name))
		return nil
	}
	_ = os.Remove(partial) // what can't be removed is replaced the next time
	if ctx.Err() != nil {
		c.config.Logger.Warn("told to stop: the audit is not written", "file", name)
		return nil
	}
	return &AuditError{name, err}
}

// writeFates writes and syncs a line for each fate, and holds that there are as
// many as were counted.
func writeFates(ctx context.Context, to *os.File, all iter.Seq2[Fate, error], counted int64) error {
	w := bufio.NewWriterSize(to, 1<<16)
	var line []byte
	n := int64(0)
	for fate, err := range all {
		if err != nil {
			return err
		}
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		line = fate.AppendLine(line[:0])
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if n != counted {
		return fmt.Errorf("it has %d URLs and the crawl has counted %d, please report it", n, counted)
	}
	return errors.Join(w.Flush(), to.Sync())
}

// allFates are those of all URLs that were discovered, in that order.
func allFates(f *disk.Frontier, r *reasons) iter.Seq2[Fate, error] {
	return func(yield func(Fate, error) bool) {
		for e, err := range f.All() {
			if err != nil {
				yield(Fate{}, err)
				return
			}
			if !yield(fateOf(&e, r), nil) {
				return
			}
		}
	}
}

// syncDirectory makes a rename survive a power cut, where directories can be
// synced: without it the old file may come back, which is whole too.
func syncDirectory(name string) {
	if dir, err := os.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}
