// Package fetch is trawl's HTTP transport: an http.RoundTripper for servers that may be broken, slow or hostile.
//
//	t, err := fetch.New(fetch.DefaultOptions())
//	resp, err := t.RoundTrip(req)
//	defer resp.Body.Close()
//	page, err := fetch.ReadBody(resp, nil)
//	essence, charset, _ := fetch.MediaType(resp.Header, page)
//
// A fetch ends, whatever the server does: within its time limits, within its byte limits, with an answer or with an *Error whose Kind
// is one of a short list. Nothing is followed, retried by policy, or remembered here: redirects, cookies, robots.txt and politeness are the crawler's.
//
// # Layers
//
// A Transport is a stack of small RoundTrippers, put together in New:
//
//	classifier     every error leaves as an *Error                      classifier.go, classify*.go
//	decoder        gzip, br, zstd, deflate; limits on what they give     decoder.go, stage.go, unpackers.go
//	wireLimiter    limit on what comes over the wire                     limit.go
//	timeLimiter    a limit for each phase and for all; Timing            timelimiter.go, exchange.go, watchdog.go, alarm.go
//	Options.Wire   a recorder, a replayer, a fake; or else the Network:
//	proxiedGuard   what can be checked of an address behind a proxy     proxy.go
//	switchRefuser  101 is an error                                       switching.go
//	leftoverGuard  an answer is never taken from what came before        leftover.go, conn.go
//	http.Transport HTTP/1.1 and HTTP/2, connections that are kept        network.go
//	dialGuard      no connection to a private address                    guard.go, address.go
//
// # Goroutines
//
// The package starts none that outlives a call, and has no channel. http.Transport has two a connection, ended by CloseIdleConnections
// or when the connection closes. A Transport has one timer for all its fetches; it cancels the context of one that takes too long, with the
// *Error as cause.
// A dial whose request has gone is finished for the next request, within the limits of dialling.
//
// # What can't be checked
//
// Behind a proxy, names are looked up by the proxy: only hosts that are private as written are refused then. Over a reused HTTP/1.1 connection, surplus bytes
// that arrive after the next request has begun to go out can't be told from its answer, by any client.
package fetch
