package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"
)

// manifest is site.json: how the files below www become answers. What it doesn't mention follows from the file's name:
// books/low-water.html is /books/low-water.html, books/index.html is /books/, and /books is redirected to /books/.
type manifest struct {
	About string `json:"about"`
	// Origin is how the files name the site itself; the answer names the host that was asked instead.
	Origin string `json:"origin"`
	// Modified is every file's Last-Modified: fixed, so that two builds give the same headers.
	Modified time.Time `json:"modified"`
	// Types maps a file name's ending to its Content-Type; the empty ending is for all others.
	Types map[string]string `json:"types"`
	// NotFound is the file served, with 404, for any path that is nobody's.
	NotFound string `json:"not_found"`
	// Pages says what differs from the rule, by path and query as they stand in a URL, percent-encoded.
	// A path that is listed with a query is served for exactly that query; others get the path's own answer.
	Pages map[string]manifestPage `json:"pages"`
	// Redirects are by path, percent-encoded.
	Redirects map[string]manifestRedirect `json:"redirects"`
}

type manifestPage struct {
	File    string            `json:"file"`
	Type    string            `json:"type"`    // Content-Type instead of the one by the file's ending
	Status  int               `json:"status"`  // 200 if absent
	Headers map[string]string `json:"headers"` // further headers
	Coding  string            `json:"coding"`  // "gzip": compressed for clients that accept it
	Gzip    bool              `json:"gzip"`    // the file is served as a .gz of itself, for everyone
}

type manifestRedirect struct {
	Status int    `json:"status"`
	To     string `json:"to"` // the Location header, origin replaced
}

// readManifest reads and checks site.json. Every mistake is named, not the first alone.
func readManifest(files fs.FS) (*manifest, error) {
	data, err := fs.ReadFile(files, "site.json")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	m := new(manifest)
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("site: site.json: %w", err)
	}
	if err := m.check(files); err != nil {
		return nil, fmt.Errorf("site: site.json: %w", err)
	}
	return m, nil
}

func (m *manifest) check(files fs.FS) error {
	var errs []error
	mistake := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if u, err := url.Parse(m.Origin); err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "" {
		mistake("origin %q: want http://host", m.Origin)
	}
	if _, err := fs.Stat(files, path.Join("www", m.NotFound)); err != nil {
		mistake("not_found: %w", err)
	}
	for key, p := range m.Pages {
		if _, err := pageKey(key); err != nil {
			mistake("page %q: %w", key, err)
		}
		if _, err := fs.Stat(files, path.Join("www", p.File)); err != nil {
			mistake("page %q: %w", key, err)
		}
		if p.Status != 0 && (p.Status < 200 || p.Status > 599) {
			mistake("page %q: status %d: want 200 to 599", key, p.Status)
		}
		if p.Coding != "" && p.Coding != "gzip" {
			mistake("page %q: coding %q: only gzip is known", key, p.Coding)
		}
	}
	for key, r := range m.Redirects {
		if _, err := pageKey(key); err != nil {
			mistake("redirect %q: %w", key, err)
		}
		if r.Status < 300 || r.Status > 399 {
			mistake("redirect %q: status %d: want 300 to 399", key, r.Status)
		}
	}
	return errors.Join(errs...)
}

// pageKey is how a path, with or without a query, is looked up: the path decoded, the query as it stands.
func pageKey(escaped string) (string, error) {
	p, query, hasQuery := strings.Cut(escaped, "?")
	if !strings.HasPrefix(p, "/") {
		return "", fmt.Errorf("want a path from the root")
	}
	decoded, err := url.PathUnescape(p)
	if err != nil {
		return "", err
	}
	if hasQuery {
		return decoded + "?" + query, nil
	}
	return decoded, nil
}
