package disk

import (
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
)

// openDB opens the database in the directory, or makes it.
func (f *Frontier) openDB(exists bool) error {
	opts := &pebble.Options{
		FS:                f.fs,
		Lock:              f.lock,
		ErrorIfExists:     !exists,
		ErrorIfNotExists:  exists,
		ReadOnly:          f.opts.Mode == Inspect,
		Logger:            dbLogger{f.fs, f.opts.Logger},
		Merger:            merger(),
		CacheSize:         f.opts.BlockCache,
		MemTableSize:      uint64(f.opts.WriteBuffer),
		MaxOpenFiles:      256,
		DisableTableStats: true, // nothing here is overwritten enough for them to matter

		// Newer formats tell a torn end of the log from a damaged one by what was
		// synced, and take the guard's word that it was. The mark tells that.
		FormatMajorVersion: pebble.FormatColumnarBlocks,

		// Three buffers, and as much waiting in level 0 as there may be: commits
		// should not stop for a compaction that others will catch up with.
		MemTableStopWritesThreshold: 3,
		L0StopWritesThreshold:       64,

		CompactionConcurrencyRange: func() (int, int) { return 1, 1 },
	}
	opts.Experimental.ReadSamplingMultiplier = -1 // no compactions for reads' sake
	// One compaction at a time needs nobody to look every 100 ms whether there may
	// be more; and that goroutine is left behind if the database can't be opened.
	opts.Experimental.CompactionScheduler = pebble.NewConcurrencyLimitSchedulerWithNoPeriodicGrantingForTest()
	for i := range opts.Levels {
		opts.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.SnappyCompression }
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	opts.Levels[len(opts.Levels)-1].FilterPolicy = pebble.NoFilterPolicy // a Get doesn't use the last level's
	opts.EventListener = &pebble.EventListener{
		BackgroundError: func(err error) { f.fs.background(err) },
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			f.fs.background(&CorruptError{Dir: f.dir, File: filepath.Base(info.Path), Err: info.Details})
		},
	}
	db, err := pebble.Open(f.dir, opts)
	if err == nil {
		f.db = db
	}
	if first := f.fs.failed(); first != nil {
		return f.diskError(first)
	}
	if err != nil {
		return f.readError(err)
	}
	return nil
}

// background takes an error that the database met in a goroutine of its own.
func (g *guardFS) background(err error) {
	if !g.closing.Load() {
		g.fail(err)
	}
}

// dbLogger gets the database's messages. It doesn't end the process when it is
// told to: it freezes the disk, and the next call of the frontier says why.
type dbLogger struct {
	fs  *guardFS
	log *slog.Logger
}

// Infof implements [pebble.Logger].
func (l dbLogger) Infof(string, ...any) {}

// Errorf implements [pebble.Logger].
func (l dbLogger) Errorf(format string, args ...any) {
	l.log.Warn("the state's database: " + fmt.Sprintf(format, args...))
}

// Fatalf implements [pebble.Logger].
func (l dbLogger) Fatalf(format string, args ...any) {
	l.fs.background(fmt.Errorf(format, args...))
}
