package crawler

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// brokenWeb is a web some of whose URLs fail below HTTP.
type brokenWeb struct {
	*web
	broken map[string]error
}

func (b *brokenWeb) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := b.broken[r.URL.String()]; err != nil {
		return nil, err
	}
	return b.web.RoundTrip(r)
}

// everyFate is a web, and a crawl of it, in which URLs come to every end there is
// in a crawl that is complete.
func everyFate(t *testing.T) Config {
	t.Helper()
	w := &brokenWeb{newWeb(), map[string]error{
		"http://a.example/reset":      &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET},
		"http://a.example/slow":       &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded},
		"http://n.example/robots.txt": &net.DNSError{Err: "no such host", Name: "n.example", IsNotFound: true},
	}}
	w.robots("http://a.example", "User-agent: *\nDisallow: /private/\n")
	w.on("http://a.example/", func(*http.Request, int) *http.Response {
		return answer(200, `<a href=/page><a href=/gone><a href=/flaky><a href=/busy><a href=/reset><a href=/slow><a href=/private/x><a href=/x.PNG>
			<a href=/data><a href=/untyped><a href=/old><a href=/loop><a href=http://b.example/><a href="/p?print=1"><a href=http://r.example/>
			<a href=http://n.example/><a href=/hidden rel=nofollow><a href=/quiet>`, "Content-Type", "text/html")
	})
	w.page("http://a.example/page", "/deep")
	w.page("http://a.example/deep", "/deeper")
	w.on("http://a.example/flaky", func(_ *http.Request, nth int) *http.Response {
		if nth == 1 {
			return answer(503, "")
		}
		return htmlPage()
	})
	w.on("http://a.example/busy", func(*http.Request, int) *http.Response { return answer(503, "") })
	w.on("http://a.example/data", func(*http.Request, int) *http.Response { return answer(200, "{}", "Content-Type", "application/json") })
	w.on("http://a.example/untyped", func(*http.Request, int) *http.Response { return answer(200, "\x00\x01\x02") })
	w.on("http://a.example/old", func(*http.Request, int) *http.Response { return answer(301, "", "Location", "/new") })
	w.on("http://a.example/new", func(*http.Request, int) *http.Response { return htmlPage() })
	w.on("http://a.example/loop", func(*http.Request, int) *http.Response { return answer(302, "", "Location", "/loop") })
	w.on("http://a.example/quiet", func(*http.Request, int) *http.Response {
		return answer(200, "<meta name=robots content=noindex>", "Content-Type", "text/html")
	})
	w.on("http://r.example/robots.txt", func(*http.Request, int) *http.Response { return answer(500, "") })
	c := flatOut(w, "a.example")
	c.IgnoreRobots, c.Concurrency, c.Retries, c.MaxDepth = false, 1, 1, 2
	c.Exclude, c.AllowedDomains, c.jitter = []string{`print=\d`}, []string{"r.example", "n.example"}, func() float64 { return 0 }
	dir := t.TempDir()
	c.Output, c.Audit = filepath.Join(dir, "pages.jsonl"), filepath.Join(dir, "audit.jsonl")
	return c
}

const tryFetched = `"attempts":1,"tries":[{"attempt":1,"outcome":"fetched","reason":null,"detail":null,"again_at":null}]}`

// fatesOfEveryFate are its lines without the keys that are the same in most.
var fatesOfEveryFate = []string{
	`{"url":"http://a.example/","outcome":"fetched","reason":null,"detail":null,"depth":0,"parent":null,"requested_url":"a.example","redirects":[],` + tryFetched,
	`{"url":"http://a.example/page","outcome":"fetched","reason":null,"detail":null,` + onHome + tryFetched,
	`{"url":"http://a.example/gone","outcome":"fetched","reason":null,"detail":null,` + onHome + tryFetched,
	`{"url":"http://a.example/flaky","outcome":"fetched","reason":null,"detail":null,` + onHome +
		`"attempts":2,"tries":[{"attempt":1,"outcome":"retry","reason":null,"detail":"answered 503 Service Unavailable","again_at":"T"},` +
		`{"attempt":2,"outcome":"fetched","reason":null,"detail":null,"again_at":null}]}`,
	failedTwice("busy", "status", "answered 503 Service Unavailable"),
	failedTwice("reset", "connection", "connection reset before the answer was complete"),
	failedTwice("slow", "timeout", "no answer in time"),
	ended("private/x", "skipped", "robots", `robots.txt:2 Disallow: /private/ (user-agent: *)`),
	unasked("http://a.example/x.PNG", "type", "its ending .PNG is that of image/png, which is no page; --types image/png would keep it"),
	ended("data", "skipped", "type", "Content-Type: application/json"),
	ended("untyped", "skipped", "type", "Content-Type: application/octet-stream"),
	ended("old", "skipped", "redirect", "to http://a.example/new"),
	ended("loop", "failed", "redirect", `redirect leads back to \"http://a.example/loop\"`),
	unasked("http://b.example/", "scope", "its host b.example is that of no URL to start from (--scope host), nor in --allowed-domains r.example,n.example"),
	unasked("http://a.example/p?print=1", "exclude", `it matches --exclude 'print=\\d'`),
	strings.Replace(ended("", "failed", "robots", "robots.txt answered 500, which disallows the whole host (RFC 9309, 2.3.1.4)"), "a.example", "r.example", 1),
	strings.Replace(ended("", "failed", "dns", "robots.txt: no such host n.example"), "a.example", "n.example", 1),
	unasked("http://a.example/hidden", "nofollow", "every link to it says nofollow, by itself or for its whole page"),
	strings.Replace(ended("quiet", "skipped", "noindex", "it was fetched, and asks not to be indexed"),
		`noindex","detail":"it was fetched, and asks not to be indexed","again`, `noindex","detail":null,"again`, 1),
	`{"url":"http://a.example/deep","outcome":"fetched","reason":null,"detail":null,"depth":2,"parent":"http://a.example/page","requested_url":null,"redirects":[],` + tryFetched,
	`{"url":"http://a.example/new","outcome":"fetched","reason":null,"detail":null,"depth":1,"parent":"http://a.example/","requested_url":"http://a.example/old",` +
		`"redirects":[{"url":"http://a.example/old","status":301}],` + tryFetched,
	`{"url":"http://a.example/deeper","outcome":"skipped","reason":"depth","detail":"deeper than --depth 2","depth":3,"parent":"http://a.example/deep",` +
		`"requested_url":null,"redirects":[],"attempts":0,"tries":[]}`,
}

const onHome = `"depth":1,"parent":"http://a.example/","requested_url":null,"redirects":[],`

func ended(path, outcome, reason, detail string) string {
	is := `"outcome":"` + outcome + `","reason":"` + reason + `","detail":"` + detail + `",`
	return `{"url":"http://a.example/` + path + `",` + is + onHome + `"attempts":1,"tries":[{"attempt":1,` + is + `"again_at":null}]}`
}

func failedTwice(path, reason, detail string) string {
	is := `"outcome":"failed","reason":"` + reason + `","detail":"` + detail + `",`
	return `{"url":"http://a.example/` + path + `",` + is + onHome + `"attempts":2,"tries":[{"attempt":1,"outcome":"retry","reason":null,"detail":"` + detail +
		`","again_at":"T"},{"attempt":2,` + is + `"again_at":null}]}`
}

func unasked(url, reason, detail string) string {
	return `{"url":"` + url + `","outcome":"skipped","reason":"` + reason + `","detail":"` + detail + `",` + onHome + `"attempts":0,"tries":[]}`
}
