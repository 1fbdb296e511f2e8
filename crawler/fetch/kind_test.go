package fetch

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// The words are in datasets that people have: they don't change.
func TestKindsAreWords(t *testing.T) {
	for kind, word := range map[Kind]string{
		KindDNS: "dns", KindConnection: "connection", KindTLS: "tls", KindTimeout: "timeout", KindProtocol: "protocol", KindEncoding: "encoding",
		KindRedirect: "redirect", KindTooLarge: "too_large", KindBlockedAddress: "blocked_address", KindRobots: "robots", KindPanic: "panic",
		KindCanceled: "canceled", KindNotRecorded: "not_recorded",
	} {
		if kind.Error() != word {
			t.Errorf("%s is not %s", kind, word)
		}
	}
}

func TestKindOf(t *testing.T) {
	err := &Error{Kind: KindTLS, Message: "expired"}
	if KindOf(err) != KindTLS || KindOf(fmt.Errorf("x: %w", errors.Join(io.EOF, err))) != KindTLS {
		t.Error("the kind is not found")
	}
	if KindOf(io.EOF) != "" || KindOf(nil) != "" || KindOf(KindTLS) != "" {
		t.Error("a kind where there is no *Error")
	}
}
