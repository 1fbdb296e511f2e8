package fetch

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
)

func TestErrorIsItsKind(t *testing.T) {
	err := fmt.Errorf("page 7: %w", &Error{Kind: KindTimeout, Phase: PhaseBody, Message: "slow", Err: io.ErrUnexpectedEOF})
	if !errors.Is(err, KindTimeout) || errors.Is(err, KindDNS) {
		t.Error("errors.Is does not tell the kind")
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	var netErr net.Error
	var e *Error
	if errors.As(err, &netErr) {
		t.Error("an Error has no Temporary, which net.Error wants and which is deprecated")
	}
	if !errors.As(err, &e) || !e.Timeout() || e.Error() != "timeout: slow" {
		t.Errorf("got %v", e)
	}
}
