// Package frontier holds the set of URLs a crawl has seen and the queue of
// those it has still to fetch, grouped by host.
//
// A [Frontier] hands out leases and takes back outcomes; it never fetches,
// waits or sleeps. One lease is one [Request]; it ends as exactly one
// [Outcome], committed together with the links the page led to, or it is
// returned unused.
//
//	seeds ── Add ──▶ ┌──────────┐ ── Lease ──▶ scheduler ──▶ … ──▶ committer
//	                 │ Frontier │ ◀─ Release ─ (host may be asked again at t)
//	                 └──────────┘ ◀─ Commit ── (outcomes, links, sink offset)
//
// # Leases are by host
//
// A lease takes its host with it: nothing else of that host is handed out
// until [Frontier.Release] names the time from which it may be asked again.
// So a host's clock has one owner, the scheduler that holds the host, also
// when several processes share one frontier.
//
// # Depth is the shortest path
//
// A URL's depth is the least number of links from a seed; a redirect costs
// nothing. Two rules keep it exact whatever the order in which answers come:
//
//   - A host's requests are leased level by level: a deeper one waits while a
//     shallower one of its host is out for the first time. A page that has to
//     be retried doesn't hold the level up.
//   - A shorter path found late, through another host or a retried page, lowers
//     the depth of what is queued and, under a depth limit, of everything behind
//     what was already fetched; URLs skipped for depth come back to the queue.
//
// Of several parents at the least depth the first by URL is kept, so that
// depth and parent don't depend on which answer came first.
//
// # Discovery order
//
// With [Options.Ordered] the frontier also keeps the order in which a crawl
// with one worker would find the URLs: by depth, then by position. Head is the
// first uncommitted URL in that order; a committer that only ever commits the
// head gets the same result at any concurrency. The number of leases out is
// then bounded by [Options.Window], but for the head itself.
//
// # Goroutines
//
// The package starts none. A Frontier is safe for concurrent use.
package frontier
