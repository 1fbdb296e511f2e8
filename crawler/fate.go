package crawler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// The outcomes of a [Fate] and of a [Try].
const (
	OutcomeFetched = "fetched" // it is a line of the dataset
	OutcomeFailed  = "failed"  // it is a line with an error
	OutcomeSkipped = "skipped" // it is no line, for the Reason
	OutcomeQueued  = "queued"  // of a Fate: the crawl ended before it was decided
	OutcomeRetry   = "retry"   // of a Try: it failed for a reason that may pass
)

// Fate is what became of a URL that was discovered, and why: a line of the audit.
type Fate struct {
	// URL is canonical.
	URL string
	// Outcome is one of the words above.
	Outcome string
	// Reason is of a skip, or the kind of a failure; else empty.
	Reason frontier.Reason
	// Detail says more in words, for people; it may be empty. See [Fate.Why].
	Detail string
	// Depth is the least number of links from a seed, over Parent.
	Depth int
	// Parent is the page that the URL was found on; empty for a seed.
	Parent string
	// RequestedURL is what was first asked for, if that isn't URL: a seed as it
	// was written, or the first URL of a chain of redirects.
	RequestedURL string
	// Redirects are the hops that led to the URL, in order.
	Redirects []sink.Hop
	// Attempts counts how often the URL's turn came and it was asked for, or
	// robots.txt said no.
	Attempts int
	// Tries are how these ended, in order: of many, the first eight and the last
	// eight.
	Tries []Try
}

// Try is how an attempt ended.
type Try struct {
	Attempt int // 1 is the first
	Outcome string
	Reason  frontier.Reason
	Detail  string
	AgainAt time.Time // of a retry: from when on it may be tried again; else zero
}

// fateOf is what the frontier knows of a URL; reasons has the words that it
// doesn't keep.
func fateOf(e *disk.Explanation, reasons *reasons) Fate {
	f := Fate{
		URL: e.URL, Outcome: OutcomeQueued, Reason: e.Reason, Detail: e.Detail, Depth: e.Depth, Parent: e.Parent, RequestedURL: e.Requested,
		Redirects: make([]sink.Hop, len(e.Redirects)), Attempts: e.Fetches, Tries: make([]Try, 0, len(e.Attempts)+1),
	}
	switch e.State {
	case disk.Fetched, disk.Failed, disk.Skipped:
		f.Outcome = string(e.State)
	}
	for i, h := range e.Redirects {
		f.Redirects[i] = sink.Hop{URL: h.URL, Status: h.Status}
	}
	for _, a := range e.Attempts {
		t := Try{Attempt: a.Number, Outcome: a.Kind.String(), Reason: a.Reason, Detail: a.Detail}
		if a.Kind == frontier.Retry {
			t.AgainAt = a.At
		}
		f.Tries = append(f.Tries, t)
	}
	if last := len(f.Tries) - 1; e.State == disk.Fetched && (last < 0 || f.Tries[last].Attempt < e.Fetches) {
		f.Tries = append(f.Tries, Try{Attempt: e.Fetches, Outcome: OutcomeFetched}) // of which there was nothing to keep
	}
	if f.Detail == "" {
		f.Detail = reasons.detail(e.URL, e.Reason)
	}
	return f
}

// fateLine is a Fate as JSON: a key without a value is null.
type fateLine struct {
	URL          string     `json:"url"`
	Outcome      string     `json:"outcome"`
	Reason       *string    `json:"reason"`
	Detail       *string    `json:"detail"`
	Depth        int        `json:"depth"`
	Parent       *string    `json:"parent"`
	RequestedURL *string    `json:"requested_url"`
	Redirects    []sink.Hop `json:"redirects"`
	Attempts     int        `json:"attempts"`
	Tries        []tryLine  `json:"tries"`
}

type tryLine struct {
	Attempt int     `json:"attempt"`
	Outcome string  `json:"outcome"`
	Reason  *string `json:"reason"`
	Detail  *string `json:"detail"`
	AgainAt *string `json:"again_at"`
}

// againAtLayout is that of the dataset's fetched_at.
const againAtLayout = "2006-01-02T15:04:05.000Z"

// MarshalJSON encodes the line of the audit without its newline. It never fails.
func (f Fate) MarshalJSON() ([]byte, error) {
	line := fateLine{
		URL: f.URL, Outcome: f.Outcome, Reason: present(string(f.Reason)), Detail: present(f.Detail), Depth: f.Depth, Parent: present(f.Parent),
		RequestedURL: present(f.RequestedURL), Redirects: f.Redirects, Attempts: f.Attempts, Tries: make([]tryLine, len(f.Tries)),
	}
	if line.Redirects == nil {
		line.Redirects = []sink.Hop{}
	}
	for i, t := range f.Tries {
		line.Tries[i] = tryLine{Attempt: t.Attempt, Outcome: t.Outcome, Reason: present(string(t.Reason)), Detail: present(t.Detail)}
		if !t.AgainAt.IsZero() {
			line.Tries[i].AgainAt = new(t.AgainAt.UTC().Format(againAtLayout))
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&line); err != nil {
		return nil, err
	}
	return b.Bytes()[:b.Len()-1], nil
}

// AppendLine appends the line of the audit, with its newline.
func (f Fate) AppendLine(dst []byte) []byte {
	line, err := f.MarshalJSON()
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return append(append(dst, line...), '\n')
}

var (
	fateOutcomes = []string{OutcomeFetched, OutcomeFailed, OutcomeSkipped, OutcomeQueued}
	tryOutcomes  = []string{OutcomeFetched, OutcomeFailed, OutcomeSkipped, OutcomeRetry}
)

// UnmarshalJSON reads a line of the audit. What isn't one is an error.
func (f *Fate) UnmarshalJSON(line []byte) error {
	var l fateLine
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return err
	}
	switch {
	case l.URL == "":
		return errors.New("it has no url")
	case !slices.Contains(fateOutcomes, l.Outcome):
		return fmt.Errorf("its outcome is %s", clip(l.Outcome))
	}
	read := Fate{
		URL: l.URL, Outcome: l.Outcome, Reason: frontier.Reason(absent(l.Reason)), Detail: absent(l.Detail), Depth: l.Depth, Parent: absent(l.Parent),
		RequestedURL: absent(l.RequestedURL), Redirects: l.Redirects, Attempts: l.Attempts, Tries: make([]Try, len(l.Tries)),
	}
	for i, t := range l.Tries {
		if !slices.Contains(tryOutcomes, t.Outcome) {
			return fmt.Errorf("the outcome of an attempt is %s", clip(t.Outcome))
		}
		read.Tries[i] = Try{Attempt: t.Attempt, Outcome: t.Outcome, Reason: frontier.Reason(absent(t.Reason)), Detail: absent(t.Detail)}
		if t.AgainAt == nil {
			continue
		}
		var err error
		if read.Tries[i].AgainAt, err = time.Parse(time.RFC3339, *t.AgainAt); err != nil {
			return err
		}
	}
	*f = read
	return nil
}

func absent(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
