package frontier

import "time"

// Request is a URL to fetch.
type Request struct {
	// URL is the canonical URL, the key: WHATWG serialisation, no fragment.
	URL string
	// Requested is the URL as it was first asked for: a seed as the user wrote
	// it, or the first URL of a redirect chain. Empty if it is URL.
	Requested string
	// Host is the key of the host's clock.
	Host string
	// Depth is the least number of links from a seed.
	Depth int
	// Parent is the page that the URL was found on; empty for a seed.
	Parent string
	// Redirects are the hops that led here, in order.
	Redirects []Hop
	// Attempt counts the fetches of the URL; 1 is the first.
	Attempt int
	// NotBefore is the time of a retry; zero if the request is due.
	NotBefore time.Time
}

// FirstURL returns what was asked for before any redirect.
func (r *Request) FirstURL() string {
	if r.Requested != "" {
		return r.Requested
	}
	return r.URL
}

// Hop is a redirect: the URL that answered and the status it gave.
type Hop struct {
	URL    string
	Status int
}

// Offer is a URL offered to the frontier.
type Offer struct {
	URL  string // canonical
	Host string // key of the host's clock
	// Requested is a seed as the user wrote it, if that differs from URL.
	Requested string
	// Skip, if set, says why the URL is not to be fetched; it is accounted for
	// with that reason unless a later offer without one queues it.
	Skip Reason
	// Undecided says that it isn't known yet whether the URL itself is to be
	// skipped: Skip is then about the link alone, and empty or [ReasonNoFollow].
	// See [Frontier.Decide].
	Undecided bool
	// Redirect is the status of the redirect that led from the committed URL
	// to this one; 0 for a link. A redirect keeps its page's depth and parent.
	Redirect int
	// Reopen queues the URL again although it ended as a redirect: the answer
	// set a cookie, so the next one may differ.
	Reopen bool
}

// Reason says why a URL was skipped, or of which kind its failure was.
type Reason string

// The reasons of skips that the frontier itself knows about; the crawler and
// its parts define the others.
const (
	// ReasonDepth: deeper than the limit by every path known.
	ReasonDepth Reason = "depth"
	// ReasonNoFollow: only found by links that ask not to be followed.
	ReasonNoFollow Reason = "nofollow"
	// ReasonRedirect: it answered with a redirect, and its target is accounted
	// for on its own.
	ReasonRedirect Reason = "redirect"
	// ReasonUndecided: not queued until [Frontier.Decide]. Such a URL counts as
	// queued.
	ReasonUndecided Reason = "undecided"
)

// liftable reports whether a URL skipped for r is queued when it is offered
// again without a reason to skip it. The others are verdicts on the URL itself.
func (r Reason) liftable() bool { return r == ReasonDepth || r == ReasonNoFollow }

// OutcomeKind is how a lease ended.
type OutcomeKind uint8

// The ways in which a lease ends.
const (
	Fetched OutcomeKind = iota + 1 // a page came back and is a line
	Failed                         // given up on, and a line with an error
	Skipped                        // not a line, for the Reason
	Retry                          // to be tried again at At
)

// String names the kind as the documentation does.
func (k OutcomeKind) String() string {
	switch k {
	case Fetched:
		return "fetched"
	case Failed:
		return "failed"
	case Skipped:
		return "skipped"
	case Retry:
		return "retry"
	}
	return "unknown"
}

// Outcome is what became of a lease.
type Outcome struct {
	Kind   OutcomeKind
	Reason Reason    // of a skip or a failure
	At     time.Time // of a retry: when it may be tried again
	Detail string    // in words: the error, the robots.txt line, where a redirect led; for people
}

// Result is a lease's end: its outcome and the URLs that it led to.
type Result struct {
	URL     string
	Outcome Outcome
	Found   []Offer
}

// Batch is what one commit takes.
type Batch struct {
	Results []Result
	// Checkpoint is behind all lines of these results.
	Checkpoint Checkpoint
	// Notes are kept with the commit by a frontier that has notes, and with no other:
	// what they tell of is before the Checkpoint.
	Notes map[string][]byte
}

// Checkpoint is a place in the output, and in the archive if there is one: what
// comes before it is committed.
type Checkpoint struct {
	Offset int64  // the output's size up to there, in bytes
	Sum    uint32 // a checksum of these bytes, for who goes on from there; the frontier only keeps it
	// Recorded is the size of the archive that the crawl is recorded in, up to
	// there, in bytes; 0 without one.
	Recorded    int64
	RecordedSum uint32 // likewise of these
}

// Counts is the balance of URLs: Discovered is always the sum of Fetched,
// Failed, all of Skipped, and Queued.
type Counts struct {
	Discovered int64
	Fetched    int64
	Failed     int64
	Skipped    map[Reason]int64
	Queued     int64 // all that has no final outcome: ready, leased and waiting for a retry
	Leased     int64 // of these, handed out
	Retrying   int64 // of these, waiting for their next attempt
	Hosts      int64 // hosts with something queued
}

// SkippedTotal is the sum over all reasons.
func (c *Counts) SkippedTotal() int64 {
	var n int64
	for _, v := range c.Skipped {
		n += v
	}
	return n
}

// Balanced reports whether every URL discovered is accounted for.
func (c *Counts) Balanced() bool {
	return c.Discovered == c.Fetched+c.Failed+c.SkippedTotal()+c.Queued
}
