package warc

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRecordNoConnection(t *testing.T) {
	client, end := recording(t, &http.Transport{}, RecorderOptions{})
	nobody := refusing(t)
	_, err := client.Get(nobody)
	var refused *net.OpError
	if !errors.Is(err, syscall.ECONNREFUSED) || !errors.As(errors.Unwrap(err), &refused) || errors.Unwrap(err) != error(refused) {
		t.Errorf("the client has %#v", errors.Unwrap(err))
	}
	all := readArchive(t, end())
	if len(all) != 2 || all[1].Type != Metadata || all[1].TargetURI != nobody ||
		!strings.Contains(all[1].body, "error-kind: connection\r\nerror-message: dial tcp ") || all[1].Fields.Get(FieldIPAddress) != "" {
		t.Errorf("recorded is %q", all[len(all)-1].body)
	}
}

// late is a RoundTripper that takes too long at what a test wants.
type late struct{ body bool }

func (l late) RoundTrip(req *http.Request) (*http.Response, error) {
	if !l.body {
		return nil, &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	}
	body := io.MultiReader(strings.NewReader("half"), failing{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}})
	return &http.Response{StatusCode: 200, ContentLength: -1, Body: io.NopCloser(body), Request: req}, nil
}

func TestRecordTimeout(t *testing.T) {
	for _, inBody := range []bool{false, true} {
		client, end := recording(t, late{inBody}, RecorderOptions{})
		resp, err := client.Get("http://a.test/")
		if inBody {
			_, err = io.ReadAll(resp.Body)
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
		}
		var timeout interface{ Timeout() bool }
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("the client has %#v", err)
		}
		all := readArchive(t, end())
		told := all[len(all)-1]
		if inBody {
			told = all[len(all)-2]
			if r := all[len(all)-1]; r.http.Status != "200 OK" || r.http.Truncated != "time" || r.body != "half" {
				t.Errorf("recorded are %+v, %q", r.http, r.body)
			}
		}
		if !strings.Contains(told.body, "error-kind: timeout\r\n") {
			t.Errorf("%s %q", told.Type, told.body)
		}
	}
}

// odd is a RoundTripper whose answer is its own.
type odd struct{ resp *http.Response }

func (o odd) RoundTrip(*http.Request) (*http.Response, error) { return o.resp, nil }

// noted is a body that knows whether it has been closed.
type noted struct {
	io.Reader
	closed bool
}

func (n *noted) Close() error {
	n.closed = true
	return nil
}

func TestRecordOddAnswers(t *testing.T) {
	for _, test := range []struct {
		resp *http.Response
		want string // of the record
	}{
		{&http.Response{Status: "007 Bond", StatusCode: 7, Body: &noted{Reader: strings.NewReader("body")}}, "metadata: error-kind: protocol\r\nerror-message: answered with the status 007 Bond"},
		{&http.Response{StatusCode: 101, Body: &noted{Reader: strings.NewReader("body")}}, "response: HTTP/1.1 101 Switching Protocols"},
		{&http.Response{StatusCode: 200}, "response: HTTP/1.1 200 OK"},
	} {
		name := filepath.Join(t.TempDir(), "a.warc")
		w := create(t, name, WriterOptions{})
		body := test.resp.Body
		resp, err := NewRecorder(odd{test.resp}, w, RecorderOptions{}).RoundTrip(newRequest(t, "http://a.test/", nil))
		if err != nil || resp != test.resp || resp.Body != body {
			t.Errorf("%d: %v, %v", test.resp.StatusCode, resp, err)
		}
		closeWriter(t, w)
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind, text, _ := strings.Cut(test.want, ": ")
		if all := readArchive(t, name); !bytes.Contains(content, []byte(text)) || all[len(all)-1].Type != Type(kind) {
			t.Errorf("%d: recorded is %q", test.resp.StatusCode, content)
		}
	}
}

// TestRecordEndNotMet: a body that has been read to its announced length is whole, though nobody has seen its end.
func TestRecordEndNotMet(t *testing.T) {
	for length, want := range map[int64]Truncation{4: "", 5: TruncatedLength, -1: TruncatedLength} {
		var ex Exchange
		req := newRequest(t, "http://a.test/", nil)
		next := odd{&http.Response{StatusCode: 200, ContentLength: length, Body: &noted{Reader: strings.NewReader("body")}}}
		resp, err := NewRecorder(next, nil, RecorderOptions{}).RoundTrip(req.WithContext(WithExchange(t.Context(), &ex)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadFull(resp.Body, make([]byte, 4))
		if err := errors.Join(err, resp.Body.Close()); err != nil || ex.Truncated != want || string(ex.Body) != "body" {
			t.Errorf("of length %d: truncated %q, %q, %v", length, ex.Truncated, ex.Body, err)
		}
	}
}

// TestRecorderWithoutRoom says to the client that its archive can't be written.
func TestRecorderWithoutRoom(t *testing.T) {
	broken := func(t *testing.T) *Writer {
		w := create(t, filepath.Join(t.TempDir(), "a.warc"), WriterOptions{})
		if err := w.file.Close(); err != nil {
			t.Fatal(err)
		}
		return w
	}
	var failed *WriteError
	for _, status := range []int{7, 101, 200} {
		body := &noted{Reader: strings.NewReader("body")}
		resp, err := NewRecorder(odd{&http.Response{StatusCode: status, Body: body}}, broken(t), RecorderOptions{}).RoundTrip(newRequest(t, "http://a.test/", nil))
		if status == 200 {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				t.Errorf("reading the body: %v", err)
			}
			if err := resp.Body.Close(); !errors.As(err, &failed) {
				t.Errorf("Close: %v", err)
			}
			continue
		}
		if resp != nil || !errors.As(err, &failed) || !body.closed {
			t.Errorf("%d: %v, %v, closed %v", status, resp, err, body.closed)
		}
	}
	_, err := NewRecorder(late{}, broken(t), RecorderOptions{}).RoundTrip(newRequest(t, "http://a.test/", nil))
	if !errors.As(err, &failed) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a failure, and no room for it: %v", err)
	}
}

func TestRecordCanceled(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := client.Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", resp, err)
	}
	if all := readArchive(t, end()); len(all) != 2 || !strings.Contains(all[1].body, "context canceled") {
		t.Errorf("%d records", len(all))
	}
}
