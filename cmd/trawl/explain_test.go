package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
)

func TestExplainWhileTheCrawlRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pages.jsonl.state")
	f, err := disk.Open(dir, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var stdout, stderr bytes.Buffer
	code := run([]string{"explain", "http://a.example/", "--state", dir}, nil, &stdout, &stderr)
	if want := "trawl: " + dir + ": the crawl is running; wait for its end, or ask an audit with --audit FILE\n"; code != exitFailed || stderr.String() != want {
		t.Errorf("code %d, %q, want %q", code, stderr.String(), want)
	}
}

// TestExplainIsSafeForTerminals: what a server or a file says reaches none raw.
func TestExplainIsSafeForTerminals(t *testing.T) {
	evil := "\x1b[2J\r\u202e\u009b"
	fate := crawler.Fate{
		URL: "http://a.example/", Outcome: crawler.OutcomeFailed, Reason: "status", Detail: evil, Parent: "", RequestedURL: evil, Attempts: 2,
		Tries: []crawler.Try{{Attempt: 1, Outcome: crawler.OutcomeRetry, Detail: evil}, {Attempt: 2, Outcome: crawler.OutcomeFailed, Detail: evil}},
	}
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(name, fate.AppendLine(nil), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run([]string{"explain", fate.URL, "--audit", name}, nil, &stdout, &stderr); code != exitComplete {
		t.Fatalf("code %d, %s", code, stderr.String())
	}
	if strings.ContainsAny(stdout.String(), "\x1b\r\u202e\u009b") || strings.Count(stdout.String(), `\x1b[2J\x0d\u202e\u009b`) != 4 {
		t.Errorf("%q", stdout.String())
	}
}

func TestAttemptsInWords(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 5e8, time.UTC)
	retry := func(n int) crawler.Try {
		return crawler.Try{Attempt: n, Outcome: crawler.OutcomeRetry, Detail: "answered 503", AgainAt: at}
	}
	for _, test := range []struct {
		tries []crawler.Try
		want  []string
	}{
		{nil, nil},
		{[]crawler.Try{{Attempt: 1, Outcome: crawler.OutcomeFailed, Detail: "as above"}}, nil},
		{[]crawler.Try{retry(1)}, []string{"attempt 1: answered 503, to be tried again from 2026-11-22T12:00:00Z"}},
		{[]crawler.Try{retry(1), {Attempt: 5, Outcome: crawler.OutcomeFetched}}, []string{
			"attempt 1: answered 503, to be tried again from 2026-11-22T12:00:00Z", "attempts 2 to 4 are not kept", "attempt 5: fetched"}},
	} {
		if d := cmp.Diff(test.want, attempts(&crawler.Fate{Tries: test.tries})); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
	}
}

func TestStateOf(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		"pages.jsonl": "pages.jsonl.state", "pages.jsonl.state": "pages.jsonl.state", "pages.jsonl.state/": "pages.jsonl.state/", dir: dir,
	} {
		if got := stateOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
