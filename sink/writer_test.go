package sink

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestEachWriteIsInTheFileWhenItReturns(t *testing.T) {
	for _, name := range codecNames {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w := openForTest(t, path, Options{})
			var want []byte
			for i := range 5 {
				batch := numberedBatch(i, 1+i*20)
				want = append(want, batch.Lines...)
				offset := writeForTest(t, w, batch)
				clear(batch.Lines) // the memory is the caller's again
				checkFile(t, path, want)
				if size := len(readForTest(t, path)); int64(size) != offset {
					t.Errorf("offset %d, but the file has %d bytes", offset, size)
				}
			}
			closeForTest(t, w)
			checkFile(t, path, want)
		})
	}
}

func TestGzipHasAMemberABatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl.gz")
	w := openForTest(t, path, Options{})
	var ends []int64
	for i := range 3 {
		ends = append(ends, writeForTest(t, w, numberedBatch(i, 10)))
	}
	closeForTest(t, w)
	data := readForTest(t, path)
	start := int64(0)
	for i, end := range ends {
		r, err := gzip.NewReader(bytes.NewReader(data[start:end]))
		if err != nil {
			t.Fatal(err)
		}
		r.Multistream(false)
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, numberedBatch(i, 10).Lines) {
			t.Errorf("member %d: %v, %q", i, err, got)
		}
		start = end
	}
	if start != int64(len(data)) {
		t.Errorf("%d bytes follow the last member", int64(len(data))-start)
	}
}

func TestGoroutinesBatchesDoNotMix(t *testing.T) {
	const writers, batches, lines = 8, 40, 3
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	w := openForTest(t, path, Options{})
	var mutex sync.Mutex
	at := map[int64][]byte{} // by the offset where a batch ends
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for j := range batches {
				batch := numberedBatch(i*batches+j, lines)
				end, err := w.Write(t.Context(), batch)
				if err != nil {
					t.Error(err)
				}
				mutex.Lock()
				at[end.Offset] = batch.Lines
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	closeForTest(t, w)
	data := readForTest(t, path)
	if len(at) != writers*batches {
		t.Errorf("%d batches ended at %d offsets", writers*batches, len(at))
	}
	total := 0
	for end, want := range at {
		total += len(want)
		if start := end - int64(len(want)); start < 0 || end > int64(len(data)) || !bytes.Equal(data[start:end], want) {
			t.Errorf("the batch that ended at %d is not there", end)
		}
	}
	if total != len(data) {
		t.Errorf("%d bytes were written, the file has %d", total, len(data))
	}
}

func TestEmptyBatchTellsTheOffset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl.gz")
	w := openForTest(t, path, Options{})
	want := writeForTest(t, w, numberedBatch(1, 3))
	if got := writeForTest(t, w, Batch{Count: 9}); got != want {
		t.Errorf("offset %d, want %d", got, want)
	}
	closeForTest(t, w)
	checkFile(t, path, numberedBatch(1, 3).Lines)
}

func TestTornBatchIsRefusedAndTheWriterGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	w := openForTest(t, path, Options{})
	if _, err := w.Write(t.Context(), Batch{Lines: []byte("{}\n{"), Count: 2}); !errors.Is(err, ErrTornBatch) {
		t.Errorf("%v", err)
	}
	writeForTest(t, w, numberedBatch(1, 3))
	closeForTest(t, w)
	checkFile(t, path, numberedBatch(1, 3).Lines)
}

func TestCloseIsIdempotentAndEndsTheWriter(t *testing.T) {
	w := openForTest(t, filepath.Join(t.TempDir(), "pages.jsonl"), Options{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if _, err := w.Write(t.Context(), numberedBatch(1, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if err := w.Sync(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Sync after Close: %v", err)
	}
}

func TestWritesBesideCloseAreWholeOrRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	w := openForTest(t, path, Options{})
	var group sync.WaitGroup
	var mutex sync.Mutex
	var offsets []int64
	for i := range 8 {
		group.Go(func() {
			for {
				at, err := w.Write(t.Context(), numberedBatch(i, 2))
				if errors.Is(err, os.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mutex.Lock()
				offsets = append(offsets, at.Offset)
				mutex.Unlock()
			}
		})
	}
	first := writeForTest(t, w, numberedBatch(99, 2))
	closeForTest(t, w)
	size := int64(len(readForTest(t, path)))
	group.Wait()
	if last := slices.Max(append(offsets, first)); last != size {
		t.Errorf("the file has %d bytes, the last offset told is %d", size, last)
	}
	for line := range bytes.Lines(readForTest(t, path)) {
		if !bytes.HasPrefix(line, []byte(`{"batch":`)) || !bytes.HasSuffix(line, []byte("}\n")) {
			t.Errorf("torn line %q", line)
		}
	}
}

func TestEndedContextWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.jsonl")
	w := openForTest(t, path, Options{})
	reason := errors.New("second interrupt")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if _, err := w.Write(ctx, numberedBatch(1, 3)); !errors.Is(err, reason) {
		t.Errorf("Write: %v", err)
	}
	if err := w.Sync(ctx); !errors.Is(err, reason) {
		t.Errorf("Sync: %v", err)
	}
	writeForTest(t, w, numberedBatch(2, 3))
	closeForTest(t, w)
	checkFile(t, path, numberedBatch(2, 3).Lines)
}

func TestEndedContextDoesNotStallAStream(t *testing.T) {
	var stdout bytes.Buffer
	w := openForTest(t, "-", Options{Stdout: &stdout})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // the goroutine is mostly ready to take the batch
		if _, err := w.Write(ctx, numberedBatch(1, 3)); !errors.Is(err, context.Canceled) || errors.Is(err, ErrStalled) {
			t.Fatal(err)
		}
	}
	writeForTest(t, w, numberedBatch(2, 3))
	closeForTest(t, w)
	if want := numberedBatch(2, 3).Lines; !bytes.Equal(stdout.Bytes(), want) {
		t.Errorf("got %q, want %q", stdout.Bytes(), want)
	}
}

func TestSyncSucceedsOnFiles(t *testing.T) {
	w := openForTest(t, filepath.Join(t.TempDir(), "pages.jsonl"), Options{})
	writeForTest(t, w, numberedBatch(1, 3))
	for range 2 {
		if err := w.Sync(t.Context()); err != nil {
			t.Error(err)
		}
	}
	closeForTest(t, w)
}

// TestStalledReaderHoldsUpNobody is trawl | less with nobody paging, and a second interrupt.
func TestStalledReaderHoldsUpNobody(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w := openForTest(t, "-", Options{Stdout: writer})
	reason := errors.New("second interrupt")
	ctx, cancel := context.WithCancelCause(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if _, err := w.Write(ctx, bigBatch(1<<20)); !errors.Is(err, ErrStalled) || !errors.Is(err, reason) {
			t.Errorf("the Write that was given up: %v", err)
		}
	})
	if _, err := reader.Read(make([]byte, 1)); err != nil { // so the Write has begun, and more than fits into a pipe is left
		t.Fatal(err)
	}
	cancel(reason)
	group.Wait()
	if w.buffers.Get() != nil {
		t.Error("the bytes that are still being written were put up for the next batch")
	}
	if _, err := w.Write(t.Context(), numberedBatch(1, 1)); !errors.Is(err, ErrStalled) {
		t.Errorf("the next Write: %v", err)
	}
	for range 2 {
		if err := w.Close(); !errors.Is(err, ErrStalled) {
			t.Errorf("Close: %v", err)
		}
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	<-w.finished // as promised, the goroutine ends when the reader goes away
	if err := writer.Close(); err != nil {
		t.Error(err)
	}
}

func TestWriterThatFailedStaysFailed(t *testing.T) {
	failure := errors.New("cable cut")
	calls := 0
	w := openForTest(t, "-", Options{Stdout: writerFunc(func(p []byte) (int, error) {
		if calls++; calls > 2 {
			return len(p) / 2, failure
		}
		return len(p), nil
	})})
	writeForTest(t, w, numberedBatch(1, 1000))
	offset := writeForTest(t, w, numberedBatch(2, 204))
	_, err := w.Write(t.Context(), numberedBatch(3, 5))
	checkWriteError(t, err, WriteError{Path: "standard output", Offset: offset, Lines: 1204, Kept: KeptSent, Err: failure})
	want := fmt.Sprintf("cannot write standard output: cable cut; 1,204 lines (%s) had been written", byteSize(offset))
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	checkStaysFailed(t, w, err)
	if calls != 3 {
		t.Errorf("the output was tried %d times", calls)
	}
}

func checkWriteError(t *testing.T, err error, want WriteError) {
	t.Helper()
	var got *WriteError
	if !errors.As(err, &got) {
		t.Fatalf("%T: %v", err, err)
	}
	if got.Path != want.Path || got.Offset != want.Offset || got.Lines != want.Lines || got.Kept != want.Kept || !errors.Is(err, want.Err) {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
	if strings.Count(err.Error(), got.Path) != 1 {
		t.Errorf("names the path twice: %v", err)
	}
}

// checkStaysFailed ends the Writer, too.
func checkStaysFailed(t *testing.T, w *Writer, failure error) {
	t.Helper()
	if _, err := w.Write(t.Context(), numberedBatch(9, 1)); err != failure {
		t.Errorf("the next Write: %v", err)
	}
	if err := w.Sync(t.Context()); err != failure {
		t.Errorf("Sync: %v", err)
	}
	for range 2 {
		if err := w.Close(); err != failure {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := w.Write(t.Context(), numberedBatch(9, 1)); err != failure {
		t.Errorf("Write after Close: %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	var batch Batch
	for i := range 16 {
		batch.Add(pageRecord(i, 107, 20))
	}
	for _, name := range codecNames {
		b.Run(name, func(b *testing.B) {
			w, err := Open(filepath.Join(b.TempDir(), name), Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(batch.Lines)))
			for n := 0; b.Loop(); n++ {
				if _, err := w.Write(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
