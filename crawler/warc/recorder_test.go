package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func packed(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

const longText = "a long text, "

// answers is a server of answers of all kinds.
func answers(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Date"] = []string{"Sun, 22 Nov 2026 10:00:00 GMT"}
	switch r.URL.Path {
	case "/plain":
		h.Set("Set-Cookie", "id=secret; Path=/")
		h["X-Latin"] = []string{"caf\xe9", "second"}
		_, _ = io.WriteString(w, "plain")
	case "/chunked":
		for range 100 {
			_, _ = io.WriteString(w, longText)
			w.(http.Flusher).Flush()
		}
	case "/gzip":
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed(longText))
	case "/moved":
		h.Set("Location", "/plain")
		w.WriteHeader(http.StatusFound)
	case "/gone":
		http.Error(w, "gone", http.StatusGone)
	case "/nothing":
		w.WriteHeader(http.StatusNoContent)
	case "/empty":
	case "/cut", "/cutchunk":
		if r.URL.Path == "/cut" {
			h.Set("Content-Length", "1000")
		}
		_, _ = io.WriteString(w, "half of i")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "/none":
		panic(http.ErrAbortHandler)
	case "/echo":
		_, _ = fmt.Fprint(w, r.Method, " ", r.Header.Get("Cookie"), " ", r.Header.Get("Authorization"))
	default:
		http.NotFound(w, r)
	}
}

// outcome is all that a client gets to know.
type outcome struct {
	URL, Status, Proto, Body string
	Header                   http.Header
	Length                   int64
	Err, BodyErr             string
	Uncompressed             bool
}

// streamNumber is of HTTP/2, and another for each request on a connection.
var streamNumber = regexp.MustCompile(`stream ID \d+`)

func fetchWith(t *testing.T, client *http.Client, raw string) (got outcome) {
	t.Helper()
	resp, err := client.Get(raw)
	if err != nil {
		return outcome{Err: streamNumber.ReplaceAllString(err.Error(), "")}
	}
	body, err := io.ReadAll(resp.Body)
	got = outcome{URL: resp.Request.URL.String(), Status: resp.Status, Proto: resp.Proto, Body: string(body), Header: resp.Header, Length: resp.ContentLength,
		Uncompressed: resp.Uncompressed}
	if err != nil {
		got.BodyErr = streamNumber.ReplaceAllString(err.Error(), "")
	}
	if err := resp.Body.Close(); err != nil {
		got.BodyErr += " " + err.Error()
	}
	return got
}

// recording makes a client that records, and what ends that and opens what was recorded.
func recording(t *testing.T, next http.RoundTripper, o RecorderOptions) (client *http.Client, end func() string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.warc.gz")
	w := create(t, name, WriterOptions{})
	r := NewRecorder(next, w, o)
	return &http.Client{Transport: r}, func() string {
		r.CloseIdleConnections()
		closeWriter(t, w)
		return name
	}
}

func quietServer(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	t.Cleanup(s.Close)
	return s
}

// refusing is a URL at which nobody listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/"
}

// TestRecorderIsNotSeen wants of a client with a Recorder what one without has, and in the archive what there was.
func TestRecorderIsNotSeen(t *testing.T) {
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		s := quietServer(t, answers)
		if s.EnableHTTP2 = protocol == "HTTP/2.0"; s.EnableHTTP2 {
			s.StartTLS()
		} else {
			s.Start()
		}
		transport := s.Client().Transport.(*http.Transport)
		client, end := recording(t, transport, RecorderOptions{})
		urls := map[string]string{ // and what is in their last records: status, some fields, why the body isn't whole, body
			"/plain":   "200 OK|X-Latin: caf\xe9|X-Latin: second|Set-Cookie: id=redacted; Path=/|Content-Length: 5||plain",
			"/chunked": "200 OK||" + strings.Repeat(longText, 100),
			"/gzip":    "200 OK||" + longText, // http.Transport had decompressed it
			"/moved":   "302 Found|Location: /plain|Content-Length: 0||",
			"/gone":    "410 Gone|Content-Length: 5||gone\n",
			"/nothing": "204 No Content||",
			"/empty":   "200 OK|Content-Length: 0||",
			"/cut":     "200 OK|Content-Length: 1000|disconnect|half of i",
			"/none":    "",
			"/missing": "404 Not Found||404 page not found\n",
		}
		if protocol == "HTTP/1.1" {
			urls["/cutchunk"] = "200 OK|disconnect|half of i"
		}
		for path := range urls {
			want, got := fetchWith(t, s.Client(), s.URL+path), fetchWith(t, client, s.URL+path)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: %s", protocol, path, diff)
			}
		}
		last := map[string]seen{}
		for _, r := range readArchive(t, end()) {
			if r.Type != Request {
				last[strings.TrimPrefix(r.TargetURI, s.URL)] = r
			}
		}
		for path, want := range urls {
			r := last[path]
			if r.Record == nil {
				t.Fatalf("%s %s is not in the archive", protocol, path)
			}
			if want == "" {
				if r.Type != Metadata || !strings.Contains(r.body, "error-kind: connection\r\n") {
					t.Errorf("%s %s: %s %q", protocol, path, r.Type, r.body)
				}
				continue
			}
			wantProtocol := map[string]string{"HTTP/1.1": "", "HTTP/2.0": "h2"}[protocol]
			if r.Type == Metadata || r.Fields.Get(FieldProtocol) != wantProtocol || r.Fields.Get(FieldIPAddress) != "127.0.0.1" {
				t.Errorf("%s %s: %v", protocol, path, r.Fields)
				continue
			}
			parts := strings.Split(want, "|")
			status, fields, truncated, body := parts[0], parts[1:len(parts)-2], parts[len(parts)-2], parts[len(parts)-1]
			if r.http.Status != status || r.Type != Revisit && (r.http.Truncated != truncated || r.body != body) {
				t.Errorf("%s %s: status %q, truncated %q, body %q", protocol, path, r.http.Status, r.http.Truncated, r.body)
			}
			for _, field := range fields {
				if name, value, _ := strings.Cut(field, ": "); !slices.Contains(r.http.Header[name], value) {
					t.Errorf("%s %s: no %s in %v", protocol, path, field, r.http.Header)
				}
			}
		}
	}
}

func TestRecordAsReceived(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	transport := &http.Transport{DisableCompression: true}
	client, end := recording(t, transport, RecorderOptions{})
	if got := fetchWith(t, client, s.URL+"/gzip"); got.Body != string(packed(longText)) {
		t.Errorf("the client has %q", got.Body)
	}
	all := readArchive(t, end())
	if r := all[len(all)-1]; r.body != string(packed(longText)) || r.http.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("recorded is %v %q", r.http.Header, r.body)
	}
}

func TestRecordRequestAsSent(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	for _, secrets := range []bool{false, true} {
		client, end := recording(t, s.Client().Transport, RecorderOptions{Secrets: secrets, Private: []string{"x-key"}})
		req, err := http.NewRequestWithContext(t.Context(), "", s.URL+"/echo", nil) // "" is GET
		if err != nil {
			t.Fatal(err)
		}
		req.Method = ""
		req.Header = http.Header{"Cookie": {"a=secret"}, "Authorization": {"Bearer secret"}, "X-Key": {"secret"}}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil || string(body) != "GET a=secret Bearer secret" {
			t.Errorf("secrets %v: the server was asked %q, %v", secrets, body, err)
		}
		if diff := cmp.Diff(http.Header{"Cookie": {"a=secret"}, "Authorization": {"Bearer secret"}, "X-Key": {"secret"}}, req.Header); diff != "" {
			t.Error(diff)
		}
		recorded := readArchive(t, end())[1]
		if recorded.Type != Request || !strings.HasPrefix(recorded.body, "GET /echo HTTP/1.1\r\nHost: "+s.Listener.Addr().String()+"\r\n") || strings.Contains(recorded.body, "secret") != secrets {
			t.Errorf("secrets %v: %s %q", secrets, recorded.Type, recorded.body)
		}
	}
}

// TestRecordsGETAlone: of other methods an index could not be asked.
func TestRecordsGETAlone(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	var ex Exchange
	for _, method := range []string{http.MethodHead, http.MethodPost, http.MethodDelete, "get"} {
		req, err := http.NewRequestWithContext(WithExchange(t.Context(), &ex), method, s.URL+"/echo", strings.NewReader("sent"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil || method != http.MethodHead && !strings.HasPrefix(string(body), method) {
			t.Errorf("%s: %q, %v", method, body, err)
		}
	}
	if all := readArchive(t, end()); len(all) != 1 || ex.Request != nil || ex.HasAnswer() {
		t.Errorf("recorded are %d records, and %+v", len(all), ex)
	}
}

func TestRecordClosedEarly(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	for path, n := range map[string]int64{"/chunked": 10, "/plain": 0, "/gone": 5} {
		resp, err := client.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, resp.Body, n); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(resp.Body.Close(), resp.Body.Close()); err != nil {
			t.Error(err)
		}
		if n, err := resp.Body.Read(make([]byte, 10)); n > 0 || err == nil {
			t.Errorf("reading on gives %d bytes, and %v", n, err)
		}
	}
	want := map[string]string{"/chunked": "a long tex length", "/plain": " length", "/gone": "gone\n "} // which was read whole
	all := readArchive(t, end())
	if n := countTypes(all); n[Response] != len(want) || n[Revisit] != 0 {
		t.Errorf("recorded are %v", n)
	}
	for _, r := range all {
		if path := strings.TrimPrefix(r.TargetURI, s.URL); r.Type == Response && r.body+" "+r.http.Truncated != want[path] {
			t.Errorf("%s: %q, truncated %q", path, r.body, r.http.Truncated)
		}
	}
}

func TestRecordClosedInTheMiddleOfARead(t *testing.T) {
	begun := make(chan struct{})
	s := quietServer(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	s.Start()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	resp, err := client.Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error)
	go func() {
		var b [5]byte
		_, err := io.ReadFull(resp.Body, b[:])
		close(begun)
		if err == nil {
			_, err = resp.Body.Read(b[:])
		}
		read <- err
	}()
	<-begun
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if err := <-read; err == nil {
		t.Error("the read ended without an error")
	}
	all := readArchive(t, end())
	if r := all[len(all)-1]; r.Type != Response || r.body != "begun" || r.http.Truncated == "" {
		t.Errorf("%s %q, truncated %q", r.Type, r.body, r.http.Truncated)
	}
}

func TestWithExchange(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	r := NewRecorder(s.Client().Transport, nil, RecorderOptions{})
	client := &http.Client{Transport: r}
	if got := fetchWith(t, client, s.URL+"/plain"); got.Body != "plain" {
		t.Errorf("a request that has no place: %+v", got)
	}
	start := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, given := range []Exchange{{Body: make([]byte, 0, 100)}, {URL: "http://given.test/", Start: start, Duration: time.Hour}} {
		ex := given
		req, err := http.NewRequestWithContext(WithExchange(t.Context(), &ex), http.MethodGet, s.URL+"/plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		if ex.Status != "200 OK" || string(ex.Body) != "plain" || ex.Truncated != "" || ex.Failure != nil || ex.Duration <= 0 {
			t.Errorf("recorded is %+v", ex)
		}
		before := ex.Duration
		n, again := resp.Body.Read(make([]byte, 10))
		if err := resp.Body.Close(); n != 0 || again != io.EOF || err != nil || ex.Truncated != "" || ex.Failure != nil || ex.Duration != before {
			t.Errorf("then %d, %v, %v, and %+v", n, again, err, ex)
		}
		if given.URL != "" && (ex.URL != given.URL || !ex.Start.Equal(start) || ex.Duration != time.Hour) || given.URL == "" && ex.URL != s.URL+"/plain" {
			t.Errorf("recorded is %+v", ex)
		}
	}
}

// TestRecordThroughProxy: the address that the connection has is not the server's.
func TestRecordThroughProxy(t *testing.T) {
	proxy := quietServer(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.String()) })
	proxy.Start()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, end := recording(t, &http.Transport{Proxy: http.ProxyURL(at)}, RecorderOptions{})
	if got := fetchWith(t, client, "http://a.test/x"); got.Body != "http://a.test/x" {
		t.Errorf("got %+v", got)
	}
	for _, r := range readArchive(t, end())[1:] {
		if r.Fields.Get(FieldIPAddress) != "" || r.TargetURI != "http://a.test/x" {
			t.Errorf("%s: %v", r.Type, r.Fields)
		}
	}
}
