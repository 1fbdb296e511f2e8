package warc

import (
	"fmt"
	"time"
)

// dateLayouts are the forms of WARC-Date: that of 1.0, which those of 1.1 with a fraction of a second are read by,
// too; those of 1.1 with less than seconds (ISO 28500:2017 section 5.4, W3C's note on date and time formats);
// and what tools write that have it from ISO 8601, from Python, or from a CDX.
var dateLayouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006",
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "20060102150405", "2006-01-02T15:04:05Z0700",
}

// parseDate reads a WARC-Date, as UTC.
func parseDate(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, fmt.Errorf("there is none")
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s can't be read as a date", clip(s))
}
