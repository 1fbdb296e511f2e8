package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	bundled "github.com/seed-5a061891/trawl/testdata/site"
)

// Fact is what a crawl of the world with trawl's defaults, from "/", makes of one URL. Outcomes and reasons are the frontier's words.
type Fact struct {
	// URL is path and query from the root, as in a canonical URL; URLs of other hosts are whole.
	URL string `json:"url"`

	// Outcome is "page" (a line with the page), "failed" (a line with an error), "redirect" (a hop, no line) or "skipped" (no line).
	Outcome string `json:"outcome"`

	// Reason says why a URL was skipped (robots, type, nofollow, scope, noindex) or what kind of failure it is (status, redirect).
	Reason string `json:"reason,omitempty"`

	// Status is that of the answer, 0 where nothing is asked for.
	Status int `json:"status,omitempty"`

	// Title is the text of the title element, white space collapsed.
	Title string `json:"title,omitempty"`

	// Depth is the least number of links from "/"; a redirect adds nothing to it.
	Depth int `json:"depth"`

	// To is where a redirect leads, without the fragment.
	To string `json:"to,omitempty"`

	// Via is "sitemap" for a page that no link leads to: a crawl finds it only if it reads sitemaps. Its depth means nothing.
	Via string `json:"via,omitempty"`

	// Note says what is special.
	Note string `json:"note,omitempty"`
}

// Expected are the facts of every URL that a crawl of the world comes across, from testdata/site/expected.jsonl. They were written beside
// the pages, not by crawling them; a test of this package walks the site and holds the two together.
// What only mailto:, tel: and javascript: links lead to isn't among them, nor are robots.txt and the sitemaps.
func Expected() ([]Fact, error) {
	data, err := bundled.Files.ReadFile("expected.jsonl")
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return readFacts(data)
}

func readFacts(lines []byte) ([]Fact, error) {
	dec := json.NewDecoder(bytes.NewReader(lines))
	dec.DisallowUnknownFields()
	var facts []Fact
	for {
		var f Fact
		if err := dec.Decode(&f); errors.Is(err, io.EOF) {
			return facts, nil
		} else if err != nil {
			return nil, fmt.Errorf("site: expected.jsonl: after %d lines: %w", len(facts), err)
		}
		facts = append(facts, f)
	}
}
