// Package robots reads robots.txt and decides which URLs of a host a crawler may fetch: RFC 9309, the Robots Exclusion Protocol,
// read as Google's published parser reads it where the RFC leaves room.
//
// It is pure: bytes in, decisions out. Fetching the file, following its redirects, keeping it for 24 hours and asking again after a
// failure belong to the caller.
//
//	file := robots.Parse(body)                     // never fails
//	group := file.Agent("trawl")                   // once a host; keeps nothing of body or file
//	decision := group.Decide("/books?page=2")      // for every URL
//	if !decision.Allowed {
//		log.Printf("line %d says %s", decision.Line, decision.Rule)
//	}
//
// What RFC 9309 section 2.3.1 asks for when there is no file is a Group too: [AllowAll] for a status of 400 to 499, [DisallowAll] for one
// of 500 to 599 and for a host that cannot be reached.
//
// # Where Google and the RFC disagree
//
// RFC 9309 section 2.2.2 wants %62 to match b, and a raw non-ASCII octet in a URL to match its percent-encoded form. Google's parser compares
// both as they stand. A Disallow is therefore read the RFC's way and an Allow Google's way: where the two disagree, the URL stays disallowed.
// It matters only for URLs with letters or digits encoded without need, or with raw octets, which a WHATWG URL has not.
// Everything else is compared in one normal form, described at [Group.Decide].
//
// # Ownership
//
// The package starts no goroutine and has no channel. A [File] and a [Group] do not change once made (but for [Group.UnmarshalText]),
// and any number of goroutines may use them.
package robots
