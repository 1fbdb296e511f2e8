package frontier

import (
	"context"
	"errors"
	"time"
)

// Frontier is what a crawl still has to do and all it has seen.
//
// Implementations are safe for concurrent use, never block on a consumer and
// pass the suite in frontiertest.
type Frontier interface {
	// Add offers URLs that no page led to: seeds and sitemap entries. Each is
	// at depth 0. A URL that was seen before is not queued twice; Add returns
	// how many were new.
	Add(ctx context.Context, offers []Offer) (added int, err error)

	// Lease hands out the next request whose host is free and whose time has
	// come at now, and takes its host out of the queue until Release. If there
	// is none it returns [ErrNoneReady] and the time of the next one that a
	// clock alone will make ready; the zero time says that only a Commit, a
	// Release, a Return or an Add can.
	Lease(ctx context.Context, now time.Time) (Request, time.Time, error)

	// Release says that host may be asked again from at on. It is called after
	// each lease of the host, as soon as its clock knows.
	Release(host string, at time.Time)

	// Return takes a lease back unused: it was not fetched, and it is queued
	// again in its old place with its old attempt count.
	Return(ctx context.Context, url string) error

	// Commit ends leases. It takes the outcomes, queues what is new among the
	// links, and records the batch's sink offset: all of it or nothing.
	Commit(ctx context.Context, batch Batch) error

	// Decide has judge say, of some URLs that were offered undecided, why they
	// are to be skipped, if they are; the others are queued, in the order in
	// which they were found. It is to be called again as long as there are more.
	Decide(ctx context.Context, judge func(url string) Reason) (more bool, err error)

	// Heads returns the first URLs in discovery order that are not yet committed,
	// at most max of them, with depth, parent and redirects as they are now. No
	// commit of one of them can come between the others, or change them: they
	// have the same depth and number of redirects. It returns none if there is
	// none, or if the frontier doesn't keep that order.
	Heads(max int) []Request

	// SetWindow changes [Options.Window], for a crawl that needs fewer and fewer
	// pages. It is at least 1.
	SetWindow(n int)

	// Counts returns the balance of URLs.
	Counts() Counts

	// Drained reports whether nothing is queued, leased or waiting for a retry.
	Drained() bool

	// Close frees what the frontier holds. Leases out are lost with it.
	Close() error
}

// Options are what an implementation is made with.
type Options struct {
	// MaxDepth is the greatest depth that is queued; deeper URLs are skipped
	// with [ReasonDepth]. 0 is the seeds alone, a negative number is no limit.
	MaxDepth int

	// Ordered keeps the discovery order for Heads.
	Ordered bool

	// Window bounds the leases out in an ordered frontier. Default 1024: some
	// tens of megabytes of finished pages waiting for a slow one before them.
	Window int

	// Forget drops a URL when its outcome is committed and keeps 8 bytes to
	// know it by: for lists, where nothing is followed. Depth and parent of a
	// forgotten URL are no longer known, and two of ten million URLs share
	// their fingerprint with a chance of three in a million.
	Forget bool
}

// DefaultWindow is the [Options.Window] of an ordered frontier.
const DefaultWindow = 1024

var (
	// ErrNoneReady is returned by Lease if no request can be handed out now.
	ErrNoneReady = errors.New("frontier: no request is ready")

	// ErrNotLeased is returned by Commit and Return for a URL that is not out.
	ErrNotLeased = errors.New("frontier: the URL is not leased")

	// ErrClosed is returned by every call after Close.
	ErrClosed = errors.New("frontier: closed")
)
