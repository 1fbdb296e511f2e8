// Package crawler crawls sites and makes a dataset of them: one record a page.
//
// A [Config] says what to crawl, how, and where the lines go; [New] checks it;
// [Crawler.Run] crawls and writes lines, [Crawler.Pages] yields the pages to a
// range loop instead:
//
//	c, err := crawler.New(crawler.Config{Seeds: []string{"https://example.org/"}})
//	…
//	for page, err := range c.Pages(ctx) {
//
// # The way of a page
//
//	seeds ─▶ frontier ─▶ scheduler ─▶ collector ─▶ pager ─▶ committer ─▶ sink
//	            ▲         host clocks    colly      parse       │
//	            └── outcomes and links ── robots ───────────────┘
//
// The frontier hands out leases. The scheduler lets each pass its host's clock
// and robots.txt and gives it a slot of the collector, or returns it with the
// time from which its host may be asked. The collector makes the exchange. The
// pager decides the outcome: it parses the page, gates its links by scope and
// type, and encodes its line. The committer writes lines and then commits their
// outcomes and links, which is what makes links leases.
//
// A redirect is an outcome like any other: its target goes back to the frontier
// as a URL found, and passes scope, robots.txt and its own host's clock there.
// A retry is a time in the frontier. Nothing sleeps, and nothing but the
// frontier grows.
//
// # Goroutines and channels
//
//   - The caller's goroutine is the scheduler. It owns the host clocks, the
//     robots answers and the free slots, and closes the results channel when all
//     slots are back.
//   - Each fetch is a goroutine of colly's, one a slot. It makes the exchange,
//     parses, sends one result to the committer and then one event to the
//     scheduler, which has room for all that the slots can send. The moment that
//     a request was written is told by a goroutine of net/http.
//   - The committer is one goroutine. It reads results until they are closed, and
//     owns the batch.
//   - The sink's writer is one goroutine; see package sink.
//   - Seeds are added to the frontier by one goroutine, and a list of them is read
//     by another. What pages link to is undecided until the list has been read, and
//     is then judged by the committer.
//   - If the output is a file, one goroutine syncs it and the frontier every second,
//     and the frontier's database has some of its own.
//   - work, room and starving are one-place channels that only say "look again";
//     recalled, listed and seeded are closed by the adder of seeds, decided by the
//     committer, draining by [Crawler.Drain].
//
// An [Extractor] has goroutines of its own: one reads records, as many as there are
// processors decode and parse, and the caller's writes lines in the records' order. The
// reader owns the channels of what is to be parsed and of its order, and closes both.
//
// A crawl is recorded by the workers, which encode, and the committer, which writes;
// nothing else is started for it.
//
// The context's end stops all of them; Run and Pages return when none is left but,
// maybe, a read of the list that nothing can end, from a terminal or a pipe.
package crawler
