package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/warc"
	"github.com/seed-5a061891/trawl/sink"
)

// The exit codes; see the package's documentation.
const (
	exitComplete    = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 3
)

// usageError is a command line that can't be obeyed.
type usageError struct {
	reason string
	err    error // what it was made from, may be nil
}

func (e *usageError) Error() string { return e.reason }

func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{reason: fmt.Sprintf(format, args...)}
}

// codeOf is the exit code for how a command ended. A failure to write outranks the interrupt that it may have come with.
func codeOf(err error) int {
	var usage *usageError
	var config *crawler.ConfigError
	var resume *crawler.ResumeError
	var open *sink.OpenError
	var write *sink.WriteError
	var audit *crawler.AuditError
	var archive *warc.WriteError
	switch {
	case err == nil:
		return exitComplete
	case errors.As(err, &usage), errors.As(err, &config), errors.As(err, &resume), errors.As(err, &open), errors.Is(err, sink.ErrExists), errors.Is(err, warc.ErrExists):
		return exitUsage
	case errors.As(err, &write), errors.As(err, &audit), errors.As(err, &archive):
		return exitFailed
	case errors.Is(err, crawler.ErrInterrupted):
		return exitInterrupted
	default:
		return exitFailed
	}
}

// flagOf names the flag behind a field of crawler.Config.
var flagOf = map[string]string{
	"AllowedDomains": "--allowed-domains",
	"Audit":          "--audit",
	"Concurrency":    "--concurrency",
	"Delay":          "--delay",
	"Exclude":        "--exclude",
	"FollowNothing":  "trawl fetch",
	"IgnoreRobots":   "--ignore-robots",
	"Include":        "--include",
	"MaxDepth":       "--depth",
	"MaxDuration":    "--max-duration",
	"MaxPages":       "--max-pages",
	"InMemory":       "--in-memory",
	"Ordered":        "--ordered",
	"Output":         "--output",
	"PerHost":        "--per-host",
	"Recording":      "--warc",
	"Rate":           "--rate",
	"Scope":          "--scope",
	"SeedList":       "--input",
	"Secrets":        "--warc-secrets",
	"Seeds":          "URL",
	"Transport":      "FILE",
	"Types":          "--types",
}

// message is an error on one line, fit for a terminal. What joined errors have in common is said once.
func message(err error) string {
	var config *crawler.ConfigError
	if errors.As(err, &config) {
		named := *config
		if flag := flagOf[config.Field]; flag != "" {
			named.Field = flag
		}
		err = &named
	}
	var resume *crawler.ResumeError
	if errors.As(err, &resume) {
		named := crawler.ResumeError{Dir: resume.Dir, Differences: slices.Clone(resume.Differences)}
		for i, d := range named.Differences {
			if flag := flagOf[d.Field]; flag != "" {
				named.Differences[i].Field = flag
			}
		}
		err = &named
	}
	var parts []string
	for part := range strings.SplitSeq(err.Error(), "\n") {
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return plain(strings.Join(parts, "; "))
}
