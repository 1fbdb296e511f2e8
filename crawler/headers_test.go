package crawler

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHeaders: what the user gives is for the hosts that seeds name.
func TestHeaders(t *testing.T) {
	config := Config{UserAgent: "x/1", Header: http.Header{"X-Key": {"k"}, "Accept": {"text/plain"}}}.withDefaults()
	s := &scheduler{run: &run{config: &config, trusted: newTrustedHosts()}}
	named, err := parseSeed("http://me:s3cret@a.test/")
	if err != nil {
		t.Fatal(err)
	}
	s.trusted.add(named)
	for url, want := range map[string][4]string{
		"http://a.test/page": {"x/1", "text/plain", "k", "Basic bWU6czNjcmV0"},
		"http://b.test/":     {"x/1", acceptHeader, "", ""},
	} {
		h := s.headers(url)
		got := [4]string{h.Get("User-Agent"), h.Get("Accept"), h.Get("X-Key"), h.Get("Authorization")}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", url, d)
		}
	}
}
