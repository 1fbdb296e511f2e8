package robots

import (
	"testing"
	"time"
)

func TestParseDelay(t *testing.T) {
	for _, c := range []struct {
		value string
		want  time.Duration
		ok    bool
	}{
		{"0", 0, true},
		{"1", time.Second, true},
		{"0.25", 250 * time.Millisecond, true},
		{".5", 500 * time.Millisecond, true},
		{"3.", 3 * time.Second, true},
		{"10 seconds", 10 * time.Second, true},
		{"86400", 24 * time.Hour, true},
		{"86400.1", 24 * time.Hour, true},
		{"1" + "000000000000000000000000000000000000000000000000000000000000000000000000000000", 24 * time.Hour, true},
		{"", 0, false},
		{".", 0, false},
		{"1.2.3", 0, false},
		{"-1", 0, false},
		{"+1", 0, false},
		{"1e3", 0, false},
		{"0x10", 0, false},
		{"1_000", 0, false},
		{"NaN", 0, false},
		{"Inf", 0, false},
		{"infinity", 0, false},
		{"ten", 0, false},
		{"1,5", 0, false},
		{"٣", 0, false},
	} {
		if got, ok := parseDelay(c.value); got != c.want || ok != c.ok {
			t.Errorf("%.20q: got %s, %t, want %s, %t", c.value, got, ok, c.want, c.ok)
		}
	}
}
