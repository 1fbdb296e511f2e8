package warc

import (
	"slices"
	"testing"
)

func TestFields(t *testing.T) {
	f := Fields{{"WARC-Type", "response"}, {"WARC-Concurrent-To", "<a>"}, {"warc-concurrent-to", "<b>"}, {"Empty", ""}}
	for name, want := range map[string][]string{
		"WARC-Concurrent-To": {"<a>", "<b>"}, "warc-type": {"response"}, "Empty": {""}, "WARC-Date": nil,
	} {
		if got := f.Values(name); !slices.Equal(got, want) {
			t.Errorf("Values(%q) = %q, want %q", name, got, want)
		}
		first := ""
		if len(want) > 0 {
			first = want[0]
		}
		if got := f.Get(name); got != first {
			t.Errorf("Get(%q) = %q, want %q", name, got, first)
		}
	}
}
