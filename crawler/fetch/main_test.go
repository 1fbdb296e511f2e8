package fetch

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(serveBench) != "" {
		benchServer()
	}
	goleak.VerifyTestMain(m)
}

// tiny is a limit for phases in which a server does nothing for ever.
const tiny = 50 * time.Millisecond

// serveRaw hands each connection to handle, which may do to it what it likes. It returns the address.
func serveRaw(t *testing.T, handle func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveListener(t, l, handle)
	return l.Addr().String()
}

func serveListener(t *testing.T, l net.Listener, handle func(c net.Conn)) {
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			all.Go(func() {
				defer c.Close()
				handle(c)
				mu.Lock()
				delete(open, c)
				mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
}

// answering reads requests from a connection and gives each the same bytes, then waits for the next until the client leaves.
func answering(answer string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		for readRequest(r) {
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
		}
	}
}

// closing gives one request the bytes and closes.
func closing(answer string) func(net.Conn) {
	return func(c net.Conn) {
		if readRequest(bufio.NewReader(c)) {
			_, _ = io.WriteString(c, answer)
		}
	}
}

// resetting gives one request the bytes and resets the connection.
func resetting(answer string) func(net.Conn) {
	return func(c net.Conn) {
		readRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, answer)
		time.Sleep(10 * time.Millisecond) // a reset overtakes bytes that are still on their way
		_ = c.(*net.TCPConn).SetLinger(0)
	}
}

// hanging gives one request the bytes and keeps the connection until the client leaves.
func hanging(answer string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		if readRequest(r) {
			_, _ = io.WriteString(c, answer)
			_, _ = io.Copy(io.Discard, r)
		}
	}
}

func readRequest(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, req.Body)
	return true
}

// unlimited are options for servers on this machine, without time limits.
func unlimited() Options {
	o := DefaultOptions()
	o.AllowPrivate = true
	o.Timeouts = Timeouts{}
	return o
}

func newTransport(t *testing.T, o Options) *Transport {
	t.Helper()
	tr, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

type result struct {
	resp *http.Response
	body string
	err  error // of RoundTrip or of the body
}

func get(t *testing.T, rt http.RoundTripper, url string) result {
	t.Helper()
	return getIn(t, context.Background(), rt, url)
}

func getIn(t *testing.T, ctx context.Context, rt http.RoundTripper, url string) result {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		if resp != nil {
			t.Errorf("an answer together with the error %v", err)
		}
		return result{err: err}
	}
	defer resp.Body.Close()
	body, err := ReadBody(resp, nil)
	return result{resp, string(body), err}
}

// wantError checks an error that is to be of a kind and phase, with a message that has a part.
func wantError(t *testing.T, err error, kind Kind, phase Phase, part string) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok {
		t.Fatalf("error is a %T (%v), want an *Error", err, err)
	}
	if e.Kind != kind || e.Phase != phase {
		t.Errorf("kind %s, phase %s; want %s, %s (%s; from %v)", e.Kind, e.Phase, kind, phase, e.Message, e.Err)
	}
	if !strings.Contains(e.Message, part) {
		t.Errorf("message %q lacks %q", e.Message, part)
	}
	if strings.ContainsAny(e.Message, "\r\n") || len(e.Message) > 300 {
		t.Errorf("message is no short line: %q", e.Message)
	}
}

// serveHTTP is for answers that are proper HTTP.
func serveHTTP(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

func countingConns(n *atomic.Int32, handle func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		n.Add(1)
		handle(c)
	}
}
