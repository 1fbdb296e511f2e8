// Package disk is a [frontier.Frontier] in a directory, on the Pebble database:
// it survives the process, and its memory doesn't grow with the number of URLs.
//
//	f, err := disk.Open("pages.jsonl.state", disk.Options{Options: config.FrontierOptions()})
//
// A commit is one atomic batch of the database: outcomes, new links, counters,
// host times and the sink's offset, all of it or nothing. The operating system
// has it when Commit returns, so a killed process loses none; Sync makes all
// commits so far survive a power cut, too, and is called after the output itself
// was synced. Leases that were out when the process ended are queued again.
//
// Memory holds the leases that are out, the hosts that are due, the ends of the
// queues they are leased from, and caches of fixed size ([Options]); everything
// else waits on disk.
//
// It passes the suite in frontiertest. The command line doesn't use it yet: a
// crawl is given one by its Config.Frontier.
//
// # Goroutines
//
// The package starts none; the database has its own, which Close ends. A
// Frontier is safe for concurrent use, but for a directory there is one at a
// time: a second Open fails with [ErrLocked].
package disk
