package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/sink"
)

func TestCodeOf(t *testing.T) {
	write := &sink.WriteError{Path: "out", Err: syscall.ENOSPC}
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, exitComplete},
		{usagef("no"), exitUsage},
		{fmt.Errorf("wrapped: %w", &crawler.ConfigError{Field: "Scope"}), exitUsage},
		{&crawler.ResumeError{Dir: "out.state"}, exitUsage},
		{&sink.ExistsError{Path: "out"}, exitUsage},
		{&sink.OpenError{Path: "out", Err: syscall.EACCES}, exitUsage},
		{write, exitFailed},
		{errors.New("anything else"), exitFailed},
		{fmt.Errorf("%w: %w", crawler.ErrInterrupted, context.Canceled), exitInterrupted},
		{&interruption{reason: "interrupted", err: crawler.ErrInterrupted}, exitInterrupted},
		{errors.Join(crawler.ErrInterrupted, sink.ErrStalled), exitInterrupted},
		{errors.Join(crawler.ErrInterrupted, write), exitFailed},
	} {
		if got := codeOf(test.err); got != test.want {
			t.Errorf("codeOf(%v) = %d, want %d", test.err, got, test.want)
		}
	}
}

func TestMessage(t *testing.T) {
	write := &sink.WriteError{Path: "out", Err: syscall.ENOSPC}
	for _, test := range []struct {
		err  error
		want string
	}{
		{errors.New("a\x1b[31m"), `a\x1b[31m`},
		{errors.Join(write, write), write.Error()},
		{errors.Join(errors.New("one"), errors.New("two")), "one; two"},
		{fmt.Errorf("in a %w", &crawler.ConfigError{Field: "Include", Value: "(", Reason: "not good"}), `--include "(": not good`},
		{&crawler.ConfigError{Field: "Jitter", Reason: "is no flag"}, "Jitter: is no flag"},
		{&crawler.ResumeError{Dir: "out.state", Differences: []crawler.Difference{{Field: "MaxDepth", Was: "no limit", Is: "3"}, {Field: "Seeds", Was: "a", Is: "b"}}},
			"out.state is the state of another crawl: --depth was no limit and is 3, URL was a and is b; go on as it was begun, or begin anew with --overwrite"},
	} {
		if got := message(test.err); got != test.want {
			t.Errorf("message(%#v) = %q, want %q", test.err, got, test.want)
		}
	}
}
