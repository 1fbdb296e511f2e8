package disk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func TestCountersRoundTrip(t *testing.T) {
	want := newCounters()
	for i, n := range want.numbers() {
		*n = int64(i)*1e12 - 1
	}
	for i, n := range want.ids() {
		*n = uint64(i) << 40
	}
	for _, r := range []frontier.Reason{"scope", "robots", ""} {
		want.reasons[want.reason(r)].skipped += 7
	}
	var got counters
	if !got.decode(want.append(nil)) {
		t.Fatal("not readable")
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(counters{}, reasonCount{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if n := len(got.reasons); n != 3 {
		t.Errorf("%d reasons, want the empty one and two more", n)
	}
}

func TestClass(t *testing.T) {
	c := newCounters()
	for _, tt := range []struct {
		state  state
		reason frontier.Reason
		want   class
	}{
		{queued, "", improvable},
		{fetched, "", improvable},
		{failed, "dns", improvable},
		{skipped, frontier.ReasonDepth, improvable},
		{skipped, frontier.ReasonRedirect, improvable},
		{skipped, frontier.ReasonNoFollow, unfollowed},
		{skipped, "robots", settled},
	} {
		if got := c.class(&record{state: tt.state, reason: c.reason(tt.reason)}); got != tt.want {
			t.Errorf("state %d for %q is of class %d, want %d", tt.state, tt.reason, got, tt.want)
		}
	}
}
