package crawler

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// maxRedirects is the length of a chain of redirects that is followed, as in
// the Fetch standard ("HTTP-redirect fetch", step 7) and so in browsers.
const maxRedirects = 20

// isRedirect reports whether a status is a redirect to follow. A 300 is one only
// if it names a place to go, and a 304 never is.
func isRedirect(ex *exchange) bool {
	switch ex.status {
	case 301, 302, 303, 307, 308:
		return true
	case 300:
		return ex.header.Get("Location") != ""
	}
	return false
}

// redirectTarget is the canonical URL that a redirect leads to.
func redirectTarget(ex *exchange) (string, error) {
	location := ex.header.Get("Location")
	if location == "" {
		return "", fmt.Errorf("%d without a Location", ex.status)
	}
	base, err := weburl.NewBase(ex.url)
	if err != nil {
		return "", err
	}
	target, err := base.Resolve(escapeNonASCII(location))
	switch {
	case errors.Is(err, weburl.ErrScheme):
		return "", fmt.Errorf("leads to %s, which is not http or https", clip(location))
	case err != nil:
		reason := err
		var fault *weburl.Error
		if errors.As(err, &fault) {
			reason = errors.New(fault.Reason)
		}
		return "", fmt.Errorf("leads to %s, which is not a URL: %w", clip(location), reason)
	}
	return weburl.WithoutUserinfo(target), nil
}

// escapeNonASCII percent-encodes the bytes of a Location that are not ASCII, in
// whatever encoding they are, as servers mean them: to be sent back as they came.
// A host can't be written that way, so a Location with an authority is left to
// the URL library from there to the path.
func escapeNonASCII(location string) string {
	start := 0
	if i := strings.Index(location, "//"); i >= 0 {
		start = len(location)
		if j := strings.IndexAny(location[i+2:], "/?#\\"); j >= 0 {
			start = i + 2 + j
		}
	}
	var b strings.Builder
	b.WriteString(location[:start])
	for i := start; i < len(location); i++ {
		if c := location[i]; c >= 0x80 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// follow says where a page's redirect leads, or why it isn't followed. A chain
// may come back to a URL only with a cookie that the answer sets: then the next
// answer may be another.
func follow(req *frontier.Request, ex *exchange) (to frontier.Offer, err error) {
	target, err := redirectTarget(ex)
	if err != nil {
		return frontier.Offer{}, err
	}
	if len(req.Redirects)+1 > maxRedirects {
		return frontier.Offer{}, fmt.Errorf("more than %d redirects in a row", maxRedirects)
	}
	offer := frontier.Offer{URL: target, Host: weburl.HostKey(target), Redirect: ex.status}
	again := target == req.URL
	for _, hop := range req.Redirects {
		again = again || hop.URL == target
	}
	if again {
		if len(ex.header.Values("Set-Cookie")) == 0 {
			return frontier.Offer{}, fmt.Errorf("leads back to %s", clip(target))
		}
		offer.Reopen = true
	}
	return offer, nil
}

// redirectFailure is the error of a page whose redirect isn't followed.
func redirectFailure(ex *exchange, reason error) *fetch.Error {
	return &fetch.Error{Kind: fetch.KindRedirect, URL: ex.url, Err: reason, Message: "redirect " + reason.Error()}
}

// clip keeps what a server sent short enough, and free of control characters,
// for a message.
func clip(s string) string {
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return fmt.Sprintf("%q", s)
}
