package warc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// RecorderOptions say what a [Recorder] keeps.
type RecorderOptions struct {
	// Secrets keeps cookies and credentials as they are. Default: their values are
	// replaced by [Redacted].
	Secrets bool
	// Private are names of more request headers that hold secrets.
	Private []string
}

// Recorder is an http.RoundTripper that records what passes through another one:
// in an archive, or in the Exchange that a request's context has ([WithExchange]).
//
// It sees what net/http does. So a header comes in the order of its names, with
// names written as net/http writes them; a body without its transfer coding; and a
// body that http.Transport has decompressed as it then is: set DisableCompression.
// A body is kept in memory until its end, or until it is closed.
//
// Only GET requests are recorded, as only they are replayed: the index of an archive
// can't tell an answer to another method apart. Others pass through.
type Recorder struct {
	next    http.RoundTripper
	to      *Writer
	options RecorderOptions
}

// NewRecorder returns a Recorder around next, http.DefaultTransport if that is
// nil. The Writer may be nil: then what has no place of its own isn't recorded.
func NewRecorder(next http.RoundTripper, to *Writer, o RecorderOptions) *Recorder {
	if next == nil {
		next = http.DefaultTransport
	}
	return &Recorder{next: next, to: to, options: o}
}

type exchangeKey struct{}

// WithExchange has the request made with the context recorded in ex instead of the
// archive. It is whole when the body has been read to its end or closed. An exchange
// is for one request: a client that follows a redirect makes another.
func WithExchange(ctx context.Context, ex *Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, ex)
}

// RoundTrip implements http.RoundTripper. If an exchange can't be written to the
// archive, the error is that of Close of its body, or that of RoundTrip itself.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	ex, private := req.Context().Value(exchangeKey{}).(*Exchange)
	if req.Method != "" && req.Method != http.MethodGet || !private && r.to == nil {
		return r.next.RoundTrip(req)
	}
	recording := &recordedBody{recorder: r, exchange: ex, private: private}
	if !private {
		ex = new(Exchange)
		recording.exchange = ex
		recording.wire.start, recording.wire.throughProxy = time.Now(), throughProxy(r.next, req)
		req = req.WithContext(httptrace.WithClientTrace(req.Context(), recording.wire.trace()))
	}
	if ex.Start.IsZero() {
		ex.Start = time.Now()
	}
	ex.noteRequest(req, r.options)
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		ex.Failure = failureOf(err)
		return nil, also(err, recording.end())
	}
	if resp.StatusCode < 100 || resp.StatusCode > 999 { // no archive can have it (RFC 9110 section 15)
		ex.Failure = &Failure{Kind: "protocol", Message: "answered with the status " + oneLine(resp.Status)}
		return recording.endWith(resp)
	}
	ex.noteAnswer(resp, r.options.Secrets)
	if resp.Body == nil || resp.Body == http.NoBody || resp.StatusCode == http.StatusSwitchingProtocols {
		return recording.endWith(resp)
	}
	recording.body, recording.length = resp.Body, resp.ContentLength
	resp.Body = recording
	return resp, nil
}

// CloseIdleConnections closes those of the RoundTripper that is recorded.
func (r *Recorder) CloseIdleConnections() {
	if c, ok := r.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// also joins errors, and leaves one that is alone as it is: what net/http and its
// users look for in it is not all found by unwrapping.
func also(err, other error) error {
	if other == nil {
		return err
	}
	return errors.Join(err, other)
}

// failureOf says of a failure what can be told without knowing the client.
func failureOf(err error) *Failure {
	kind := "connection"
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		kind = "timeout"
	}
	return &Failure{Kind: kind, Message: oneLine(err.Error())}
}

// recordedBody keeps what its reader reads.
type recordedBody struct {
	recorder *Recorder
	exchange *Exchange
	private  bool
	wire     wire
	body     io.ReadCloser
	length   int64 // announced; negative: not known

	mu     sync.Mutex // Close may come in the middle of a Read
	closed bool
	failed error
}

func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return n, err
	}
	b.exchange.Body = append(b.exchange.Body, p[:n]...)
	switch {
	case err == io.EOF:
		b.failed = b.finish()
	case err != nil:
		b.exchange.Failure = failureOf(err)
		b.exchange.Truncated = TruncatedDisconnect
		if b.exchange.Failure.Kind == "timeout" {
			b.exchange.Truncated = TruncatedTime
		}
		b.failed = b.finish()
	}
	return n, err
}

// Close ends the recording. What was not read is not recorded.
func (b *recordedBody) Close() error {
	err := b.body.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		if int64(len(b.exchange.Body)) != b.length {
			b.exchange.Truncated = TruncatedLength
		}
		b.failed = b.finish()
	}
	return also(err, b.failed)
}

// endWith ends the recording of an answer whose body isn't recorded.
func (b *recordedBody) endWith(resp *http.Response) (*http.Response, error) {
	err := b.end()
	if err == nil {
		return resp, nil
	}
	if resp.Body != nil {
		err = also(err, resp.Body.Close())
	}
	return nil, err
}

func (b *recordedBody) end() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.finish()
}

func (b *recordedBody) finish() error {
	b.closed = true
	ex := b.exchange
	if ex.Duration == 0 {
		ex.Duration = time.Since(ex.Start)
	}
	if b.private {
		return nil
	}
	b.wire.tell(ex)
	return b.recorder.to.Write(b.recorder.to.Encode(ex))
}
