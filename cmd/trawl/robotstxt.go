package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/robots"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// maxRobotsRedirects are followed on the way to a robots.txt (RFC 9309 section 2.3.1.2).
const maxRobotsRedirects = 5

// robotsSource is one host's robots.txt as it speaks to one crawler.
type robotsSource struct {
	name      string // URL, after redirects, or file
	agent     string // product token
	group     *robots.Group
	truncated bool
}

func parsedRobots(name string, body []byte, agent string) *robotsSource {
	file := robots.Parse(body)
	return &robotsSource{name: name, agent: agent, group: file.Agent(agent), truncated: file.Truncated}
}

// robotsFinder finds what applies to a canonical URL. Its error is that of a context that ended.
type robotsFinder func(ctx context.Context, canonical string) (*robotsSource, error)

// robotsAsker asks hosts for their robots.txt, each origin once, as the crawler does but for retries.
type robotsAsker struct {
	transport http.RoundTripper
	userAgent string
	agent     string
	known     map[string]*robotsSource // by origin
}

// newRobotsAsker makes one for URLs whose hosts, as those of seeds, may be private.
func newRobotsAsker(options *fetch.Options, userAgent string, urls []string) (*robotsAsker, error) {
	named := make(map[string]bool)
	for _, u := range urls {
		named[strings.Trim(weburl.Split(u).Hostname, "[]")] = true
	}
	options.PrivateHosts = func(host string) bool { return named[host] }
	transport, err := fetch.New(*options)
	if err != nil {
		return nil, err
	}
	return &robotsAsker{
		transport: transport, userAgent: userAgent, agent: robots.ProductToken(userAgent), known: make(map[string]*robotsSource),
	}, nil
}

// find is a robotsFinder.
func (a *robotsAsker) find(ctx context.Context, canonical string) (*robotsSource, error) {
	origin := weburl.Origin(canonical)
	if a.known[origin] == nil {
		source, err := a.ask(ctx, origin+"/robots.txt")
		if err != nil {
			return nil, err
		}
		a.known[origin] = source
	}
	return a.known[origin], nil
}

// ask follows redirects to a robots.txt and says what comes of it (RFC 9309 section 2.3.1).
func (a *robotsAsker) ask(ctx context.Context, at string) (*robotsSource, error) {
	allowed := func(because string, args ...any) (*robotsSource, error) {
		return &robotsSource{name: at, agent: a.agent, group: robots.AllowAll("robots.txt " + fmt.Sprintf(because, args...) + ", which allows all")}, nil
	}
	disallowed := func(because string, args ...any) (*robotsSource, error) {
		return &robotsSource{name: at, agent: a.agent, group: robots.DisallowAll("robots.txt " + fmt.Sprintf(because, args...) + ", which disallows all")}, nil
	}
	for redirects := 0; ; redirects++ {
		status, location, body, err := a.get(ctx, at)
		switch kind := fetch.KindOf(err); {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil && kind != fetch.KindTooLarge:
			return disallowed("can't be had (%v)", err)
		case status >= 200 && status < 300:
			return parsedRobots(at, body, a.agent), nil
		case status >= 300 && status < 400 && redirects == maxRobotsRedirects:
			return allowed("redirects more than %d times", maxRobotsRedirects)
		case status >= 300 && status < 400:
			to, err := redirectedTo(at, location)
			if err != nil {
				return allowed("answered %d without a place to go", status)
			}
			at = to
		case status >= 400 && status < 500:
			return allowed("answered %d", status)
		default:
			return disallowed("answered %d", status)
		}
	}
}

// get makes one request, and reads as much of the body as counts.
func (a *robotsAsker) get(ctx context.Context, url string) (status int, location string, body []byte, err error) {
	target, err := weburl.RequestTarget(url)
	if err != nil {
		return 0, "", nil, err
	}
	req := (&http.Request{Method: http.MethodGet, URL: target, Host: target.Host, Header: http.Header{"User-Agent": {a.userAgent}}}).WithContext(ctx)
	resp, err := a.transport.RoundTrip(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, robots.MaxBytes+1))
	return resp.StatusCode, resp.Header.Get("Location"), body, err
}

func redirectedTo(from, location string) (string, error) {
	if location == "" {
		return "", fmt.Errorf("no Location")
	}
	base, err := weburl.NewBase(from)
	if err != nil {
		return "", err
	}
	to, err := base.Resolve(location)
	if err != nil {
		return "", err
	}
	return weburl.WithoutUserinfo(to), nil
}
