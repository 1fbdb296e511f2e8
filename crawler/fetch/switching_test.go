package fetch

import (
	"bufio"
	"io"
	"net"
	"testing"
)

// The connection of a 101 is closed at once, and the host's other pages go on.
func TestSwitchingIsRefused(t *testing.T) {
	left := make(chan error, 1)
	url := "http://" + serveRaw(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		if !readRequest(r) {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
		_, err := r.ReadByte()
		left <- err
	})
	tr := newTransport(t, unlimited())
	for range 3 {
		wantError(t, get(t, tr, url).err, KindProtocol, PhaseHeaders, "(101)")
		if err := <-left; err != io.EOF {
			t.Errorf("the connection: %v", err)
		}
	}
}
