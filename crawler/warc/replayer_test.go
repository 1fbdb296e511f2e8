package warc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// recorded writes exchanges to an archive and replays it.
func recorded(t *testing.T, exchanges ...*Exchange) *Replayer {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.warc.gz")
	w := create(t, name, WriterOptions{MaxSize: 3000})
	put(t, w, exchanges...)
	closeWriter(t, w)
	return replay(t, Segments(name)...)
}

func replay(t *testing.T, files ...string) *Replayer {
	t.Helper()
	r, err := OpenReplayer(files...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// ask makes a request of a RoundTripper itself, and reads the answer.
func ask(t *testing.T, ctx context.Context, r http.RoundTripper, url string, header http.Header) (*http.Response, string, error) {
	t.Helper()
	resp, err := r.RoundTrip(newRequest(t, url, header).WithContext(ctx))
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	return resp, string(body), err
}

// TestReplayIsWhatWas wants of a replay what the server gave.
func TestReplayIsWhatWas(t *testing.T) {
	for _, secrets := range []bool{false, true} {
		s := quietServer(t, answers)
		s.Start()
		client, end := recording(t, &http.Transport{DisableCompression: true}, RecorderOptions{Secrets: secrets})
		paths := []string{"/plain", "/chunked", "/gzip", "/moved", "/gone", "/nothing", "/empty", "/cut", "/cutchunk", "/none", "/missing"}
		live := map[string]outcome{}
		for _, path := range paths {
			live[path] = fetchWith(t, client, s.URL+path)
		}
		s.Close()
		again := &http.Client{Transport: replay(t, end())}
		for _, path := range paths {
			want := live[path]
			got := fetchWith(t, again, s.URL+path)
			want.Length, got.Length = 0, 0 // of a body that came in chunks it is known now
			if !secrets && want.Header["Set-Cookie"] != nil {
				want.Header["Set-Cookie"] = []string{"id=redacted; Path=/"}
			}
			if path == "/gzip" { // for nobody has asked for it
				if want.Body != string(packed(longText)) || !got.Uncompressed {
					t.Errorf("%+v", got)
				}
				want.Body, want.Uncompressed = longText, true
				want.Header.Del("Content-Encoding")
				want.Header.Del("Content-Length")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("secrets %v: %s: %s", secrets, path, diff)
			}
		}
		if nobody := fetchWith(t, client, s.URL+"/plain"); nobody.Err == "" {
			t.Fatal("the server was there all the time")
		}
	}
}

func TestReplayInOrder(t *testing.T) {
	const url = "http://a.test/"
	failed := &Exchange{URL: url, Start: time.UnixMilli(1000), Sent: true, Failure: &Failure{Kind: "timeout", Message: "late"}}
	second := pageExchange(url, 2)
	second.Status = "503 Service Unavailable"
	exchanges := []*Exchange{failed, second, pageExchange(url, 3), pageExchange("http://a.test/other", 4)}
	says := func(resp *http.Response, body string, err error) string {
		if err != nil {
			return err.Error()
		}
		return resp.Status + " " + body
	}
	want := []string{"late", "503 Service Unavailable " + string(second.Body), "200 OK " + string(exchanges[2].Body)}
	want = append(want, want[2], want[2])

	r := recorded(t, exchanges...)
	for i := range want {
		if got := says(ask(t, t.Context(), r, "http://A.test:80/#part", nil)); got != want[i] {
			t.Errorf("the answer of number %d is %q, want %q", i, got, want[i])
		}
		if got := says(ask(t, t.Context(), r, "http://a.test/other", nil)); !strings.HasPrefix(got, "200 OK <p>4") {
			t.Errorf("the other is %q", got)
		}
	}
	r = recorded(t, exchanges...)
	for _, step := range []struct {
		number int
		want   string
	}{{1, want[1]}, {0, want[0]}, {0, want[0]}, {2, want[2]}, {3, "GET http://a.test/ is recorded 3 times, and was asked for once more"}, {7, "GET http://a.test/ is recorded 3 times, and was asked for once more"}} {
		if got := says(ask(t, WithNumber(t.Context(), step.number), r, url, nil)); got != step.want {
			t.Errorf("with the number %d it is %q, want %q", step.number, got, step.want)
		}
	}
	for n, want := range []string{"200 OK " + string(exchanges[3].Body), "GET http://a.test/other is recorded 1 times, and was asked for once more"} {
		if got := says(ask(t, WithNumber(t.Context(), n), r, "http://a.test/other", nil)); got != want {
			t.Errorf("with the number %d the other is %q, want %q", n, got, want)
		}
	}
}

func TestWithFacts(t *testing.T) {
	failed := &Exchange{URL: "http://a.test/failed", Start: time.UnixMilli(5000), Duration: time.Second, Failure: &Failure{Kind: "dns", Phase: "dns", Message: "no such host"}}
	page := pageExchange("http://a.test/", 1)
	r := recorded(t, page, failed)
	for _, test := range []struct {
		url  string
		want Facts
	}{
		{"http://a.test/", Facts{page.Start.UTC().Truncate(time.Millisecond), 321 * time.Millisecond}},
		{"http://a.test/failed", Facts{time.UnixMilli(5000).UTC(), time.Second}},
		{"http://a.test/missing", Facts{}},
	} {
		var got Facts
		_, _, err := ask(t, WithFacts(t.Context(), &got), r, test.url, nil)
		if got != test.want {
			t.Errorf("%s: got %v, want %v; %v", test.url, got, test.want, err)
		}
		var failure *Failure
		if test.url == failed.URL && (!errors.As(err, &failure) || *failure != *failed.Failure) {
			t.Errorf("%#v", err)
		}
	}
}

func TestReplayCutAnswers(t *testing.T) {
	closed, lost := pageExchange("http://a.test/closed", 7), pageExchange("http://a.test/lost", 8)
	closed.Truncated, lost.Truncated, lost.Failure = TruncatedLength, TruncatedDisconnect, &Failure{Kind: "connection", Phase: "body", Message: "unexpected EOF"}
	r := recorded(t, closed, lost)
	resp, body, err := ask(t, t.Context(), r, closed.URL, nil)
	var cut *CutError
	if !errors.As(err, &cut) || *cut != (CutError{URL: closed.URL, Bytes: int64(len(closed.Body)), Truncated: TruncatedLength}) || body != string(closed.Body) || resp.StatusCode != 200 {
		t.Errorf("%q, %v", body, err)
	}
	if want := fmt.Sprintf("the recording has only the first %d bytes of this answer (WARC-Truncated: length)", len(closed.Body)); cut.Error() != want {
		t.Errorf("it says %q, not %q", cut, want)
	}
	var failure *Failure
	if _, body, err = ask(t, t.Context(), r, lost.URL, nil); !errors.As(err, &failure) || *failure != *lost.Failure || body != string(lost.Body) {
		t.Errorf("%q, %v", body, err)
	}
}

func TestReplayRevisit(t *testing.T) {
	one, two := pageExchange("http://a.test/one", 20), pageExchange("http://a.test/two", 20)
	two.Status, two.Header = "404 Not Found", http1("X-Own", "yes")
	r := recorded(t, one, pageExchange("http://a.test/x", 21), pageExchange("http://a.test/y", 22), two)
	if len(r.Archive().Files()) < 2 {
		t.Fatalf("all is in %s", r.Archive().Files())
	}
	for range 2 {
		resp, body, err := ask(t, t.Context(), r, two.URL, nil)
		if err != nil || resp.Status != two.Status || body != string(one.Body) || resp.Header.Get("X-Own") != "yes" || resp.ContentLength != int64(len(body)) {
			t.Errorf("%+v %q, %v", resp, body, err)
		}
	}
}

func TestReplayMissing(t *testing.T) {
	r := recorded(t, pageExchange("http://a.test/page", 1), pageExchange("http://a.test/pages", 2), pageExchange("http://a.test/else", 3), pageExchange("http://b.test/pag", 4))
	client := &http.Client{Transport: r}
	_, err := client.Get("http://a.test/pag")
	var missing *NotRecordedError
	if !errors.As(err, &missing) {
		t.Fatalf("%#v", err)
	}
	want := &NotRecordedError{Method: "GET", URL: "http://a.test/pag", Nearest: []string{"http://a.test/page", "http://a.test/pages", "http://a.test/else"}}
	if diff := cmp.Diff(want, missing); diff != "" {
		t.Error(diff)
	}
	const text = `Get "http://a.test/pag": GET http://a.test/pag is not in the recording; nearest are http://a.test/page http://a.test/pages http://a.test/else`
	if err.Error() != text {
		t.Errorf("it says\n%s\nwant\n%s", err, text)
	}
	body := &noted{Reader: strings.NewReader("sent")}
	if _, err = client.Post("http://a.test/page", "text/plain", body); !errors.As(err, &missing) || !body.closed ||
		missing.Error() != "POST http://a.test/page: only GET requests are replayed" {
		t.Errorf("%v, and its body is closed: %v", err, body.closed)
	}
	if _, _, err = ask(t, t.Context(), recorded(t), "http://a.test/", nil); err == nil || err.Error() != "GET http://a.test/ is not in the recording" {
		t.Errorf("of nothing: %v", err)
	}
	for _, url := range []string{"ftp://a.test/", "//a.test/", ""} {
		if _, _, err := ask(t, t.Context(), r, url, nil); !errors.As(err, &missing) {
			t.Errorf("%q: %v", url, err)
		}
	}
	for url, want := range map[string]bool{"http://a.test/page": true, "http://a.test/pag": false} {
		if has, err := r.Has(url); has != want || err != nil {
			t.Errorf("Has(%q) = %v, %v", url, has, err)
		}
	}
}

func TestReplayEndedContext(t *testing.T) {
	r := recorded(t, pageExchange("http://a.test/", 1))
	over := errors.New("over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	if _, _, err := ask(t, ctx, r, "http://a.test/", nil); !errors.Is(err, over) {
		t.Errorf("%v", err)
	}
}

// TestReplayTakesChunksAway: others keep them, and the header's word for them.
func TestReplayTakesChunksAway(t *testing.T) {
	file := writeFile(t, "a.warc", []byte(sampleRecord(Response, "http://example.test/", sampleAnswer("4\r\nbody\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))))
	resp, body, err := ask(t, t.Context(), replay(t, file), "http://example.test/", nil)
	if err != nil || body != "body" || resp.Header.Get("Transfer-Encoding") != "" || resp.TransferEncoding != nil {
		t.Errorf("%q %v, %v", body, resp.Header, err)
	}
}

func TestReplayByMany(t *testing.T) {
	var exchanges []*Exchange
	for i := range 20 {
		exchanges = append(exchanges, pageExchange(fmt.Sprintf("http://a.test/%d", i), i))
	}
	for range 64 {
		exchanges = append(exchanges, pageExchange("http://a.test/often", 30))
	}
	r := recorded(t, exchanges...)
	client := &http.Client{Transport: r}
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for j := range exchanges[:20] {
				want := exchanges[(i+j)%20]
				if got := fetchWith(t, client, want.URL); got.Body != string(want.Body) || got.BodyErr != "" {
					t.Errorf("%s: %+v", want.URL, got)
				}
			}
			if _, _, err := ask(t, WithNumber(t.Context(), i), r, "http://a.test/often", nil); err != nil {
				t.Errorf("one of 64 recordings for one of 64: %v", err)
			}
		})
	}
	all.Wait()
	var missing *NotRecordedError
	if _, _, err := ask(t, WithNumber(t.Context(), 64), r, "http://a.test/often", nil); !errors.As(err, &missing) || missing.Number != 64 {
		t.Errorf("all have been given, and then: %v", err)
	}
}

// TestTurnsOfMany wants each turn to be one goroutine's.
func TestTurnsOfMany(t *testing.T) {
	r := NewReplayer(nil)
	const each = 1000
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range each {
				r.turn("http://a.test/", 17*each)
			}
		})
	}
	all.Wait()
	if n := r.turn("http://a.test/", 17*each); n != 16*each {
		t.Errorf("after %d turns comes number %d", 16*each, n)
	}
}

// openFiles are the files of a directory that this process has open.
func openFiles(t *testing.T, dir string) (open []string) {
	t.Helper()
	handles, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("needs /proc: %v", err)
	}
	for _, h := range handles {
		if file, err := os.Readlink(filepath.Join("/proc/self/fd", h.Name())); err == nil && strings.HasPrefix(file, dir) {
			open = append(open, file)
		}
	}
	return open
}

func TestReplayLeavesNothingOpen(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.warc.gz")
	w := create(t, name, WriterOptions{})
	put(t, w, pageExchange("http://a.test/", 1), pageExchange("http://a.test/x", 2), pageExchange("http://a.test/again", 2))
	closeWriter(t, w)
	r, err := OpenReplayer(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"http://a.test/", "http://a.test/x", "http://a.test/again", "http://a.test/missing"} {
		_, _, _ = ask(t, t.Context(), r, url, nil)
	}
	unread, err := r.RoundTrip(newRequest(t, "http://a.test/", nil))
	if err != nil || len(openFiles(t, dir)) == 0 {
		t.Fatalf("%v, or nothing is open to begin with", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := unread.Body.Close(); err != nil {
		t.Error(err)
	}
	if left := openFiles(t, dir); len(left) > 0 {
		t.Errorf("left open are %q", left)
	}
	if _, _, err := ask(t, t.Context(), r, "http://a.test/", nil); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestOpenReplayerFails(t *testing.T) {
	if r, err := OpenReplayer(filepath.Join(t.TempDir(), "none.warc")); !errors.Is(err, os.ErrNotExist) || r != nil {
		t.Errorf("%v, %v", r, err)
	}
}

// TestReplayOpensNoSocket asks a replay of a server that has gone and is back with something else.
func TestReplayOpensNoSocket(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		_, _ = fmt.Fprint(w, asked)
	}))
	defer s.Close()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	fetchWith(t, client, s.URL)
	again := &http.Client{Transport: replay(t, end())}
	for range 3 {
		if got := fetchWith(t, again, s.URL); got.Body != "1" {
			t.Errorf("%+v", got)
		}
	}
	if asked != 1 {
		t.Errorf("the server was asked %d times", asked)
	}
}
