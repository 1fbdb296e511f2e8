package crawler

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// The reasons of skips that robots rules make.
const (
	ReasonRobots  frontier.Reason = "robots"  // disallowed by robots.txt
	ReasonNoIndex frontier.Reason = "noindex" // fetched, and its robots meta or X-Robots-Tag says no
)

const (
	robotsTTL       = 24 * time.Hour   // RFC 9309 section 2.4
	robotsAskAgain  = 10 * time.Minute // after a host's robots.txt was given up on
	robotsRedirects = 5                // RFC 9309 section 2.3.1.2
	robotsCacheMax  = 100_000          // origins; an evicted one is asked again,
	robotsCacheDisk = 10_000           // or read from the state if there is one
)

// robotsEntry is what is known of one origin's robots.txt.
type robotsEntry struct {
	group    *robots.Group // nil until it is known
	failure  *fetch.Error  // why it could not be had; group then disallows all
	expires  time.Time
	fetching bool
	url      string // to ask next: /robots.txt, or what that redirects to
	hops     int
	attempts int
	retryAt  time.Time
	asked    time.Time // when the last request began
}

// robotsAnswer is a robots.txt exchange, seen by the worker that made it.
type robotsAnswer struct {
	group    *robots.Group // set when it is settled
	redirect string        // or where to ask instead
	failure  *fetch.Error  // or why it failed
	retry    bool          // and whether that may pass
	fallback *robots.Group // what holds if it doesn't; nil: all is disallowed
	at       time.Time     // when the request began
}

// robotsCache holds robots.txt answers by origin. Only the scheduler uses it.
type robotsCache struct {
	agent   string   // product token
	lasting bool     // nothing expires: in a replay time doesn't pass
	notes   notebook // nil without one
	entries map[string]*robotsEntry
}

func newRobotsCache(userAgent string, notes notebook) *robotsCache {
	return &robotsCache{agent: robots.ProductToken(userAgent), notes: notes, entries: make(map[string]*robotsEntry)}
}

// entry returns the origin's entry, fresh if it is unknown or too old.
func (c *robotsCache) entry(canonical string, now time.Time) *robotsEntry {
	origin := weburl.Origin(canonical)
	e := c.entries[origin]
	if e == nil {
		c.evict()
		if e = c.recall(origin, now); e == nil {
			e = &robotsEntry{url: origin + "/robots.txt"}
		}
		c.entries[origin] = e
	}
	if e.group != nil && !c.lasting && !now.Before(e.expires) {
		*e = robotsEntry{url: origin + "/robots.txt"}
	}
	return e
}

func (c *robotsCache) evict() {
	most := robotsCacheMax
	if c.notes != nil {
		most = robotsCacheDisk
	}
	if len(c.entries) < most {
		return
	}
	drop := most / 10
	for origin, e := range c.entries {
		if drop == 0 {
			return
		}
		if !e.fetching {
			delete(c.entries, origin)
			drop--
		}
	}
}

// robotsAsked is when a robots.txt that could not be had was asked for last: the
// time of the lines that it leads to.
func (e *robotsEntry) robotsAsked(now time.Time) time.Time {
	if e.asked.IsZero() {
		return now
	}
	return e.asked
}

// take notes an answer. After it the entry is settled, or says where and when
// to ask next.
func (e *robotsEntry) take(a *robotsAnswer, now time.Time, retries int, wait func(attempt int) time.Duration) {
	e.fetching, e.asked = false, a.at
	switch {
	case a.group != nil:
		e.group, e.expires = a.group, now.Add(robotsTTL)
	case a.redirect != "" && e.hops < robotsRedirects:
		e.hops++
		e.attempts = 0
		e.url = a.redirect
	case a.redirect != "":
		e.group = robots.AllowAll(fmt.Sprintf("robots.txt redirects more than %d times", robotsRedirects))
		e.expires = now.Add(robotsTTL)
	default:
		e.attempts++
		if a.retry && e.attempts <= retries {
			e.retryAt = now.Add(wait(e.attempts))
			return
		}
		if a.fallback != nil {
			e.group, e.expires = a.fallback, now.Add(robotsTTL)
			return
		}
		e.failure = a.failure
		e.group = robots.DisallowAll(a.failure.Error())
		e.expires = now.Add(robotsAskAgain)
	}
}

// readRobots says what a robots.txt exchange means (RFC 9309 section 2.3.1):
// 2xx is parsed, 3xx leads on, 4xx allows all; anything else disallows all.
func readRobots(ex *exchange, agent string) *robotsAnswer {
	switch status := ex.status; {
	case ex.err != nil && ex.err.Kind == fetch.KindNotRecorded:
		return &robotsAnswer{group: robots.AllowAll("robots.txt is not in the recording, so what is there was allowed")}
	case ex.err != nil && ex.err.Kind != fetch.KindTooLarge:
		err := *ex.err
		err.Message = "robots.txt: " + err.Message
		return &robotsAnswer{failure: &err, retry: retryable(ex)}
	case status >= 200 && status < 300:
		return &robotsAnswer{group: robots.Parse(ex.body).Agent(agent)}
	case status >= 300 && status < 400:
		target, err := redirectTarget(ex)
		if err != nil {
			return &robotsAnswer{group: robots.AllowAll(fmt.Sprintf("robots.txt answered %d without a place to go", status))}
		}
		return &robotsAnswer{redirect: target}
	case status >= 400 && status < 500:
		allow := robots.AllowAll(fmt.Sprintf("robots.txt answered %d", status))
		if retriedStatus[status] {
			return &robotsAnswer{retry: true, fallback: allow}
		}
		return &robotsAnswer{group: allow}
	default:
		return &robotsAnswer{
			failure: &fetch.Error{Kind: fetch.KindRobots, URL: ex.url, Err: errUnreachable,
				Message: fmt.Sprintf("robots.txt answered %d, which disallows the whole host (RFC 9309, 2.3.1.4)", status)},
			retry: true,
		}
	}
}

var errUnreachable = errors.New("robots.txt is unreachable")

// log tells what became of a robots.txt that could not be had.
func (a *robotsAnswer) log(logger *slog.Logger, e *robotsEntry) {
	switch {
	case e.failure != nil:
		logger.Warn("robots.txt can't be had, so the host is left alone", "url", e.url, "error", e.failure.Message)
	case a.failure != nil:
		logger.Debug("robots.txt will be asked for again", "url", e.url, "at", e.retryAt, "error", a.failure.Message)
	}
}
