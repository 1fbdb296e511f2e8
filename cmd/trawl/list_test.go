package main

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

func TestSeedListIsReadWhole(t *testing.T) {
	text := strings.Repeat("http://example.org/\n", 10_000) + "http://example.org/last"
	for name, source := range map[string]io.Reader{
		"at once":     strings.NewReader(text),
		"by the byte": iotest.OneByteReader(strings.NewReader(text)),
		"by halves":   iotest.HalfReader(strings.NewReader(text)),
		"end in data": iotest.DataErrReader(strings.NewReader(text)),
		"no newline":  strings.NewReader(strings.Repeat("x", 3*maxListLine)),
	} {
		want := text
		if name == "no newline" {
			want = strings.Repeat("x", 3*maxListLine)
		}
		list := newSeedList("list", io.NopCloser(source))
		got, err := io.ReadAll(list)
		if err != nil || string(got) != want || list.wasCut() {
			t.Errorf("%s: read %d bytes of %d, error %v, cut %v", name, len(got), len(want), err, list.wasCut())
		}
	}
}

func TestSeedListPassesErrorsOn(t *testing.T) {
	list := newSeedList("list", io.NopCloser(io.MultiReader(strings.NewReader("http://a/\nhttp://b"), iotest.ErrReader(io.ErrUnexpectedEOF))))
	got, err := io.ReadAll(list)
	if string(got) != "http://a/\nhttp://b" || err != io.ErrUnexpectedEOF {
		t.Errorf("read %q, error %v", got, err)
	}
}

// A pipe that is still open ends when stop is called, after the last whole line: half a URL is another URL.
func TestSeedListStopsAtAWholeLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		list := newSeedList("pipe", in)
		type read struct {
			text string
			err  error
		}
		done := make(chan read)
		go func() {
			text, err := io.ReadAll(list)
			done <- read{string(text), err}
		}()
		io.WriteString(out, "http://a/\nhttp://b/\nhttp://c/half")
		synctest.Wait()
		list.stop()
		list.stop()
		if got := <-done; got.text != "http://a/\nhttp://b/\n" || got.err != nil {
			t.Errorf("read %q, error %v", got.text, got.err)
		}
		if !list.wasCut() {
			t.Error("it does not know that it was cut")
		}
		out.Close() // the goroutine ends with its read
	})
}

// What is ready when stop is called isn't read on: a drained crawl wants no more seeds.
func TestSeedListStopsBeforeWhatWaits(t *testing.T) {
	list := newSeedList("list", io.NopCloser(strings.NewReader("http://a/\n")))
	list.stop()
	if got, err := io.ReadAll(list); len(got) > 0 || err != nil || !list.wasCut() {
		t.Errorf("read %q, error %v, cut %v", got, err, list.wasCut())
	}
}
