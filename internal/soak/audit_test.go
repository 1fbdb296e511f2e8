//go:build unix

package soak

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// auditLine is what an audit says of a URL.
type auditLine struct {
	URL     string  `json:"url"`
	Outcome string  `json:"outcome"`
	Reason  *string `json:"reason"`
	Parent  *string `json:"parent"`
	Depth   int     `json:"depth"`
}

// readAudit fails the test if a URL has two lines.
func readAudit(t *testing.T, path string) map[string]auditLine {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 0 && data[len(data)-1] != '\n' {
		t.Errorf("%s has a torn end: %q", path, data[bytes.LastIndexByte(data, '\n')+1:])
	}
	audit := map[string]auditLine{}
	for line := range bytes.Lines(data) {
		var l auditLine
		if err := json.Unmarshal(line, &l); err != nil || l.URL == "" {
			t.Fatalf("%s: line %d is no audit of a URL: %v\n%.300q", path, len(audit)+1, err, line)
		}
		if before, twice := audit[l.URL]; twice {
			t.Errorf("%s: %s has two lines: %+v and %+v", path, l.URL, before, l)
		}
		audit[l.URL] = l
	}
	return audit
}

// checkAudit holds an audit of a complete crawl against its dataset: every URL has one of three outcomes, those that were fetched or failed
// are the dataset's, and every link of the dataset is accounted for.
func checkAudit(t *testing.T, audit map[string]auditLine, set dataset) {
	t.Helper()
	count := map[string]int{}
	var unknown, lineless, reasonless, unaccounted []string
	for url, l := range audit {
		count[l.Outcome]++
		_, line := set[url]
		ended := l.Outcome == "fetched" || l.Outcome == "failed"
		switch {
		case !ended && l.Outcome != "skipped":
			unknown = append(unknown, l.String())
		case ended != line:
			lineless = append(lineless, l.String())
		case !ended && deref(l.Reason) == "":
			reasonless = append(reasonless, l.String())
		}
	}
	for url := range set {
		if _, ok := audit[url]; !ok {
			unaccounted = append(unaccounted, url)
		}
		links, _ := set.field(url, "links").([]any)
		for _, link := range links {
			target, _ := link.(map[string]any)["url"].(string)
			target, _, _ = strings.Cut(target, "#")
			if _, ok := audit[target]; !ok && strings.HasPrefix(target, "http") {
				unaccounted = append(unaccounted, target+" on "+url)
			}
		}
	}
	if len(unknown)+len(lineless)+len(reasonless)+len(unaccounted) > 0 || count["fetched"]+count["failed"] != len(set) {
		t.Errorf("the audit has %v for %d lines: %d without an outcome%s, %d fetched or failed without a line, or skipped with one%s, %d skipped without a reason%s, "+
			"%d lines or links that it doesn't have%s", count, len(set), len(unknown), excerpt(unknown), len(lineless), excerpt(lineless),
			len(reasonless), excerpt(reasonless), len(unaccounted), excerpt(unaccounted))
	}
}

// balance is how a process of a crawl says that the whole crawl ended.
type balance struct {
	Event      string         `json:"event"`
	Discovered int            `json:"discovered"`
	Fetched    int            `json:"fetched"`
	Failed     int            `json:"failed"`
	Skipped    map[string]int `json:"skipped"`
	Queued     int            `json:"queued"`
}

// finish runs the command to its end, and compares the balance that it ends with, which is of the processes before it, too, with the audit.
func (c *crawl) finish(t *testing.T) {
	t.Helper()
	args := append(slices.DeleteFunc(slices.Clone(c.args), func(arg string) bool { return arg == "-q" }), "--progress", "json")
	said := startProcess(t, exec.Command(program, args...)).endsWith(t, complete)
	var told balance
	for line := range strings.Lines(said) {
		var b balance
		if err := json.Unmarshal([]byte(line), &b); err == nil && b.Event == "end" {
			told = b
		}
	}
	counted := balance{Event: "end", Skipped: map[string]int{}}
	for _, l := range readAudit(t, c.audit) {
		counted.Discovered++
		switch l.Outcome {
		case "fetched":
			counted.Fetched++
		case "failed":
			counted.Failed++
		case "skipped":
			counted.Skipped[deref(l.Reason)]++
		default:
			counted.Queued++
		}
	}
	if d := cmp.Diff(counted, told); d != "" {
		t.Errorf("the balance differs (-audit +told at the end):\n%s", d)
	}
}

// sameAudit compares the audits of two crawls of one site.
func sameAudit(t *testing.T, want, got map[string]auditLine) {
	t.Helper()
	var missing, extra, differing []string
	for url, w := range want {
		g, ok := got[url]
		if !ok {
			missing = append(missing, w.String())
		} else if g.Outcome != w.Outcome || deref(g.Reason) != deref(w.Reason) || g.Depth != w.Depth || deref(g.Parent) != deref(w.Parent) {
			differing = append(differing, fmt.Sprintf("%v, want %v", g, w))
		}
	}
	for url, g := range got {
		if _, ok := want[url]; !ok {
			extra = append(extra, g.String())
		}
	}
	if len(missing)+len(extra)+len(differing) > 0 {
		t.Errorf("the audit has %d URLs, want %d: %d are missing%s, %d should not be there%s, %d are told otherwise%s", len(got), len(want),
			len(missing), excerpt(missing), len(extra), excerpt(extra), len(differing), excerpt(differing))
	}
}

func (l auditLine) String() string {
	return fmt.Sprintf("%s %s (%s) at depth %d from %s", l.URL, l.Outcome, deref(l.Reason), l.Depth, deref(l.Parent))
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
