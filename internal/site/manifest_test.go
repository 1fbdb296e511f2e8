package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestManifestMistakesAreNamed(t *testing.T) {
	const good = `"origin": "http://a.example", "not_found": "404.html"`
	for name, test := range map[string]struct{ json, want string }{
		"good":              {`{` + good + `}`, ""},
		"not JSON":          {`{`, "unexpected EOF"},
		"unknown field":     {`{` + good + `, "colour": 1}`, `unknown field "colour"`},
		"origin with path":  {`{"origin": "http://a.example/x", "not_found": "404.html"}`, `origin "http://a.example/x"`},
		"https origin":      {`{"origin": "https://a.example", "not_found": "404.html"}`, `origin "https://a.example"`},
		"no 404":            {`{"origin": "http://a.example", "not_found": "x.html"}`, "not_found: "},
		"missing file":      {`{` + good + `, "pages": {"/a": {"file": "a.html"}}}`, `page "/a": open www/a.html`},
		"relative path":     {`{` + good + `, "pages": {"a": {"file": "404.html"}}}`, `page "a": want a path from the root`},
		"bad escape":        {`{` + good + `, "pages": {"/%zz": {"file": "404.html"}}}`, `page "/%zz"`},
		"bad status":        {`{` + good + `, "pages": {"/a": {"file": "404.html", "status": 600}}}`, "status 600"},
		"bad coding":        {`{` + good + `, "pages": {"/a": {"file": "404.html", "coding": "br"}}}`, `coding "br"`},
		"no redirect":       {`{` + good + `, "redirects": {"/a": {"status": 200, "to": "/"}}}`, `redirect "/a": status 200`},
		"redirect from a":   {`{` + good + `, "redirects": {"a": {"status": 301, "to": "/"}}}`, `redirect "a": want a path`},
		"both are reported": {`{` + good + `, "redirects": {"a": {"status": 1, "to": "/"}}}`, "status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readManifest(fstest.MapFS{"site.json": {Data: []byte(test.json)}, "www/404.html": {Data: []byte("x")}})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestNoManifest(t *testing.T) {
	if _, err := readManifest(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "site.json") {
		t.Errorf("error %v, want one that names site.json", err)
	}
}
