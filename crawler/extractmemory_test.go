package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// manyPages is an archive that is made while it is read.
type manyPages struct {
	left int64 // bytes
	page func(i int) string
	i    int
	rest string
	// every is called after each so many bytes.
	each  int64
	until int64
	every func()
}

func (m *manyPages) Read(p []byte) (int, error) {
	if m.rest == "" {
		if m.left <= 0 {
			return 0, io.EOF
		}
		m.rest = m.page(m.i)
		m.i++
		m.left -= int64(len(m.rest))
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	if m.until -= int64(n); m.until <= 0 {
		m.until = m.each
		m.every()
	}
	return n, nil
}

// TestExtractTakesConstantMemory streams 200 MB (32 in the short form), of small pages and of some that are
// large, through many workers.
func TestExtractTakesConstantMemory(t *testing.T) {
	small := strings.Repeat("<p>some text and <a href=/elsewhere>a link</a>\n", 500)
	large := strings.Repeat("<p>some text without a link in it, as long as need be\n", 1<<16)
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC() // of what other tests have left
	before, most := inUse(), uint64(0)
	heap := func() { most = max(most, inUse()) }
	size := int64(200 << 20)
	if testing.Short() {
		size = 32 << 20
	}
	pages := &manyPages{left: size, each: 4 << 20, every: heap, page: func(i int) string {
		body := small
		if i%500 == 0 {
			body = large
		}
		return archivedPage(fmt.Sprintf("http://a.example/%d", i), body)
	}}
	x, err := NewExtractor(ExtractConfig{Files: []string{"-"}, Stdin: pages, Concurrency: 16, Output: "-", Stdout: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	stats, err := x.Run(t.Context())
	if err != nil || stats.Lines != int64(pages.i) {
		t.Fatalf("%v, %d lines of %d", err, stats.Lines, pages.i)
	}
	t.Logf("%d pages, %d MB, %d MB of heap before, at most %d MB", stats.Lines, stats.Bytes>>20, before>>20, most>>20)
	if most > before+256<<20 {
		t.Errorf("the heap had %d MB in use, and %d before", most>>20, before>>20)
	}
}

func TestHeldWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHeld()
		h.add(heldMost)
		h.wait(t.Context()) // not yet more
		h.add(10)
		began := time.Now()
		go func() {
			time.Sleep(time.Second)
			h.add(-9)
			time.Sleep(time.Second)
			h.add(-1)
		}()
		h.wait(t.Context())
		if waited := time.Since(began); waited != 2*time.Second {
			t.Errorf("waited %v", waited)
		}
		h.add(10)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		h.wait(ctx)
		if ctx.Err() == nil {
			t.Error("did not wait for the context")
		}
	})
}

// TestLargePagesWaitForEachOther reads bodies through the tiers, more at once than
// there are places.
func TestLargePagesWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tiers := newTiers()
		var inside [3]atomic.Int64 // by tiers taken
		for i := range 20 {
			size := int64(16 << 20)
			if i%2 == 0 {
				size = 2 << 20
			}
			go func() {
				b := &tieredBody{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, size))), ctx: t.Context(), tiers: tiers}
				if n, err := io.Copy(io.Discard, struct{ io.Reader }{b}); n != size || err != nil {
					t.Errorf("%d bytes, %v", n, err)
				}
				inside[b.taken].Add(1)
				if len(tiers[0].places) > 4 || len(tiers[1].places) > 1 {
					t.Errorf("%d and %d places are taken", len(tiers[0].places), len(tiers[1].places))
				}
				time.Sleep(time.Second)
				b.leave()
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if inside[1].Load() != 10 || inside[2].Load() != 10 || len(tiers[0].places)+len(tiers[1].places) != 0 {
			t.Errorf("%d pages of a tier, %d of two", inside[1].Load(), inside[2].Load())
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("enough")
		cancel(reason)
		tiers[0].places = nil // full for ever
		b := &tieredBody{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, 2<<20))), ctx: ctx, tiers: tiers}
		if _, err := io.Copy(io.Discard, struct{ io.Reader }{b}); err != reason {
			t.Errorf("%v", err)
		}
	})
}
