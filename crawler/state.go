package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/sink"
)

// StateSuffix is what the name of an output's state has behind the output's own.
const StateSuffix = ".state"

// syncEvery is how often output and state are made to survive a power cut. What
// it takes all the same is fetched again, and a second's pages are few. A process
// that is killed needs no sync to lose nothing.
const syncEvery = time.Second

// The names of what a state keeps besides the frontier.
const (
	metaIdentity = "identity" // what the dataset depends on; see Config.identity
	metaOpened   = "opened"   // the output is this crawl's own: its lines may be cut
	metaBoot     = "boot"     // the run of the machine, of the last run of the crawl
	metaClosed   = "closed"   // the last run ended by itself, and left nothing behind the checkpoint
	metaArchived = "archived" // the size of the archive that it left
	metaEpoch    = "epoch"    // longer with each power cut that took commits back
	noteStats    = "stats"    // Stats without Counts, as of the last commit
)

// state is what is left of a crawl if it ends before its end: the frontier on
// disk, and the output that goes with it. It is there whenever the output is a
// file, and gone when the crawl is complete.
type state struct {
	dir       string
	output    string
	frontier  *disk.Frontier
	writer    *sink.Writer
	recording *recording // nil without one
	epoch     string     // of its notes
	resumed   bool
}

// StateDir is where a run keeps its state: beside the Output if that is a file, to
// which a run after this one can come back. It is empty if no state is kept.
func (c *Config) StateDir() string {
	if c.InMemory || c.Frontier != nil || c.Output == "-" || c.Output == "" {
		return ""
	}
	info, err := os.Stat(c.Output)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() {
		return c.stateOfOutput()
	}
	return ""
}

// stateOfOutput is beside the file itself, by whatever link it is named.
func (c *Config) stateOfOutput() string { return linked(c.Output) + StateSuffix }

// openState begins a crawl's state and output, or finds those that an earlier run
// has left. If it fails, nothing is left that wasn't there before.
func openState(c *Config) (*state, error) {
	s := &state{dir: c.StateDir(), output: c.Output}
	if over, err := disk.FinishRemoval(s.dir); over && !c.Overwrite {
		return nil, &disk.OverError{Dir: s.dir, Err: err}
	}
	if err := s.refuse(c); err != nil {
		return nil, err
	}
	mode := disk.Continue
	if c.Overwrite {
		mode = disk.Replace
	}
	var err error
	s.frontier, err = disk.Open(s.dir, disk.Options{Options: c.FrontierOptions(), Mode: mode, Logger: c.Logger})
	var option *disk.OptionError
	if errors.As(err, &option) { // the options follow from what the crawl depends on
		return nil, s.refuseOptions(c, err)
	}
	if err != nil {
		return nil, s.advise(err)
	}
	if _, s.resumed = s.frontier.Meta(metaOpened); s.resumed {
		err = s.resume(c)
	} else {
		err = s.begin(c)
	}
	if err != nil {
		return nil, errors.Join(err, s.letGo())
	}
	return s, nil
}

// refuse is for what is known to be refused before a state is made.
func (s *state) refuse(c *Config) error {
	_, stateErr := os.Lstat(s.dir)
	_, outputErr := os.Stat(s.output)
	if outputErr == nil && errors.Is(stateErr, fs.ErrNotExist) && !c.Overwrite {
		return &sink.ExistsError{Path: s.output}
	}
	if errors.Is(stateErr, fs.ErrNotExist) {
		if err := c.refuseRecording(); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Dir(s.output)); err != nil {
		w, err := sink.Open(s.output, sink.Options{}) // which knows what to say
		if err == nil {
			err = w.Close()
		}
		return err
	}
	return nil
}

// beginsAsDataset reports whether a file begins as lines do, compressed or not.
func beginsAsDataset(name string) bool {
	return beginsWith(name, `{"url":"`, "\x1f\x8b", "\x28\xb5\x2f\xfd") // a line, RFC 1952, RFC 8878
}

// beginsWith reports whether a file begins with one of these, as far as it goes.
func beginsWith(name string, begins ...string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := io.ReadFull(f, head)
	for _, begin := range begins {
		if n := min(n, len(begin)); string(head[:n]) == begin[:n] {
			return true
		}
	}
	return false
}

// begin makes the archive and the output of a new crawl, and notes that they are its
// own. An empty file beside a state that was never used is that of a run killed
// before it could say so.
func (s *state) begin(c *Config) error {
	leftEmpty := func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && info.Size() == 0 && s.frontier.Resumed() && !c.Overwrite
	}
	identity, err := json.Marshal(c.identity())
	if err != nil {
		return err
	}
	archive := c.Recording.Path
	if s.recording, err = openRecording(c, newPayloadNotes(s.notes()), archive != "" && leftEmpty(archive), frontier.Checkpoint{}); err != nil {
		return err
	}
	options := sink.Options{Mode: sink.Create}
	switch {
	case c.Overwrite:
		options.Mode = sink.Overwrite
	case leftEmpty(s.output):
		options.Mode = sink.Resume
	}
	if s.writer, err = sink.Open(s.output, options); err != nil {
		return err
	}
	err = s.frontier.SetMeta(map[string][]byte{metaIdentity: identity, metaOpened: {1}, metaBoot: []byte(c.boot)})
	if err != nil && options.Mode == sink.Create {
		err = errors.Join(err, s.writer.Close(), os.Remove(s.output))
	}
	return err
}

// resume finds the output as the last commit left it, or as a power cut did.
func (s *state) resume(c *Config) error {
	if err := sameIdentity(s.frontier, s.dir, c); err != nil {
		return err
	}
	size, missing, err := s.outputSize()
	if err != nil {
		return err
	}
	recorded, err := recordedSize(c)
	if err != nil {
		return err
	}
	at, err := s.within(c, size, missing, recorded)
	if err != nil {
		return err
	}
	if closed, _ := s.frontier.Meta(metaClosed); len(closed) > 0 && at.Offset > 0 && size > at.Offset && s.frontier.Lost() == 0 {
		return &sink.EditedError{Path: s.output, Offset: at.Offset, Size: size}
	}
	if left := s.leftInArchive(); left > 0 && recorded > left {
		return &warc.EditedError{Path: c.Recording.Path, At: left, Size: recorded}
	}
	if at.Offset == 0 && size > 0 && !beginsAsDataset(s.output) {
		return &sink.ExistsError{Path: s.output} // nothing is committed that could tell it from somebody's
	}
	if at.Recorded == 0 && recorded > 0 && !beginsWith(c.Recording.Path, "WARC/1.1\r\n", "\x1f\x8b") { // likewise
		return &warc.ExistsError{Path: c.Recording.Path}
	}
	done := s.frontier.Counts()
	s.writer, err = sink.Open(s.output, sink.Options{Mode: sink.Resume, Checkpoint: sink.Checkpoint{Offset: at.Offset, Sum: at.Sum}, Lines: done.Fetched + done.Failed})
	if err != nil {
		return err
	}
	if lost := s.frontier.Lost(); lost > 0 {
		c.Logger.Warn("the state has lost its last commits; their pages are fetched again", "commits", lost)
	}
	epoch, _ := s.frontier.Meta(metaEpoch)
	if at != s.frontier.Checkpoint() {
		epoch = append(epoch, '+')
	}
	s.epoch = string(epoch)
	if err := s.frontier.SetMeta(map[string][]byte{metaEpoch: epoch}); err != nil { // before it can't be told any more that a power cut took something
		return err
	}
	if _, err := s.frontier.Rewind(size, recorded); err != nil {
		return err
	}
	if s.recording, err = openRecording(c, newPayloadNotes(s.notes()), true, at); err != nil {
		return err
	}
	return s.frontier.SetMeta(map[string][]byte{metaBoot: []byte(c.boot), metaClosed: nil, metaArchived: nil})
}

// notes is where to keep what is known as long as no commit is lost.
func (s *state) notes() epochNotes { return epochNotes{s.frontier, s.epoch} }

// leftInArchive is the size of the archive as the last run has left it, 0 if it was
// killed. It may be more than is committed: what came before an interrupt.
func (s *state) leftInArchive() int64 {
	note, _ := s.frontier.Meta(metaArchived)
	left, err := strconv.ParseInt(string(note), 10, 64)
	if err != nil {
		return 0
	}
	return left
}

// recordedSize is that of the archive as it is found, 0 without one.
func recordedSize(c *Config) (int64, error) {
	if c.Recording.Path == "" {
		return 0, nil
	}
	return warc.Size(c.Recording.Path)
}

func (s *state) outputSize() (size int64, missing bool, err error) {
	info, err := os.Stat(s.output)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	return info.Size(), false, nil
}

// within is the last commit that an output and an archive of these sizes have.
// Only if the machine was started since may that be another one than the last.
func (s *state) within(c *Config, size int64, missing bool, recorded int64) (frontier.Checkpoint, error) {
	shorter := &sink.ShorterError{Path: s.output, Size: size, Missing: missing}
	if boot, _ := s.frontier.Meta(metaBoot); len(boot) > 0 && string(boot) == c.boot {
		at := s.frontier.Checkpoint()
		if size < at.Offset {
			shorter.Offset = at.Offset
			return at, shorter
		}
		if recorded < at.Recorded {
			return at, &warc.ShorterError{Path: c.Recording.Path, Size: recorded, Recorded: at.Recorded, Missing: recorded == 0}
		}
		return at, nil
	}
	at, err := s.frontier.Within(size, recorded)
	var cut *disk.OutputError
	if errors.As(err, &cut) && cut.Archive {
		return at, &warc.ShorterError{Path: c.Recording.Path, Size: recorded, Recorded: cut.Synced, Missing: recorded == 0}
	}
	if errors.As(err, &cut) {
		shorter.Offset = cut.Synced
		return at, shorter
	}
	return at, err
}

// letGo closes what could not be used. A state that was never used is removed.
func (s *state) letGo() error {
	var err error
	if s.writer != nil {
		err = s.writer.Close()
	}
	err = errors.Join(err, s.recording.abandon())
	if s.resumed {
		return errors.Join(err, s.frontier.Close())
	}
	return errors.Join(err, s.remove())
}

// remove removes the state, or lets go of it if it can't.
func (s *state) remove() error {
	err := s.frontier.Remove()
	return errors.Join(err, s.frontier.Close())
}

// keep syncs output and state from time to time until ended is closed.
func (s *state) keep(ctx context.Context, ended <-chan struct{}) error {
	ticker := time.NewTicker(syncEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			err := s.frontier.Sync(func() error { return errors.Join(s.recording.sync(), s.writer.Sync(ctx)) })
			if err != nil && ctx.Err() == nil {
				return err
			}
		case <-ended:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// end closes output, archive and state. Of a crawl that is complete no state is left.
func (s *state) end(complete bool) error {
	written := joined(s.recording.close(), s.writer.Close()) // which sync
	if complete && written == nil {
		return s.remove()
	}
	if written == nil {
		closed := map[string][]byte{metaClosed: {1}}
		if s.recording != nil {
			closed[metaArchived] = strconv.AppendInt(nil, s.recording.writer.Written(), 10)
		}
		_ = s.frontier.SetMeta(closed) // its failure is that of Sync
	}
	return joined(written, s.frontier.Sync(func() error { return written }), s.frontier.Close())
}

// saveStats keeps the account with the next commit.
func (s *state) saveStats(stats Stats) error {
	note, err := json.Marshal(stats)
	if err == nil {
		s.frontier.PutNote(noteStats, note)
	}
	return err
}

// stats is the account of the runs before this one.
func (s *state) stats() (stats Stats, err error) {
	note, ok, err := s.frontier.Note(noteStats)
	if err != nil || !ok {
		return stats, err
	}
	if err := json.Unmarshal(note, &stats); err != nil {
		return Stats{}, fmt.Errorf("%s: the account of the runs before is not readable: %w", s.dir, err)
	}
	return stats, nil
}

// advise says what to do if the state can't be made for a reason that another
// place doesn't have.
func (s *state) advise(err error) error {
	if info, statErr := os.Lstat(s.dir); statErr == nil {
		if !info.IsDir() && info.Mode()&fs.ModeSymlink == 0 {
			return fmt.Errorf("%w; the state lies there, so move that file away, or name another output", err)
		}
		return err
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%w; choose another place for the output, whose state lies beside it", err)
	}
	return err
}
