package warc

import (
	"net"
	"net/http/httptrace"
	"regexp"
	"strings"
	"testing"
)

// TestRecordTimes wants the steps that took place, and those alone.
func TestRecordTimes(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := quietServer(t, answers)
		want := []string{"fetchTimeMs dnsTimeMs connectTimeMs firstByteTimeMs", "fetchTimeMs firstByteTimeMs"}
		if secure {
			s.StartTLS()
			want[0] = "fetchTimeMs connectTimeMs tlsTimeMs firstByteTimeMs" // for its certificate is of an address
		} else {
			s.Start()
			s.URL = strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
		}
		client, end := recording(t, s.Client().Transport, RecorderOptions{})
		for range 2 { // the second on the same connection
			if got := fetchWith(t, client, s.URL+"/plain"); got.Err != "" {
				t.Fatal(got.Err)
			}
		}
		var got []string
		for _, r := range readArchive(t, end()) {
			if r.Type == Metadata {
				got = append(got, strings.Join(regexp.MustCompile(`\w+TimeMs`).FindAllString(r.body, -1), " "))
			}
		}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("TLS %v: %q, want %q", secure, got, want)
		}
	}
}

// TestRecordSent: a request that got no answer is recorded if it went out.
func TestRecordSent(t *testing.T) {
	s := quietServer(t, answers)
	s.Start()
	client, end := recording(t, s.Client().Transport, RecorderOptions{})
	fetchWith(t, client, s.URL+"/none")
	fetchWith(t, client, refusing(t))
	if n := countTypes(readArchive(t, end())); n[Request] != 1 || n[Metadata] != 2 || n[Response] != 0 {
		t.Errorf("recorded are %v", n)
	}
}

// TestWireOfAnotherConnection: while one is made, another may become free, and the exchange goes there.
func TestWireOfAnotherConnection(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	for _, reused := range []bool{false, true} {
		var w wire
		trace := w.trace()
		trace.ConnectStart("tcp", "192.0.2.1:80")
		trace.ConnectDone("tcp", "192.0.2.1:80", nil)
		trace.GotConn(httptrace.GotConnInfo{Conn: here, Reused: reused})
		trace.TLSHandshakeStart()
		var ex Exchange
		if w.tell(&ex); (ex.Connect == 0) != reused || ex.TLS != 0 || ex.Address.IsValid() {
			t.Errorf("reused %v: %+v", reused, ex)
		}
	}
}
