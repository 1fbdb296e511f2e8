package crawler

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// reasons says in words why a crawl skips URLs, where its settings alone decide:
// the frontier keeps the reason and no words. Settings are named as the command
// line names them.
type reasons struct {
	scope         *scope
	types         *typeFilter
	maxDepth      int // -1: no limit
	followNothing bool
}

func newReasons(c *Config, s *scope, t *typeFilter) *reasons {
	return &reasons{scope: s, types: t, maxDepth: c.FrontierOptions().MaxDepth, followNothing: c.FollowNothing}
}

// detail says more about a reason for which a URL was skipped.
func (r *reasons) detail(canonical string, why frontier.Reason) string {
	switch why {
	case ReasonScope:
		return r.outOfScope(canonical)
	case ReasonExclude:
		return r.excluded(canonical)
	case ReasonType:
		return ofOtherType(canonical)
	case frontier.ReasonDepth:
		return "deeper than --depth " + strconv.Itoa(r.maxDepth)
	case frontier.ReasonNoFollow:
		return "every link to it says nofollow, by itself or for its whole page"
	case ReasonNoIndex:
		return "it was fetched, and asks not to be indexed"
	case frontier.ReasonUndecided:
		return "it was found before the list of URLs to start from was read to its end, which decides what is in scope"
	}
	return ""
}

// judge says why a URL would be skipped wherever it were found, or nothing.
func (r *reasons) judge(canonical string) (frontier.Reason, string) {
	why := r.scope.skip(canonical)
	if why == "" {
		why = r.types.skip(canonical)
	}
	return why, r.detail(canonical, why)
}

func (r *reasons) outOfScope(canonical string) string {
	p := weburl.Split(canonical)
	var what string
	switch r.scope.mode {
	case ScopePage:
		what = "it is none of the URLs to start from"
	case ScopePrefix:
		what = fmt.Sprintf("its directory %s%s is below none of the URLs to start from", p.Host, p.Path[:strings.LastIndexByte(p.Path, '/')+1])
	case ScopeDomain:
		what = fmt.Sprintf("its domain %s is that of no URL to start from", domain(p.Hostname))
	default:
		what = fmt.Sprintf("its host %s is that of no URL to start from", p.Host)
	}
	what += fmt.Sprintf(" (--scope %s)", r.scope.mode)
	if len(r.scope.allowed) > 0 {
		what += ", nor in --allowed-domains " + strings.Join(r.scope.allowed, ",")
	}
	return what
}

func (r *reasons) excluded(canonical string) string {
	for _, re := range r.scope.exclude {
		if re.MatchString(canonical) {
			return fmt.Sprintf("it matches --exclude '%s'", re)
		}
	}
	if n := len(r.scope.include); n > 1 {
		return fmt.Sprintf("it matches none of the %d --include", n)
	}
	for _, re := range r.scope.include {
		return fmt.Sprintf("it doesn't match --include '%s'", re)
	}
	return ""
}

func ofOtherType(canonical string) string {
	ext := path.Ext(weburl.Split(canonical).Path)
	t, ok := endings[strings.ToLower(ext)]
	if !ok {
		return ""
	}
	return fmt.Sprintf("its ending %s is that of %s, which is no page; --types %s would keep it", ext, t, t)
}

// failures says what the kinds of failures are, for people.
var failures = map[frontier.Reason]string{
	frontier.Reason(fetch.KindDNS):            "its host's name could not be resolved",
	frontier.Reason(fetch.KindConnection):     "the connection failed",
	frontier.Reason(fetch.KindTLS):            "no trusted TLS connection could be made",
	frontier.Reason(fetch.KindTimeout):        "it took too long",
	frontier.Reason(fetch.KindProtocol):       "the answer is not valid HTTP",
	frontier.Reason(fetch.KindEncoding):       "the answer could not be decoded",
	frontier.Reason(fetch.KindRedirect):       "its redirects lead nowhere",
	frontier.Reason(fetch.KindTooLarge):       "the answer is too large",
	frontier.Reason(fetch.KindBlockedAddress): "its host has a private address, which is not allowed",
	frontier.Reason(fetch.KindRobots):         "its host's robots.txt could not be had, and so nothing is asked of the host",
	frontier.Reason(fetch.KindPanic):          "trawl has a bug, please report it",
	frontier.Reason(fetch.KindNotRecorded):    "the recording doesn't have it",
	frontier.Reason(KindStatus):               "its server kept answering with an error",
}

// Why says in a sentence why the URL's fate is what it is.
func (f *Fate) Why() string {
	switch f.Outcome {
	case OutcomeFetched:
		return "its page is in the dataset"
	case OutcomeFailed:
		return because(failures[f.Reason], f.Detail)
	case OutcomeQueued:
		switch {
		case f.Reason != "":
			return because("not decided yet", f.Detail)
		case len(f.Tries) > 0 && !f.Tries[len(f.Tries)-1].AgainAt.IsZero():
			return because("to be tried again from "+f.Tries[len(f.Tries)-1].AgainAt.UTC().Format(againAtLayout)+" on", f.Detail)
		}
		return "its turn had not come when the crawl ended"
	}
	switch f.Reason {
	case ReasonRobots:
		return because("robots.txt disallows it", f.Detail)
	case frontier.ReasonRedirect:
		return "it answered with a redirect " + f.Detail
	case ReasonType:
		if media, ok := strings.CutPrefix(f.Detail, "Content-Type: "); ok && media != "" {
			return fmt.Sprintf("it answered with %s, which is no page; --types %s would keep it", media, media)
		} else if ok {
			return "it answered without a Content-Type, and what came is no page"
		}
	}
	return because("", f.Detail)
}

// because joins what is said in general with what is known of the case.
func because(general, detail string) string {
	switch {
	case general == "":
		return detail
	case detail == "":
		return general
	}
	return general + ": " + detail
}
