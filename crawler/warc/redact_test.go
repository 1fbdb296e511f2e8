package warc

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRedactRequest(t *testing.T) {
	h := http.Header{
		"Accept":              {"*/*"},
		"Authorization":       {"Basic c2VjcmV0"},
		"Proxy-Authorization": {"Bearer secret", "secret"},
		"Cookie":              {`a=secret; b="secret=secret"; secret`, "c="},
		"cookie":              {"d=secret"},
		"Cookie2":             {"secret"},
		"X-Api-Key":           {"secret"},
	}
	redactRequest(h, []string{"x-api-KEY"})
	want := http.Header{
		"Accept":              {"*/*"},
		"Authorization":       {Redacted},
		"Proxy-Authorization": {Redacted, Redacted},
		"Cookie":              {"a=redacted; b=redacted;redacted", "c=redacted"},
		"cookie":              {"d=redacted"},
		"Cookie2":             {Redacted},
		"X-Api-Key":           {Redacted},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestRedactAnswer(t *testing.T) {
	h := http.Header{
		"Content-Type": {"text/html"},
		"Set-Cookie": {
			"id=secret; Path=/; HttpOnly; Expires=Wed, 09 Jun 2027 10:18:14 GMT", "a=secret", "=secret; Secure", "secret; Domain=a.test", "b=secret=secret;", "",
		},
		"Set-Cookie2":               {`a="secret"; Version="1", b="secret"; Version="1"`},
		"Authentication-Info":       {"rspauth=secret"},
		"Proxy-Authentication-Info": {"secret"},
	}
	redactAnswer(h)
	want := http.Header{
		"Content-Type": {"text/html"},
		"Set-Cookie": {
			"id=redacted; Path=/; HttpOnly; Expires=Wed, 09 Jun 2027 10:18:14 GMT", "a=redacted", "=redacted; Secure", "redacted; Domain=a.test", "b=redacted;", Redacted,
		},
		"Set-Cookie2":               {Redacted},
		"Authentication-Info":       {Redacted},
		"Proxy-Authentication-Info": {Redacted},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}
