package sink

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// newLedger is one on a regular file with a batch in it.
func newLedger(t *testing.T) (*ledger, Batch) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	out, err := openOutput(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.close() })
	l := &ledger{out: out}
	first := numberedBatch(1, 3)
	if a := ask(t.Context(), l, first); a.err != nil || a.at.Offset != int64(len(first.Lines)) {
		t.Fatalf("%+v", a)
	}
	return l, first
}

// ask serves the batch with an asker who waits for the answer.
func ask(ctx context.Context, l *ledger, b Batch) answer {
	r := request{ctx: ctx, data: b.Lines, count: b.Count, answer: make(chan answer)}
	go l.serve(r)
	return <-r.answer
}

// TestBatchWhoseAskerLeftIsTakenBack has the context end while the batch is being written.
func TestBatchWhoseAskerLeftIsTakenBack(t *testing.T) {
	l, first := newLedger(t)
	file := l.out.file
	ctx, leave := context.WithCancel(t.Context())
	l.out.to = writerFunc(func(p []byte) (int, error) {
		n, err := file.Write(p)
		leave()
		return n, err
	})
	l.serve(request{ctx: ctx, data: numberedBatch(2, 5).Lines, count: 5, answer: make(chan answer)})
	checkFile(t, l.out.path, first.Lines)
	if l.at.Offset != int64(len(first.Lines)) || l.lines != 3 || l.failed != nil {
		t.Errorf("%+v", l)
	}

	third := numberedBatch(3, 2)
	l.out.to = file
	if a := ask(t.Context(), l, third); a.err != nil || a.at.Offset != int64(len(first.Lines)+len(third.Lines)) {
		t.Errorf("%+v", a)
	}
	checkFile(t, l.out.path, append(first.Lines, third.Lines...))
}

func TestBatchThatCannotBeTakenBackIsTheEnd(t *testing.T) {
	l, first := newLedger(t)
	ctx, leave := context.WithCancel(t.Context())
	file := l.out.file
	l.out.to = writerFunc(func(p []byte) (int, error) {
		n, err := file.Write(p)
		leave()
		return n, errors.Join(err, file.Close()) // so that it cannot be cut
	})
	l.serve(request{ctx: ctx, data: numberedBatch(2, 5).Lines, count: 5, answer: make(chan answer)})
	checkWriteError(t, l.failed, WriteError{Path: l.out.path, Offset: int64(len(first.Lines)), Lines: 3, Kept: KeptTorn, Err: os.ErrClosed})
}

func TestFailedBatchThatCannotBeCutOffIsTold(t *testing.T) {
	l, first := newLedger(t)
	failure := errors.New("cable cut")
	file := l.out.file
	l.out.to = writerFunc(func(p []byte) (int, error) {
		n, err := file.Write(p[:len(p)/2])
		return n, errors.Join(failure, err, file.Close())
	})
	a := ask(t.Context(), l, numberedBatch(2, 5))
	checkWriteError(t, a.err, WriteError{Path: l.out.path, Offset: int64(len(first.Lines)), Lines: 3, Kept: KeptTorn, Err: failure})
}

func TestFailedBatchIsCutOff(t *testing.T) {
	l, first := newLedger(t)
	failure := errors.New("cable cut")
	file := l.out.file
	l.out.to = writerFunc(func(p []byte) (int, error) {
		n, err := file.Write(p[:len(p)/2])
		return n, errors.Join(failure, err)
	})
	a := ask(t.Context(), l, numberedBatch(2, 5))
	checkWriteError(t, a.err, WriteError{Path: l.out.path, Offset: int64(len(first.Lines)), Lines: 3, Kept: KeptOnDisk, Err: failure})
	checkFile(t, l.out.path, first.Lines)
}

func TestStreamKeepsTheBatchWhoseAskerLeft(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	l := &ledger{out: newOutput("out", writerFunc(func(p []byte) (int, error) {
		leave()
		return len(p), nil
	}))}
	batch := numberedBatch(1, 5)
	l.serve(request{ctx: ctx, data: batch.Lines, count: batch.Count, answer: make(chan answer)})
	if l.at.Offset != int64(len(batch.Lines)) || l.lines != 5 || l.failed != nil {
		t.Errorf("%+v", l)
	}
}

func TestBatchWhoseAskerLeftBeforeIsNotWritten(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	l := &ledger{out: newOutput("out", writerFunc(func(p []byte) (int, error) {
		t.Errorf("wrote %q", p)
		return len(p), nil
	}))}
	l.serve(request{ctx: ctx, data: numberedBatch(1, 5).Lines, count: 5, answer: make(chan answer)})
	if l.at.Offset != 0 || l.lines != 0 || l.failed != nil {
		t.Errorf("%+v", l)
	}
}

func TestFailureToSyncIsFinal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redirected")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := openForTest(t, "-", Options{Stdout: file})
	offset := writeForTest(t, w, numberedBatch(1, 3))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	err = w.Sync(t.Context())
	checkWriteError(t, err, WriteError{Path: stdoutPath, Offset: offset, Lines: 3, Kept: KeptSent, Err: os.ErrClosed})
	checkStaysFailed(t, w, err)
}

func TestFinishSyncs(t *testing.T) {
	l, first := newLedger(t)
	file := l.out.file
	l.out.closer = closerFunc(func() error { return nil }) // so that only the sync can tell that the file is closed
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	checkWriteError(t, l.finish(plainCodec{}), WriteError{Path: l.out.path, Offset: int64(len(first.Lines)), Lines: 3, Kept: KeptSent, Err: os.ErrClosed})
}

func TestFinishTellsTheFailureToClose(t *testing.T) {
	failure := errors.New("quota exceeded")
	l := &ledger{out: newOutput("out", writerFunc(func(p []byte) (int, error) { return len(p), nil }))}
	l.out.closer = closerFunc(func() error { return failure })
	if err := l.finish(plainCodec{}); !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
}

func TestFinishTellsTheFailureToWriteAnEmptyMember(t *testing.T) {
	failure := errors.New("cable cut")
	l := &ledger{out: newOutput("out", writerFunc(func([]byte) (int, error) { return 0, failure }))}
	if err := l.finish(&gzipCodec{}); !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }
