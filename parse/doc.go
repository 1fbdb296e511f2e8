// Package parse makes of the bytes of a page what a crawler wants to know of it: a tree, the links, and the fields of a record.
//
//	doc, err := parse.HTML(body, parse.Options{URL: finalURL, Charset: charset, Agent: "trawl"})
//	for _, link := range doc.Links { … }
//	price := doc.Goquery().Find(".price").Text()
//
// # The way of a page
//
// Bytes become text. [Decode] asks for the encoding where the standards say to, in their order (byte order mark, header, the page's own
// declaration), and looks at the bytes where these say nothing or are plainly wrong. Most pages are UTF-8 already; for them
// this is a look at the first tag or two and one check, without a copy.
//
// Text becomes a tree: one parse by golang.org/x/net/html, the HTML standard's own algorithm, with scripting off so that <noscript> counts.
// This is where the time goes, nine tenths of it. A page nested deeper than it takes (512), or
// made so that it would not end, gets a simpler tree builder that always works, and Document.Flattened tells.
//
// The tree is walked once. Everything a [Document] tells is gathered on the way, by looking at the type of each element; there is no selector
// a field. All texts go into one buffer, of which title, headings and anchors are parts. What depends on the base URL waits
// for the end, because a <base> counts for the links before it too. URLs are resolved by package weburl.
//
// # What is a link
//
// What a reader would follow, or a browser go to by itself: <a> and <area> (in SVG and MathML too), <link rel> of canonical, next, prev
// and alternate, frames, and the first <meta> refresh that works. Within a <noscript> and within a shadow tree (<template shadowrootmode>)
// they count; within other templates, comments, scripts and <noframes> they are text.
//
// What a page is made of is none (images, srcset, media, objects, embeds, stylesheets, scripts), nor are forms, sources of
// quotations (cite), attributes that only a script reads (data-href), nor what else <link> may name (icons, authors, licences).
// References to other schemes than http and https, and to a place on the page itself, are left out.
//
// rel=nofollow marks a link, and so does a page's robots meta or header that asks it for all; ugc and sponsored don't, for they say
// what a link is, not what to do. Whoever crawls decides what to do about marked ones.
//
// # Text
//
// A text is what is shown: the text nodes within the element, without scripts, styles and templates, runs of white space made one space,
// where blocks and line breaks are white space. An anchor without text has that of its images' alt. Lengths have no limit but the
// page's: Texts share their memory, and keeping one keeps all of its page; clone what is to live longer.
//
// # Ownership
//
// The package is pure: it reads nothing but its arguments and keeps nothing between calls. It starts no goroutine (the detector of last resort, a
// library, starts some and waits for them), has no channel, and may be used from many goroutines at once. Results are
// a function of the arguments: the same page gives the same document, on every run.
package parse
