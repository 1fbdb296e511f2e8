// Package disk is the durable [frontier.Frontier]: a crawl that is killed at any
// instant goes on from its last commit, and memory does not grow with what it has
// seen. It lies in a directory, as a database of cockroachdb/pebble and a small
// file, FRONTIER, by which the directory is known.
//
//	f, err := disk.Open("pages.jsonl.state", disk.Options{Options: frontier.Options{MaxDepth: -1}})
//	if f.Resumed() {
//		// cut the output to f.Checkpoint(); see Rewind if it is shorter than that
//	}
//	… Add, Lease, Release, Commit …, as with any frontier
//	err = f.Close()
//
// # What a commit is
//
// Commit and Add each write one batch: outcomes, new links, retries with their
// times, clocks of hosts, notes, the counts and the checkpoint of the output. All of it
// becomes durable, or nothing. A lease is in memory only: on disk its URL is
// where it was, with the attempts it had, so that a crash hands it back by itself.
//
// # What is synced when
//
//   - When Commit returns, the operating system has the batch. A process that is
//     killed loses none. That is a write and a wake-up of the database's writer
//     of the log, some microseconds, and no sync of the disk.
//   - Sync makes the output and then all commits so far survive a power cut. It is
//     called as often as what the cut takes may be fetched again: every second, say.
//   - After a power cut the state may be ahead of the output, whose last pages
//     the disk never got. Rewind then takes back the commits whose lines are
//     gone, down to what Sync has covered. Or the log itself has lost commits,
//     and Lost says how many: their lines are behind the Checkpoint, and are cut off.
//     Either way what was lost is fetched again, and once.
//   - An output shorter than what Sync has covered was not torn but changed, and
//     is refused.
//
// The log's own checksums end it at the first damaged record. So damage to the
// last log takes back the commits after it, which is no more than a power cut
// does; FRONTIER has the number of commits, so that it is not silent, and refuses
// a state that has lost one that was synced. Damage to any other file is found
// when the file is read, and ends the crawl with a [*CorruptError].
//
// # When a write fails
//
// From the first write that fails on, a full disk being the usual one, nothing
// more is written (see guardFS), all calls return that failure, and the state
// stays as of the last commit. With room made, Open goes on from there. Only the
// commit that the failure came with may be there or not; the offset tells.
//
// # What is in memory
//
// Leases out; hosts that are leased, have something out or were used of late, at
// most 4096 of the last, each with the front of its queue; a table of the URLs
// offered of late, of fixed size, which decides most links of a page without a
// look at the disk; and the database's caches. All else waits on disk: URLs by
// number, queues by host, hosts by the time at which they can be asked again. With
// the defaults a process that does nothing else takes some 170 MB, for a million
// URLs as for ten.
//
// # What a state is like
//
// URLs are numbered in the order of discovery, and known by a fingerprint of 128
// bits: SipHash under a key of the state's own, so that no site can make two
// collide. The record of a URL has the URL itself, and is compared when it is read
// to be changed. keys.go lists the kinds of entries. The order of a host's queue
// is that of the frontier in memory; that of hosts which become ready at the same
// instant may differ, as does that of URLs whose depth is lowered in great number
// by one commit.
//
// # Goroutines
//
// The package starts none. The database has its own, which Close ends. A Frontier
// is safe for concurrent use.
package disk
