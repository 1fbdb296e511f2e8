// Package soak tests what takes long, or needs the program itself: that a crawl survives whatever happens to its process, its disk and its
// network, that its coverage depends on nothing but the site and the flags, and what memory it takes. It has nothing but tests:
//
//	go test ./internal/soak                                  # the short form, under a minute
//	go test ./internal/soak -soak -timeout 0                 # the long one: 1,000 kills, 200 runs, a million URLs
//	go test ./internal/soak -run TestScale -soak -timeout 0 -pages 10000000 -curve curve.csv
//
// They use cmd/trawl as a user does, by its flags, files and exit codes; TestMain builds it once. What needs a server that doesn't count as
// the test's memory or processor time runs the test binary again, in a role that an environment variable names.
package soak
