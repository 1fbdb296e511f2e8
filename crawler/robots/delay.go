package robots

import (
	"strconv"
	"strings"
	"time"
)

// maxCrawlDelay is the longest Crawl-delay that is believed. A site that wants less than a page a day says Disallow; a larger number is a slip.
const maxCrawlDelay = 24 * time.Hour

// CrawlDelay is the pause between two requests that the group's Crawl-delay asks for, and whether it asks for one. No standard has it, but it
// is in wide use: seconds, with decimals or without. Of several the longest counts. A value that is not a plain decimal number, or is over 24
// hours, counts as absent.
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
	if err != nil || seconds > maxCrawlDelay.Seconds() {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}
