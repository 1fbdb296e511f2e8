package disk

import (
	"log/slog"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// Mode says what Open expects to find.
type Mode uint8

const (
	// Continue goes on with a state, or begins one if there is none.
	Continue Mode = iota
	// Create begins a state, and fails with [ErrExists] if there is one.
	Create
	// Resume goes on with a state, and fails with [ErrNotExist] if there is none.
	Resume
	// Replace begins a state, and removes the one that is there, whatever its
	// version, and damaged as it may be.
	Replace
	// Inspect opens a state to be read only: for Explain, All, Counts, Meta. The
	// options that a state is made with need not be given.
	Inspect
)

// Options are what a frontier is opened with. The zero value is usable; MaxDepth
// 0 is then the seeds alone.
type Options struct {
	// Options decide what the state is. MaxDepth, Ordered and Forget must be the
	// same each time it is opened, or Open returns an [*OptionError]; Window may
	// change.
	frontier.Options

	Mode Mode

	// SeenCache is the size of the cache of URLs seen, in bytes. Default 32 MiB:
	// a million of them. A link to one of these is decided without a look at the
	// disk.
	SeenCache int64

	// BlockCache is the size of the cache of blocks read from disk, in bytes.
	// Default 24 MiB: what lies around the fronts of the queues, and the indexes
	// of the tables of ten million URLs.
	BlockCache int64

	// WriteBuffer is how much is gathered in memory before a table is written, in
	// bytes; there are up to three of them. Default 8 MiB: larger ones save work
	// later, but slow down Open, which reads what was in the last one.
	WriteBuffer int64

	// Logger gets what the database has to say about errors that it can live
	// with. Default: nowhere.
	Logger *slog.Logger
}

const (
	defaultSeenCache   = 32 << 20
	defaultBlockCache  = 24 << 20
	defaultWriteBuffer = 8 << 20
)

func (o Options) withDefaults() Options {
	if o.Window <= 0 {
		o.Window = frontier.DefaultWindow
	}
	if o.SeenCache <= 0 {
		o.SeenCache = defaultSeenCache
	}
	if o.BlockCache <= 0 {
		o.BlockCache = defaultBlockCache
	}
	if o.WriteBuffer <= 0 {
		o.WriteBuffer = defaultWriteBuffer
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
