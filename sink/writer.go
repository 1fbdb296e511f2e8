package sink

import (
	"context"
	"fmt"
	"os"
	"sync"
)

// Writer appends batches of lines to one output. It is safe for several goroutines; batches never mix.
//
// A goroutine of the Writer's own, started by Open and ended by Close, owns the file, its offset and the failure. Callers hand it
// batches over a channel without a buffer: a batch is with its caller or being written, so memory is bounded by the number of callers.
type Writer struct {
	path     string
	codec    codec
	canCut   bool
	buffers  sync.Pool // of *[]byte: encoded batches
	requests chan request
	closing  chan struct{} // closed by Close
	stalled  chan struct{} // closed by the first Write that is given up on a stream
	finished chan struct{} // closed by the goroutine when it ends

	closeOnce sync.Once
	stallOnce sync.Once
	stallErr  error // set before stalled is closed
	finalErr  error // set before finished is closed
}

// request asks the goroutine to append data or, when fsync is set, to sync.
type request struct {
	ctx    context.Context
	data   []byte
	count  int
	fsync  bool
	answer chan answer // without a buffer: either both sides know that the answer was taken, or both that it was not
}

type answer struct {
	at  Checkpoint
	err error
}

// Open opens the output and starts the Writer's goroutine. The caller must Close it.
//
// The name "-" is standard output. A name that ends in .gz or .zst (in either case) is written compressed, at the library's default
// level; each batch is then one whole gzip member or zstd frame, so the larger the batch, the better it compresses. Everything else
// is written plain. A name may be that of a named pipe, and opening one waits for its reader, or of a device: Options.Mode says
// nothing about these.
//
// The errors are *[ExistsError], *[ShorterError], *[EditedError] and *[OpenError].
//
// A process whose standard output is closed by its reader is killed by SIGPIPE, unless it has that signal ignored or notified
// (os/signal); then Write returns a [WriteError] for syscall.EPIPE. That is for the program to decide, and this package leaves it alone.
func Open(name string, opts Options) (*Writer, error) {
	codec, err := codecFor(name)
	if err != nil {
		return nil, err
	}
	out, err := openOutput(name, opts)
	if err != nil {
		return nil, err
	}
	w := &Writer{
		path:     out.path,
		codec:    codec,
		canCut:   out.file != nil,
		requests: make(chan request),
		closing:  make(chan struct{}),
		stalled:  make(chan struct{}),
		finished: make(chan struct{}),
	}
	go w.run(&ledger{out: out, at: opts.Checkpoint, lines: opts.Lines})
	return w, nil
}

// Write appends the batch and returns when the operating system has it, with the checkpoint behind it, to resume
// at. Of a stream its offset is the number of bytes sent. The batch's memory is the caller's again when Write returns. An empty batch writes
// nothing and tells the checkpoint.
//
// A failure is a *[WriteError], and final. A regular file is cut back to its last whole batch first; lines of the failed batch that
// got through go too, because the checkpoint that was returned last, and may be committed, does not cover them. A stream keeps what it got.
//
// If ctx ends first, Write returns its cause at once, and the batch will not be in a regular file: if some of it was written, that is
// cut off before the next batch. A stream cannot take it back, and the error is ErrStalled then, also for later calls.
// The checkpoint is not known with these errors, and zero.
func (w *Writer) Write(ctx context.Context, b Batch) (Checkpoint, error) {
	if n := len(b.Lines); n == 0 {
		return w.ask(ctx, request{})
	} else if b.Lines[n-1] != '\n' {
		return Checkpoint{}, fmt.Errorf("cannot write %s: %w", w.path, ErrTornBatch)
	}
	buffer, ok := w.buffers.Get().(*[]byte)
	if !ok {
		buffer = new([]byte)
	}
	*buffer = w.codec.appendEncoded((*buffer)[:0], b.Lines)
	at, err := w.ask(ctx, request{data: *buffer, count: b.Count})
	if err == nil {
		w.buffers.Put(buffer) // after an error the goroutine may still be at it
	}
	return at, err
}

// Sync returns when what was written would survive a loss of power. For a stream there is nothing to do.
func (w *Writer) Sync(ctx context.Context) error {
	_, err := w.ask(ctx, request{fsync: true})
	return err
}

// Close ends the goroutine, syncs a regular file and closes the output, except for standard output. It returns the error that the
// Writer failed with, if it did, else the first one of its own, and the same whenever it is called again. A compressed output that
// nothing was written to gets one empty member or frame, since a file of no bytes is no valid gzip or zstd file.
//
// Close waits for a batch that is being written, but not for a stream that a Write was given up on: then it returns ErrStalled, and
// the goroutine ends when the stream's reader reads or goes away.
func (w *Writer) Close() error {
	w.closeOnce.Do(func() { close(w.closing) })
	select {
	case <-w.finished:
		return w.finalErr
	case <-w.stalled:
		return w.stallErr
	}
}

func (w *Writer) ask(ctx context.Context, r request) (Checkpoint, error) {
	if ctx.Err() != nil {
		return Checkpoint{}, w.givenUp(ctx)
	}
	r.ctx = ctx
	r.answer = make(chan answer)
	select {
	case w.requests <- r:
	case <-w.stalled:
		return Checkpoint{}, w.stallErr
	case <-w.finished:
		if w.finalErr != nil {
			return Checkpoint{}, w.finalErr
		}
		return Checkpoint{}, fmt.Errorf("cannot write %s: %w", w.path, os.ErrClosed)
	case <-ctx.Done():
		return Checkpoint{}, w.givenUp(ctx)
	}
	select {
	case a := <-r.answer:
		return a.at, a.err
	case <-ctx.Done():
		if len(r.data) > 0 && !w.canCut {
			return Checkpoint{}, w.stall(ctx)
		}
		return Checkpoint{}, w.givenUp(ctx)
	}
}

func (w *Writer) givenUp(ctx context.Context) error {
	return fmt.Errorf("cannot write %s: %w", w.path, context.Cause(ctx))
}

func (w *Writer) stall(ctx context.Context) error {
	w.stallOnce.Do(func() {
		w.stallErr = fmt.Errorf("cannot write %s: %w: %w", w.path, ErrStalled, context.Cause(ctx))
		close(w.stalled)
	})
	return w.stallErr
}

// run is the goroutine.
func (w *Writer) run(l *ledger) {
	defer close(w.finished)
	for {
		select {
		case r := <-w.requests:
			l.serve(r)
		case <-w.closing:
			w.finalErr = l.finish(w.codec)
			return
		}
	}
}
