package site

import (
	"fmt"
	"html"
	"net/http"
	"path"
	"slices"
	"strings"
)

const faultRoot = "/fault/"

// Fault is one thing that a server does wrong, or oddly, and what a crawler should make of it.
type Fault struct {
	Path string // below /fault/, the family first: "/fault/framing/chunked-cut"
	What string // what the server does, in a sentence
	Want Want

	serve serveFault
}

// serveFault answers a request as a fault does.
type serveFault func(*Site, http.ResponseWriter, *http.Request)

// Want is the outcome of a URL for a crawler with trawl's defaults (scope host, retries on, private addresses only for seeds).
type Want struct {
	// Outcome is "page", "partial" (a page that carries what came, truncated), "failed:" and the kind of error, or "skipped:" and
	// the reason. "failed:status" is a page given up on for its status. Faults of robots.txt have "robots:" and what follows for the
	// host: obeyed (the rules are the world's), allow (all) or disallow (all, and asked again later).
	Outcome string

	// Or is a second outcome that is right too, where the standard or the crawler's settings leave the choice.
	Or string

	// Phase says which time-out fires: "headers" or "body".
	Phase string

	// Status is that of the line, 0 where the fault gives none or it doesn't matter.
	Status int

	// Title is the page's title as it must stand in the line, where decoding it is the point.
	Title string

	// Retried says that the outcome comes after further attempts.
	Retried bool

	// Endless marks a trap: the page is a page, but what it links to has no end, and bounds have to.
	Endless bool
}

// Faults are all faults, family by family. They are listed and linked at /fault/.
func Faults() []Fault {
	return slices.Concat(timingFaults(), connectionFaults(), framingFaults(), statusFaults(), retryFaults(), redirectFaults(), codingFaults(),
		sizeFaults(), headerFaults(), protocolFaults(), typeFaults(), charsetFaults(), textFaults(), cookieFaults(), trapFaults(), robotsFaults())
}

// faultTable finds the fault for a path.
type faultTable struct {
	list  []Fault
	exact map[string]serveFault
	below map[string]serveFault // by prefix: what the faults' own links and redirects lead to
}

func newFaultTable() *faultTable {
	t := &faultTable{list: Faults(), exact: make(map[string]serveFault), below: map[string]serveFault{
		leafRoot: leaf, hopRoot: hop, endlessRoot: onward, robotsHops: robotsHop,
		repeatRoot: repeatTrap, softRoot: softNotFound, sessionRoot: sessionPathTrap,
	}}
	for _, f := range t.list {
		t.exact[f.Path] = f.serve
	}
	t.exact[loopBack] = to(loopWayIn)
	return t
}

func (t *faultTable) find(p string) serveFault {
	if serve := t.exact[p]; serve != nil {
		return serve
	}
	for prefix, serve := range t.below {
		if strings.HasPrefix(p, prefix) {
			return serve
		}
	}
	return nil
}

func (t *faultTable) serve(s *Site, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == faultRoot {
		t.index(w)
		return
	}
	serve := t.find(r.URL.Path)
	if serve == nil {
		s.world.serve(w, r, s.world.notFound)
		return
	}
	serve(s, w, r)
}

// index is the page that lists and links them all.
func (t *faultTable) index(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>Faults on demand</title></head>\n<body>\n<h1>Faults on demand</h1>\n<table>\n")
	for _, f := range t.list {
		want := f.Want.Outcome
		if f.Want.Retried {
			want += ", retried"
		}
		fmt.Fprintf(w, "<tr><td><a href=\"%s\">%[1]s</a></td><td>%s</td><td>%s</td></tr>\n",
			html.EscapeString(f.Path), html.EscapeString(f.What), want)
	}
	fmt.Fprint(w, "</table>\n</body>\n</html>\n")
}

// leafRoot holds pages that are well and link to nothing; faults link to them to show that their links were found.
const leafRoot = "/fault/leaf/"

func leaf(_ *Site, w http.ResponseWriter, r *http.Request) {
	writeHTML(w, faultPage(path.Base(r.URL.Path)))
}

// faultPage is a small page whose title says which it is. Extra is put into its body as it is.
func faultPage(title string, extra ...string) string {
	title = html.EscapeString(title)
	return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>" + title + "</title></head>\n<body>\n<h1>" + title + "</h1>\n" +
		strings.Join(extra, "\n") + "\n</body>\n</html>\n"
}

func writeHTML(w http.ResponseWriter, body string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	fmt.Fprint(w, body)
}

// head is a response's head as raw text: a status line and header lines, each ended, and the empty line.
func head(status string, lines ...string) string {
	return "HTTP/1.1 " + status + "\r\n" + strings.Join(append(lines, ""), "\r\n") + "\r\n"
}

const (
	htmlType = "Content-Type: text/html; charset=utf-8"
	closing  = "Connection: close"
)

// whole is a complete raw answer with a small page titled title; lines go before the usual ones.
func whole(status, title string, lines ...string) string {
	body := faultPage(title)
	return head(status, append(lines, htmlType, fmt.Sprintf("Content-Length: %d", len(body)), closing)...) + body
}
