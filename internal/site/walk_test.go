package site

import (
	"bytes"
	"io"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/htmlindex"
)

// The crawler of this file is as simple as one can be, and shares nothing with trawl's: it judges whether the pages and what is
// expected of them agree.

type pageLink struct {
	url      string // canonical, without fragment
	nofollow bool
}

type readerPage struct {
	title             string
	links             []pageLink
	noindex, nofollow bool
}

// readPage finds the links of a page with a tokenizer and no tree.
func readPage(t *testing.T, at, contentType string, body []byte) readerPage {
	t.Helper()
	tokens := html.NewTokenizer(strings.NewReader(decode(t, contentType, body)))
	var page readerPage
	base, inTitle, titled := at, false, false
	link := func(ref, rel string) {
		u, err := whatwg.ParseRef(base, ref)
		if err != nil || (u.Scheme() != "http" && u.Scheme() != "https") {
			return
		}
		page.links = append(page.links, pageLink{u.Href(true), slices.Contains(strings.Fields(rel), "nofollow")})
	}
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			page.title = strings.Join(strings.Fields(page.title), " ")
			return page
		case html.TextToken:
			if inTitle {
				page.title += string(tokens.Text())
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "title" {
				titled, inTitle = titled || inTitle, false
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			at := attributes(token)
			switch token.Data {
			case "title":
				inTitle = !titled
			case "base":
				if ref, has := at["href"]; has {
					if u, err := whatwg.ParseRef(base, ref); err == nil {
						base = u.Href(true)
					}
				}
			case "a", "area":
				if ref, has := at["href"]; has {
					link(ref, at["rel"])
				}
			case "iframe", "frame":
				link(at["src"], "")
			case "link":
				if slices.ContainsFunc(strings.Fields(at["rel"]), func(r string) bool { return r == "next" || r == "canonical" || r == "alternate" }) {
					link(at["href"], at["rel"])
				}
			case "meta":
				page.meta(at, link)
			}
		}
	}
}

var refreshTarget = regexp.MustCompile(`(?i)^\s*[0-9.]+\s*[;,]\s*url\s*=\s*['"]?([^'"]*)`)

func (p *readerPage) meta(at map[string]string, link func(ref, rel string)) {
	if strings.EqualFold(at["name"], "robots") {
		p.noindex = strings.Contains(at["content"], "noindex")
		p.nofollow = strings.Contains(at["content"], "nofollow")
	}
	if found := refreshTarget.FindStringSubmatch(at["content"]); found != nil && strings.EqualFold(at["http-equiv"], "refresh") {
		link(found[1], "")
	}
}

func attributes(token html.Token) map[string]string {
	at := make(map[string]string)
	for _, a := range token.Attr {
		if _, twice := at[a.Key]; !twice {
			at[a.Key] = a.Val
		}
	}
	return at
}

func decode(t *testing.T, contentType string, body []byte) string {
	t.Helper()
	encoding, name, _ := charset.DetermineEncoding(body, contentType)
	if name == "windows-1252" && !bytes.Contains(body, []byte("windows-1252")) && !strings.Contains(strings.ToLower(contentType), "8859-1") {
		encoding, _ = htmlindex.Get("utf-8") // its guess, from the first kilobyte alone
		if !bytes.Equal(body, bytes.ToValidUTF8(body, nil)) {
			encoding, _ = htmlindex.Get("windows-1252")
		}
	}
	text, err := io.ReadAll(encoding.NewDecoder().Reader(bytes.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// walker crawls breadth first, a redirect being no step, and notes a fact for each URL.
type walker struct {
	t        *testing.T
	srv      *Server
	facts    map[string]Fact
	nofollow map[string]int // depth of what only links with nofollow lead to
	queue    []step
	robots   bool // obey them
	maxDepth int  // if positive
}

type step struct {
	url   string
	depth int
	chain []string
}

func (w *walker) walk() map[string]Fact {
	w.facts, w.nofollow = make(map[string]Fact), make(map[string]int)
	w.queue = []step{{url: w.srv.URL + "/"}}
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		key := w.key(next.url)
		if _, seen := w.facts[key]; !seen {
			fact := w.visit(next)
			fact.URL, fact.Depth = key, next.depth
			w.facts[key] = fact
		}
	}
	for u, depth := range w.nofollow {
		if _, followed := w.facts[w.key(u)]; !followed {
			w.facts[w.key(u)] = Fact{URL: w.key(u), Outcome: "skipped", Reason: "nofollow", Depth: depth}
		}
	}
	return w.facts
}

// key is a URL as expected.jsonl writes it.
func (w *walker) key(u string) string {
	if rest, own := strings.CutPrefix(u, w.srv.URL); own {
		return rest
	}
	return u
}

func (w *walker) visit(s step) Fact {
	key := w.key(s.url)
	switch {
	case !strings.HasPrefix(key, "/"):
		return Fact{Outcome: "skipped", Reason: "scope"}
	case slices.Contains([]string{".gif", ".png", ".zip"}, path.Ext(key)):
		return Fact{Outcome: "skipped", Reason: "type"}
	case w.robots && key != "/staff/open-day.html" && (strings.HasPrefix(key, "/staff/") || strings.HasPrefix(key, "/calendar/")):
		return Fact{Outcome: "skipped", Reason: "robots"}
	}
	resp, body := get(w.t, w.srv, key)
	if location := resp.Header.Get("Location"); location != "" {
		return w.redirect(s, resp.StatusCode, location)
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if mediaType != "text/html" && mediaType != "application/xhtml+xml" {
		return Fact{Outcome: "skipped", Reason: "type"}
	}
	page := readPage(w.t, s.url, resp.Header.Get("Content-Type"), []byte(body))
	if w.maxDepth == 0 || s.depth < w.maxDepth {
		w.enqueue(s, page)
	}
	fact := Fact{Outcome: "page", Status: resp.StatusCode, Title: page.title}
	if resp.StatusCode >= 500 {
		fact.Outcome, fact.Reason = "failed", "status"
	} else if page.noindex && w.robots {
		fact.Outcome, fact.Reason = "skipped", "noindex"
	}
	return fact
}

func (w *walker) enqueue(s step, page readerPage) {
	for _, l := range page.links {
		if w.robots && (page.nofollow || l.nofollow) && strings.HasPrefix(w.key(l.url), "/") {
			if depth, known := w.nofollow[l.url]; !known || s.depth+1 < depth {
				w.nofollow[l.url] = s.depth + 1
			}
			continue
		}
		w.queue = append(w.queue, step{url: l.url, depth: s.depth + 1})
	}
}

func (w *walker) redirect(s step, status int, location string) Fact {
	to, err := whatwg.ParseRef(s.url, location)
	if err != nil {
		w.t.Fatalf("%s leads to %q: %v", s.url, location, err)
	}
	target := to.Href(true)
	fact := Fact{Outcome: "redirect", Status: status, To: w.key(target)}
	chain := append(slices.Clone(s.chain), s.url)
	if slices.Contains(chain, target) {
		fact.Outcome, fact.Reason = "failed", "redirect"
	} else {
		w.queue = slices.Insert(w.queue, 0, step{target, s.depth, chain})
	}
	return fact
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
