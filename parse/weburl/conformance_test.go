package weburl

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

const webPlatformTests = "../../../shared/conformance/urls/wpt-urltestdata.json"

// libraryFails has the cases in which the library departs from the standard, and why.
var libraryFails = map[string]string{
	"http://a.b.c.xn--pokxncvks":  invalidPunycode,
	"http://a.b.c.XN--pokxncvks":  invalidPunycode,
	"http://a.b.c.Xn--pokxncvks":  invalidPunycode,
	"http://10.0.0.xn--pokxncvks": invalidPunycode,
	"http://10.0.0.XN--pokxncvks": invalidPunycode,
	"http://10.0.0.xN--pokxncvks": invalidPunycode,
	"https://xn--/":               invalidPunycode,
}

const invalidPunycode = "a host in ASCII with a label of invalid punycode, which the tests take as it is and x/net/idna refuses"

// TestWebPlatformTests runs the tests by which browsers are held to the standard. A case counts as failed only where the outcome for a
// crawler is another: the wrong web URL, or one where there should be none.
func TestWebPlatformTests(t *testing.T) {
	data, err := os.ReadFile(webPlatformTests)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("%s is missing: put the folder shared, with its conformance cases, beside the checkout", webPlatformTests)
	} else if err != nil {
		t.Fatal(err)
	}
	var cases []json.RawMessage // objects, and strings that are comments
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	passed := map[string]int{}
	failed := map[string]bool{}
	for _, raw := range cases {
		var c struct {
			Input, Href string
			Base        *string
			Failure     bool
		}
		if raw[0] == '"' {
			continue
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		got, err := resolveOn(c.Base, c.Input)
		kind, want := "web URLs", strings.SplitN(c.Href, "#", 2)[0]
		ok := err == nil && got == want
		switch {
		case c.Failure:
			kind, ok = "failures", err != nil
		case !strings.HasPrefix(c.Href, "http:") && !strings.HasPrefix(c.Href, "https:"):
			kind, ok = "other schemes", errors.Is(err, ErrScheme) || errors.Is(err, ErrInvalid) && c.Base != nil && !isWeb(*c.Base)
		}
		if ok {
			passed[kind]++
			continue
		}
		failed[c.Input] = true
		if libraryFails[c.Input] == "" {
			t.Errorf("%q on %v: %q, %v; want %q (failure: %v)", c.Input, c.Base, got, err, want, c.Failure)
		}
	}
	for input := range libraryFails {
		if !failed[input] {
			t.Errorf("%q passes: take it off the list", input)
		}
	}
	t.Logf("passed: %v; failed: %d", passed, len(failed))
}

// resolveOn resolves as the cases mean it. On a base that is no web URL, only what is absolute can become one.
func resolveOn(base *string, input string) (string, error) {
	if base == nil || !isWeb(*base) {
		return Parse(input)
	}
	b, err := NewBase(*base)
	if err != nil {
		return "", err
	}
	return b.Resolve(input)
}

func isWeb(raw string) bool {
	_, err := Parse(raw)
	return err == nil
}
