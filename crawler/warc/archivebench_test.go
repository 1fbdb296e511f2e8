package warc

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// bigArchive writes an archive of many records, each a member of its own.
func bigArchive(b *testing.B, n int) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "big.warc.gz")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, _ := gzip.NewWriterLevel(nil, gzip.HuffmanOnly)
	var member bytes.Buffer
	for i := range n {
		member.Reset()
		z.Reset(&member)
		z.Write(page(bigURL(i), strings.Repeat("text ", 50)).bytes())
		z.Close()
		if _, err := f.Write(member.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
	return file
}

func bigURL(i int) string {
	return fmt.Sprintf("https://host%d.test/path/%x/page-%d.html?id=%d", i%97, i*2654435761%1000003, i, i)
}

const bigCount = 300_000

func BenchmarkIndex(b *testing.B) {
	file := bigArchive(b, bigCount)
	for b.Loop() {
		os.Remove(indexPath(file))
		peak := watchHeap(b)
		if _, err := Index(file, OpenOptions{}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(peak(), "peak-MiB")
	}
	b.ReportMetric(bigCount*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// watchHeap tells how much more memory there was than before.
func watchHeap(b *testing.B) func() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return (float64(most) - float64(before)) / (1 << 20)
	}
}

func BenchmarkOpen(b *testing.B) {
	file := bigArchive(b, bigCount)
	if _, err := Index(file, OpenOptions{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a, err := Open([]string{file}, OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		a.Close()
	}
}

func BenchmarkLookupAndRead(b *testing.B) {
	file := bigArchive(b, bigCount)
	a := open(b, file)
	b.Run("lookup", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			only(b, a, bigURL(i*7919%bigCount))
		}
	})
	b.Run("missing", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if n := len(lookup(b, a, bigURL(i*7919%bigCount)+"x")); n != 0 {
				b.Fatal(n)
			}
		}
	})
	b.Run("nearest", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := a.Nearest(bigURL(i*7919%bigCount)+"x", 3); err != nil {
				b.Fatal(err)
			}
		}
	})
	entries := make([]*Entry, 1000)
	for i := range entries {
		entries[i] = only(b, a, bigURL(i*7919%bigCount))
	}
	b.Run("read", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c, err := a.Read(entries[i%len(entries)])
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, c.Body); err != nil {
				b.Fatal(err)
			}
			c.Close()
		}
	})
}
