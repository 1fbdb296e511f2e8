// Package weburl turns what pages and people write into canonical web URLs, by the WHATWG URL standard
// (https://url.spec.whatwg.org/), and takes canonical URLs apart again.
//
// A canonical URL is the standard's serialisation of an http or https URL without its fragment. It is ASCII, it names one
// resource to fetch, parsing it again gives it back unchanged, and it is what the rest of the crawler keys on:
//
//	u, err := weburl.Parse("HTTP://Example.COM:80/a/../b?q=é#top") // http://example.com/b?q=%C3%A9
//
// The links of a page are resolved against a [Base], prepared once a page:
//
//	base, err := weburl.NewBase(page)
//	base = base.Rebase(href)        // the first <base href>, if the page has one
//	link, err := base.Resolve(href) // an <a href>, as it stands in the attribute
//
// [Split], [HostKey], [Origin] and [WithoutUserinfo] read canonical URLs, and [RequestTarget] makes the url.URL
// with which net/http sends one byte for byte.
//
// # What is the library's, and what is ours
//
// Hosts and ports, where the standard is hard (IDNA, the many spellings of an IPv4 address), are parsed by
// github.com/nlnwa/whatwg-url, unless they are so plain that there is nothing to do. The rest, where the standard is short, is done
// here, with that library's own tables of what is percent-encoded, for two reasons. The library takes 3 to 5 µs a link, where 0.1
// suffices; with a hundred links a page that is a large part of a crawl. And its time grows with the square of the number of
// slashes and at signs: a page of 10 MB at an address of 8 KB could hold a crawler for most of an hour. Here time is linear.
// Tests hold the result equal to the library's on all short strings of a nasty alphabet, under fuzzing, and on the links of two
// real sites.
//
// # Limits
//
// The query is encoded as UTF-8, whatever the encoding of the page. The standard has the non-ASCII characters of a page's
// queries sent in the encoding of the page. And [MaxLength] is ours.
//
// Where the library departs from the standard, so does this package: a punycode label that does not decode is refused, a host
// whose last label is a signed number is taken for an IPv4 address, and an IPv6 address may have more brackets than one pair.
//
// The package is pure. It reads no network or file, starts no goroutine, and everything in it may be used from many at once.
package weburl
