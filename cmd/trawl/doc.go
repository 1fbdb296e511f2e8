// Trawl crawls a site and writes a dataset: one JSON line a page.
//
//	trawl crawl https://example.org/ -o pages.jsonl   a site
//	trawl fetch -i urls.txt -o pages.jsonl            a list, nothing followed
//	trawl replay crawl.warc.gz -o pages.jsonl         a recorded crawl again, from its recording alone
//	trawl extract *.warc.gz -o pages.jsonl            every page of archives, without a crawl
//	trawl explain https://example.org/old --audit audit.jsonl
//	                                                  what became of a URL, and why
//	trawl robots https://example.org/private/         allowed or not, and by which line
//	trawl demo                                        a site that comes with trawl, served on loopback and crawled
//	trawl schema                                      the JSON Schema of a line
//	trawl version
//	trawl completion bash                             and zsh, fish, powershell
//
// Data goes to standard output or to the file that -o names; all else, progress, logs and the table at the end, to standard error.
// With --progress json all of standard error is JSON, an object a line, but for the error that trawl may end with.
// What a server sent never reaches a terminal raw: control characters in messages are escaped.
//
// # Exit codes
//
//	0  complete
//	1  it failed: the output can't be written, its reader went away, the list can't be read
//	2  the command line can't be obeyed: an unknown flag, a bad value, an output that exists or can't be opened;
//	   nothing was fetched
//	3  interrupted, by a signal or by --max-duration; what was written is whole
//
// A page that failed is a line of the dataset, not a failure of the crawl.
//
// # Signals and the environment
//
// The first SIGINT or SIGTERM lets the requests in flight finish, the second stops at once, the third kills. SIGPIPE is ignored, so that an
// output whose reader goes away ("| head") is an error like any other. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are obeyed unless --proxy is
// given. The garbage collector runs at GOGC=200, which gains 5 % of speed over Go's 100 for some memory; GOGC in the environment has the
// last word.
//
// # Files
//
//	main.go       the process: signals, garbage collection, exit code
//	root.go       the command that all others hang on
//	crawl.go, fetch.go, replay.go, extract.go, explain.go, robots.go, demo.go, schema.go, version.go
//	              one subcommand each; robotstxt.go gets the file that robots.go reads
//	commandline.go
//	              the command as given, less its secrets, for an archive to tell
//	flags.go      the flags that commands share, in groups; values.go and header.go read their values
//	config.go     flags to crawler.Config
//	session.go    a crawl from its configuration to its exit: all that crawl, fetch, replay and demo have in common
//	list.go       the list of URLs of --input, which an interrupt ends
//	interrupt.go  first signal, second signal
//	console.go    standard error: lines, and a live line below them; log.go is slog's way there
//	progress.go   polls the crawl and shows how it goes: by liveline.go, a line now and then, or JSON (report.go)
//	summary.go    the table and the balance at the end; extractsummary.go those of an extraction
//	dryrun.go     --dry-run
//	exit.go       error to exit code and message
//	help.go, suggest.go, plain.go, amounts.go
//	              flags in groups, "did you mean", escaping, numbers for people
//
// # Goroutines
//
// Besides the engine's, a crawl has three: progress polls and owns the live line, and has ended before the summary is written; the
// interrupt's owns the channel of signals; the list's reads --input and owns the channel of what it read. The last may be left behind in a
// read that nothing can end, of a terminal or a pipe, until the process exits.
package main
