package fetch

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An h2 is the server's side of a connection, for sending what a server should not.
type h2 struct {
	*http2.Framer
	link net.Conn
}

func (s *h2) headers(stream uint32, end bool, fields ...string) {
	var block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		_ = enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	const frame = 16 << 10
	first := block.Next(frame)
	_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: first, EndStream: end, EndHeaders: block.Len() == 0})
	for block.Len() > 0 {
		part := block.Next(frame)
		if s.WriteContinuation(stream, block.Len() == 0, part) != nil {
			return
		}
	}
}

func (s *h2) page(stream uint32, body string) {
	s.headers(stream, false, ":status", "200")
	_ = s.WriteData(stream, true, []byte(body))
}

// serveFrames speaks HTTP/2 on a connection, as far as requests.
func serveFrames(c net.Conn, handle func(s *h2, stream uint32, path string)) {
	if _, err := io.ReadFull(c, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	s := &h2{http2.NewFramer(c, c), c}
	s.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	_ = s.WriteSettings()
	for {
		f, err := s.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = s.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				_ = s.WritePing(true, f.Data)
			}
		case *http2.MetaHeadersFrame:
			handle(s, f.StreamID, f.PseudoValue("path"))
		}
	}
}

// serveHTTP2 hands each request to handle. It returns a transport that trusts the server, and its URL.
func serveHTTP2(t *testing.T, change func(*Options), handle func(s *h2, stream uint32, path string)) (*Transport, string) {
	t.Helper()
	ca := newAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, template("server"))}, NextProtos: []string{"h2"}}
	addr := serveTLS(t, config, func(c net.Conn) { serveFrames(c, handle) })
	o := unlimited()
	o.RootCAs = ca.pool()
	if change != nil {
		change(&o)
	}
	return newTransport(t, o), "https://" + addr
}

func TestHTTP2Faults(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Timeouts
		fault  func(s *h2, stream uint32)
		kind   Kind
		phase  Phase
		part   string
		body   string
	}{
		{"reset before headers", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteRSTStream(stream, http2.ErrCodeInternal)
		}, KindConnection, PhaseHeaders, "stream reset by the server (INTERNAL_ERROR)", ""},
		{"reset in the body", Timeouts{}, func(s *h2, stream uint32) {
			s.headers(stream, false, ":status", "200")
			_ = s.WriteData(stream, false, []byte("some"))
			_ = s.WriteRSTStream(stream, http2.ErrCodeEnhanceYourCalm)
		}, KindConnection, PhaseBody, "ENHANCE_YOUR_CALM", "some"},
		{"reset for our protocol error", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteRSTStream(stream, http2.ErrCodeProtocol)
		}, KindConnection, PhaseHeaders, "whenever the request is sent", ""},
		{"GOAWAY before any request", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteGoAway(0, http2.ErrCodeNo, nil)
		}, KindConnection, PhaseHeaders, "whenever the request is sent", ""},
		{"GOAWAY", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("go away"))
			s.link.Close()
		}, KindConnection, PhaseHeaders, "GOAWAY, ENHANCE_YOUR_CALM", ""},
		{"header bomb", Timeouts{}, func(s *h2, stream uint32) {
			s.headers(stream, true, ":status", "200", "x", strings.Repeat("x", 2<<20))
		}, KindProtocol, PhaseHeaders, "HTTP/2", ""},
		{"many headers from few bytes", Timeouts{}, func(s *h2, stream uint32) {
			fields := []string{":status", "200"}
			for range 1000 {
				fields = append(fields, "x", strings.Repeat("x", 3000)) // an index into the dynamic table from the second on
			}
			s.headers(stream, true, fields...)
		}, KindProtocol, PhaseHeaders, "HTTP/2", ""},
		{"upper case in a name", Timeouts{}, func(s *h2, stream uint32) {
			s.headers(stream, true, ":status", "200", "UPPER", "case")
		}, KindProtocol, PhaseHeaders, "HTTP/2 broken by the server", ""},
		{"DATA before HEADERS", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteData(stream, true, []byte("some"))
		}, KindProtocol, PhaseHeaders, "HTTP/2", ""},
		{"a frame that can't be", Timeouts{}, func(s *h2, stream uint32) {
			_ = s.WriteRawFrame(http2.FrameWindowUpdate, 0, stream, []byte{1})
		}, KindProtocol, PhaseHeaders, "HTTP/2 broken by the server", ""},
		{"hangs before headers", Timeouts{Header: tiny}, func(s *h2, stream uint32) {}, KindTimeout, PhaseHeaders, "no answer within 50ms", ""},
		{"stalls in the body", Timeouts{Body: tiny}, func(s *h2, stream uint32) {
			s.headers(stream, false, ":status", "200")
			_ = s.WriteData(stream, false, []byte("some"))
		}, KindTimeout, PhaseBody, "nothing more came", "some"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, url := serveHTTP2(t, func(o *Options) { o.Timeouts = c.limits }, func(s *h2, stream uint32, path string) {
				if path == "/fault" {
					c.fault(s, stream)
				} else {
					s.page(stream, "ok")
				}
			})
			got := get(t, tr, url+"/fault")
			wantError(t, got.err, c.kind, c.phase, c.part)
			if got.body != c.body {
				t.Errorf("body %q, want %q", got.body, c.body)
			}
			if got := get(t, tr, url+"/next"); got.err != nil || got.body != "ok" {
				t.Errorf("the next page: %q, %v", got.body, got.err)
			}
		})
	}
}

// A server that says goodbye before it takes a request gets it again over another connection: net/http sees to that.
func TestHTTP2GracefulGoAway(t *testing.T) {
	var once sync.Once
	tr, url := serveHTTP2(t, nil, func(s *h2, stream uint32, _ string) {
		gone := false
		once.Do(func() {
			_ = s.WriteGoAway(0, http2.ErrCodeNo, nil)
			gone = true
		})
		if !gone {
			s.page(stream, "ok")
		}
	})
	if got := get(t, tr, url); got.err != nil || got.body != "ok" {
		t.Errorf("%q, %v", got.body, got.err)
	}
}

// Many streams share a connection: none is taken for leftover, each is timed.
func TestHTTP2Side(t *testing.T) {
	tr, url := serveHTTP2(t, nil, func(s *h2, stream uint32, path string) { s.page(stream, path) })
	if got := get(t, tr, url); got.err != nil {
		t.Fatal(got.err)
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			var timing Timing
			wrote := make(chan time.Time, 1)
			ctx := WithWroteRequest(WithTiming(t.Context(), &timing), func(at time.Time) { wrote <- at })
			got := getIn(t, ctx, tr, url+"/page")
			if got.err != nil || got.body != "/page" || got.resp.ProtoMajor != 2 {
				t.Errorf("%q, %v", got.body, got.err)
			}
			if !timing.Reused || timing.FirstByte.IsZero() || len(wrote) != 1 {
				t.Errorf("%+v, written %d times", timing, len(wrote))
			}
		})
	}
	all.Wait()
}
