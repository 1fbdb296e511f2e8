package robots

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// maxCrawlDelay is the longest Crawl-delay there is; more counts as this much. A site that wants less than a page a day says Disallow.
const maxCrawlDelay = 24 * time.Hour

// CrawlDelay is the pause between two requests that the group's Crawl-delay asks for, and whether it asks for one. No standard has it, but it
// is in wide use: seconds, with decimals or without. Of several the longest counts. A value that is not a plain decimal number
// counts as absent, one over 24 hours as 24 hours.
func (g *Group) CrawlDelay() (delay time.Duration, ok bool) {
	return g.delay, g.hasDelay
}

func parseDelay(value string) (delay time.Duration, ok bool) {
	number := firstWord(value)
	// ParseFloat also takes signs, exponents, hexadecimal, "inf" and "nan". None of them is a pause that somebody meant.
	if strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(number, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	if seconds > maxCrawlDelay.Seconds() {
		return maxCrawlDelay, true
	}
	return time.Duration(seconds * float64(time.Second)), true
}
