package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
)

// logger is where the engine's messages go: warnings as trawl's other lines, everything as slog's text with --verbose, nothing with --quiet,
// and JSON where progress is JSON, so that a program can read all of it.
func (m *messageFlags) logger(to io.Writer) *slog.Logger {
	level := slog.LevelWarn
	if m.verbose {
		level = slog.LevelDebug
	}
	switch options := (&slog.HandlerOptions{Level: level}); {
	case m.quiet:
		return slog.New(slog.DiscardHandler)
	case m.progress == progressJSON:
		return slog.New(slog.NewJSONHandler(to, options))
	case m.verbose:
		return slog.New(slog.NewTextHandler(to, options))
	default:
		return slog.New(newWarnings(to))
	}
}

// warnings is a slog.Handler for people: "trawl: warning: not a URL line=3". Values are quoted as in slog's text where a terminal would act
// on them.
type warnings struct {
	attributes slog.Handler // writes them to line
	line       *warningLine
}

type warningLine struct {
	mu  sync.Mutex
	buf bytes.Buffer
	to  io.Writer
}

func newWarnings(to io.Writer) *warnings {
	line := &warningLine{to: to}
	own := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
			return slog.Attr{}
		}
		return a
	}
	return &warnings{line: line, attributes: slog.NewTextHandler(&line.buf, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: own})}
}

// Enabled implements slog.Handler.
func (w *warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return w.attributes.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (w *warnings) Handle(ctx context.Context, r slog.Record) error {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	w.line.buf.Reset()
	w.line.buf.WriteString("trawl: warning: " + plain(r.Message) + " ")
	if err := w.attributes.Handle(ctx, r); err != nil {
		return err
	}
	_, err := w.line.to.Write(append(bytes.TrimSpace(w.line.buf.Bytes()), '\n'))
	return err
}

// WithAttrs implements slog.Handler.
func (w *warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &warnings{attributes: w.attributes.WithAttrs(attrs), line: w.line}
}

// WithGroup implements slog.Handler.
func (w *warnings) WithGroup(name string) slog.Handler {
	return &warnings{attributes: w.attributes.WithGroup(name), line: w.line}
}
