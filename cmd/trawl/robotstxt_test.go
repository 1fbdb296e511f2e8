package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/robots"
)

// TestRobotsAsker has what the scripts' site doesn't serve.
func TestRobotsAsker(t *testing.T) {
	for name, test := range map[string]struct {
		serve   http.HandlerFunc
		allowed bool
		rule    string
	}{
		"a redirect to nowhere": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) },
			true, "robots.txt answered 302 without a place to go, which allows all"},
		"a redirect to mail": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "mailto:a@b")
			w.WriteHeader(301)
		},
			true, "robots.txt answered 301 without a place to go, which allows all"},
		"too many requests": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, true, "robots.txt answered 429, which allows all"},
		"no content":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, true, ""},
		"a status of no kind": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(700) },
			false, "robots.txt answered 700, which disallows all"},
		"more than is read": {func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("User-agent: *\nDisallow: /a\n" + strings.Repeat("# more\n", robots.MaxBytes/7) + "Allow: /a\n"))
		}, false, "Disallow: /a"},
	} {
		server := httptest.NewServer(test.serve)
		url := server.URL + "/a"
		options := fetch.DefaultOptions()
		asker, err := newRobotsAsker(&options, "trawl/1", []string{url})
		if err != nil {
			t.Fatal(err)
		}
		source, err := asker.find(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if d := source.group.Decide("/a"); d.Allowed != test.allowed || d.Rule != test.rule {
			t.Errorf("%s: %+v, want %v by %q", name, d, test.allowed, test.rule)
		}
		if want := name == "more than is read"; source.truncated != want {
			t.Errorf("%s: truncated %v", name, source.truncated)
		}
		server.Close()
	}
}

func TestRobotsAskerEndsWithItsContext(t *testing.T) {
	options := fetch.DefaultOptions()
	asker, err := newRobotsAsker(&options, "trawl/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := asker.find(ctx, "http://127.0.0.1:1/"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
