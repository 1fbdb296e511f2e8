package parse

import "testing"

func TestRobotsTag(t *testing.T) {
	const agent = "Trawl"
	index, follow, none := Robots{NoIndex: true}, Robots{NoFollow: true}, Robots{NoIndex: true, NoFollow: true}
	tests := []struct {
		values []string
		want   Robots
	}{
		{nil, Robots{}},
		{[]string{""}, Robots{}},
		{[]string{"all"}, Robots{}},
		{[]string{"noindex"}, index},
		{[]string{"NoFollow"}, follow},
		{[]string{"none"}, none},
		{[]string{"noindex, nofollow"}, none},
		{[]string{"noindex nofollow"}, none},
		{[]string{"noindex", "nofollow"}, none},
		{[]string{"noindexing"}, Robots{}},
		{[]string{"trawl: noindex"}, index},
		{[]string{"TRAWL : noindex, nofollow"}, none},
		{[]string{"otherbot: noindex, nofollow"}, Robots{}},
		{[]string{"otherbot: noindex, trawl: nofollow"}, follow},
		{[]string{"nofollow, otherbot: noindex"}, follow},
		{[]string{"otherbot: noindex", "nofollow"}, follow},
		{[]string{"max-snippet: 20, noindex"}, index},
		{[]string{"Max-Image-Preview:large, noindex"}, index},
		{[]string{"unavailable_after: 25 Jun 2010 15:00:00 PST, noindex"}, index},
		{[]string{"unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow"}, follow},
		{[]string{": noindex"}, index},
	}
	for _, test := range tests {
		if got := RobotsTag(test.values, agent); got != test.want {
			t.Errorf("RobotsTag(%q) = %+v, want %+v", test.values, got, test.want)
		}
	}
	if got := RobotsTag([]string{"noindex", "trawl: nofollow"}, ""); got != index {
		t.Errorf("without an agent: got %+v", got)
	}
}
