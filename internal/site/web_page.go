package site

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
)

const (
	webPageRoot = "/page/"
	webFiller   = "<p>Of what was in the net that morning nobody spoke, and the ledger has only its weight.</p>\n"
)

// ServeHTTP serves a page of the web: of the host in the request's URL, as a proxy is asked, or else in the Host header. A web of one host
// answers to every name. There is no robots.txt.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	status, header, body := w.answer(r)
	if !w.pause(r.Context(), r.URL.Path) {
		return
	}
	for name, values := range header {
		rw.Header()[name] = values
	}
	rw.WriteHeader(status)
	if _, err := rw.Write(body); err != nil {
		return // the client has gone
	}
}

// RoundTrip answers a request in process, in no time but the latency. It implements [http.RoundTripper].
func (w *Web) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	status, header, body := w.answer(r)
	if !w.pause(r.Context(), r.URL.Path) {
		return nil, context.Cause(r.Context())
	}
	resp := &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: int64(len(body)), Request: r,
	}
	if r.Method == http.MethodHead {
		body = nil
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (w *Web) answer(r *http.Request) (status int, header http.Header, body []byte) {
	header = http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	page, found := w.find(r)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		status, body = http.StatusMethodNotAllowed, []byte(faultPage("This web is for reading"))
	case !found:
		status, body = http.StatusNotFound, []byte(faultPage("No such page in this web"))
	default:
		status, body = http.StatusOK, w.page(page)
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	return status, header, body
}

// find is the page that a request asks for.
func (w *Web) find(r *http.Request) (page int, found bool) {
	name, isPage := strings.CutPrefix(r.URL.Path, webPageRoot)
	name, isHTML := strings.CutSuffix(name, ".html")
	page, err := strconv.Atoi(name)
	if !isPage || !isHTML || err != nil || page < 0 || page >= w.opts.Pages || name != strconv.Itoa(page) {
		return 0, false
	}
	if w.opts.Hosts == 1 {
		return page, true
	}
	host := r.URL.Host
	if host == "" {
		host = r.Host
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return page, strings.EqualFold(host, string(appendWebHost(nil, w.host(page))))
}

func (w *Web) page(n int) []byte {
	var space [64]int
	links := w.appendLinks(space[:0], n)
	body := make([]byte, 0, max(w.opts.PageSize+len(webFiller), 128+64*len(links)))
	body = append(body, "<!DOCTYPE html>\n<title>Page "...)
	body = strconv.AppendInt(body, int64(n), 10)
	body = append(body, "</title>\n"...)
	for _, link := range links {
		body = append(body, "<a href=\""...)
		if w.host(link) == w.host(n) {
			body = appendWebPath(body, link)
		} else {
			body = w.appendURL(body, link)
		}
		body = append(body, "\">"...)
		body = strconv.AppendInt(body, int64(link), 10)
		body = append(body, "</a>\n"...)
	}
	for len(body) < w.opts.PageSize {
		body = append(body, webFiller...)
	}
	return body
}

func (w *Web) appendURL(b []byte, n int) []byte {
	b = append(b, "http://"...)
	b = appendWebHost(b, w.host(n))
	return appendWebPath(b, n)
}

func appendWebPath(b []byte, n int) []byte {
	b = append(b, webPageRoot...)
	b = strconv.AppendInt(b, int64(n), 10)
	return append(b, ".html"...)
}

// appendWebHost names host n with six digits, so that names sort as numbers do.
func appendWebHost(b []byte, n int) []byte {
	b = append(b, 'h')
	for digit := 100_000; digit > 0; digit /= 10 {
		b = append(b, byte('0'+n/digit%10))
	}
	return append(b, ".example"...)
}
