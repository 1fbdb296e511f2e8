// Package site serves the small world that trawl is shown and tested on: Tjeldhavn, a harbour with a bookshop, and everything that
// servers do wrong. `trawl demo` crawls it; the golden datasets come from it; the end-to-end tests run on it.
//
//	srv, err := site.Start(ctx, site.Options{MaxLatency: 20 * time.Millisecond, Seed: 1})
//	if err != nil { … }
//	defer srv.Close()
//	crawl(srv.URL + "/")
//	srv.Requests() // who asked for what, when, and with which headers
//
// # What lives where
//
//	/                the world: about a hundred pages from testdata/site/www, as site.json says
//	/calendar/       a trap: months without end, made by the server
//	/cellar.html     1,000 elements inside each other, made by the server
//	/fault/          all faults, listed and linked; each is an entry of [Faults]
//	/graph/          a pseudo-random link graph, if Options.Graph is set
//	/fan/?n=1000000  a page that links to n pages, each as slow as &slow=2s says
//
// Nothing in the world links to /fault/, /graph/ or /fan/.
//
// The calendar is linked plainly from the home page, but robots.txt disallows /calendar/ for everyone. So a crawl that obeys robots.txt
// ends, and one that doesn't (--ignore-robots) is in a real trap, out of which only its own bounds lead: depth, pages, or an
// exclusion.
//
// The files name the site http://tjeldhavn.example; the answer names the host that was asked. Bodies and headers, but for Date, depend on
// nothing else. Only few pages name it (the home page, /about.html, the feed, the sitemaps and robots.txt): the others are the same bytes
// on any port. [Expected] says what a crawl makes of each URL.
//
// # A web of any size
//
// [Web] is not a part of the site: it is up to a hundred million pages on up to a million hosts, h000000.example and so on, whose links are
// computed and never stored. It is served as an HTTP proxy, for which no name needs to be looked up, or asked in process:
//
//	web, err := site.NewWeb(site.WebOptions{Pages: 1_000_000, Hosts: 100_000})
//	proxy := httptest.NewServer(web)  // trawl crawl --proxy URL --scope any http://h000000.example/page/0.html
//	crawler.Config{Transport: web}    // or without a socket
//
// # Faults
//
// A fault is had at its own path, or laid over any page:
//
//	site.Options{Faults: map[string]site.Behaviour{
//		"/books/":      {Fault: "/fault/status/503", Times: 2},         // well from the third request on
//		"/robots.txt":  {Fault: "/fault/robots/hang"},                  // for ever
//		"/visit.html":  {Fault: "/fault/framing/reset-mid-body", Times: 1},
//	}}
//
// Pages of faults have the last part of their path as title, unless [Want] names another. Faults that net/http would not commit are written
// on the hijacked connection. They need HTTP/1.1 without TLS; what needs certificates, HTTP/2, DNS or a connect that hangs is
// not here. Hangs, drips and endless bodies end when the client goes away or the Site is closed.
//
// # Time
//
// All waiting is done with timers and honours the request's context, so everything runs under testing/synctest: use [StartPipe], which
// serves over pipes in memory, and its DialContext. On real sockets, Options.DripEvery makes the drips faster.
//
// # Goroutines
//
// A [Server] owns the goroutine that accepts connections; net/http owns one for each of them, and runs handlers on it. A handler that
// hijacks its connection owns it from then on, with one goroutine that reads from it to learn that the client has gone; both end before
// ServeHTTP returns. Close waits for all of them. A [Site] by itself, as a handler for another server, starts none but these.
// Its only channel, closed, is closed by Close.
package site
