package fetch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// No error of a layer or a wire escapes, wherever it comes from.
func TestClassifierMissesNothing(t *testing.T) {
	strange := errors.New("strange")
	answer := func(body io.Reader) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(body)}, nil
		}
	}
	refuse := roundTrip(func(*http.Request) (*http.Response, error) { return nil, strange })
	for name, c := range map[string]struct {
		rt    http.RoundTripper
		phase Phase
		body  string
	}{
		"round trip, alone": {&classifier{next: refuse}, PhaseHeaders, ""},
		"body, alone":       {&classifier{next: answer(io.MultiReader(strings.NewReader("some"), iotest.ErrReader(strange)))}, PhaseBody, "some"},
		"round trip":        {withWire(t, refuse), PhaseHeaders, ""},
		"body":              {withWire(t, answer(io.MultiReader(strings.NewReader("some"), iotest.ErrReader(strange)))), PhaseBody, "some"},
	} {
		got := get(t, c.rt, "http://a.test/x")
		wantError(t, got.err, KindProtocol, c.phase, "strange")
		if e := got.err.(*Error); !errors.Is(e, strange) || e.URL != "http://a.test/x" || got.body != c.body {
			t.Errorf("%s: %+v, body %q", name, e, got.body)
		}
	}
}

func withWire(t *testing.T, wire http.RoundTripper) *Transport {
	o := DefaultOptions()
	o.Wire = wire
	return newTransport(t, o)
}

// An error that others may hold is not written to.
func TestClassifierCopies(t *testing.T) {
	shared := &Error{Kind: KindNotRecorded, Message: "not there"}
	tr := withWire(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, shared }))
	got := get(t, tr, "http://a.test/x")
	if KindOf(got.err) != KindNotRecorded || shared.URL != "" || got.err.(*Error).URL == "" {
		t.Errorf("%+v, %+v", got.err, shared)
	}
}
