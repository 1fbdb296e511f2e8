package weburl

import (
	"errors"
	"strings"
	"testing"

	whatwgerrors "github.com/nlnwa/whatwg-url/errors"
)

func TestErrorSaysWhatWasWrong(t *testing.T) {
	_, err := Parse("http://a b/")
	const want = `URL "http://a b/": the host has a character that no host may have (" ")`
	if err.Error() != want {
		t.Errorf("%s\nwant %s", err, want)
	}
}

func TestErrorShortensALongInput(t *testing.T) {
	for _, raw := range []string{"data:," + strings.Repeat("a", 1e6), strings.Repeat("a", 1e6) + ":x"} {
		_, err := Parse(raw)
		if n := len(err.Error()); n > 1000 {
			t.Errorf("a message of %d bytes for an input of %d", n, len(raw))
		}
	}
}

func TestTooLongIsInvalid(t *testing.T) {
	_, err := Parse("http://example.com/?" + strings.Repeat("a", MaxLength))
	if !errors.Is(err, ErrTooLong) || !errors.Is(err, ErrInvalid) || errors.Is(err, ErrScheme) {
		t.Errorf("%v", err)
	}
}

func TestRefusedKeepsTheLibrarysWordsWhereWeHaveNone(t *testing.T) {
	fault := refused(whatwgerrors.Error("a failure of a later version", "http://a/", true))
	if !errors.Is(fault, ErrInvalid) || !strings.Contains(fault.Reason, "a failure of a later version") {
		t.Errorf("%+v", fault)
	}
}
