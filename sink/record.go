package sink

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Record is one line of the dataset: a page that was fetched, whatever its status, or a page that was given up on, with Error set.
// The fields stand in the order of the line's keys. A nil pointer is written as null and a nil slice as [], so that every line has every key.
// What each value may be is said by [Schema]; AppendJSON writes what it is given and checks nothing.
type Record struct {
	URL          string     `json:"url"`           // canonical URL of the page, after redirects
	RequestedURL string     `json:"requested_url"` // as first asked for: a seed as the user gave it or the canonical URL of a link, before any redirect
	Status       *int       `json:"status"`        // of the final answer; nil when there was none
	Redirects    []Hop      `json:"redirects"`     // the hops that led here, in order
	FetchedAt    time.Time  `json:"fetched_at"`    // written in UTC, cut to the millisecond; RFC 3339 has years 0000 to 9999, others are clamped
	DurationMS   int64      `json:"duration_ms"`   // milliseconds the fetch took
	Depth        int        `json:"depth"`         // links from the nearest seed, 0 for a seed
	Parent       *string    `json:"parent"`        // the page it was found on; nil for a seed
	Attempt      int        `json:"attempt"`       // which attempt this is the result of; 1 is the first
	ContentType  *string    `json:"content_type"`  // essence of the media type, lower case, without parameters
	Charset      *string    `json:"charset"`       // WHATWG Encoding name, lower case
	CharsetFrom  *string    `json:"charset_from"`  // one of the Charset constants
	Bytes        int64      `json:"bytes"`         // length of the body, content codings undone
	SHA256       *string    `json:"sha256"`        // of those bytes, in lower-case hexadecimal
	Truncated    bool       `json:"truncated"`     // a limit cut the body short
	Title        *string    `json:"title"`
	Description  *string    `json:"description"`
	Language     *string    `json:"language"`
	Canonical    *string    `json:"canonical"` // the URL that the page itself names as canonical
	Headings     []Heading  `json:"headings"`  // h1 to h6, in the page's order
	Links        []Link     `json:"links"`     // in the page's order
	Error        *PageError `json:"error"`     // why the page was given up on; nil when it was not
}

// Hop is a redirect on the way to a page: the URL that was asked and the status it answered with.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

// Heading is an h1 to h6 element: Level is 1 to 6.
type Heading struct {
	Level int    `json:"level"`
	Text  string `json:"text"`
}

// Link is a link of a page. Rel is the attribute as written, nil when there is none.
type Link struct {
	URL  string  `json:"url"`
	Text string  `json:"text"`
	Rel  *string `json:"rel"`
}

// PageError says why a page was given up on: the kind of failure, the phase of the fetch in which it happened where that is known,
// a message for people, and the number of attempts that were made.
type PageError struct {
	Kind     string  `json:"kind"`
	Phase    *string `json:"phase"`
	Message  string  `json:"message"`
	Attempts int     `json:"attempts"`
}

// The values of Record.CharsetFrom: what decided the character encoding.
const (
	CharsetBOM      = "bom"      // a byte order mark
	CharsetHeader   = "header"   // the charset parameter of Content-Type
	CharsetMeta     = "meta"     // a meta element
	CharsetUTF8     = "utf-8"    // nothing declared it, but the bytes are valid UTF-8
	CharsetDetector = "detector" // the statistics of the bytes
	CharsetDefault  = "default"  // nothing said anything
)

// fetchedAtLayout always has three digits of milliseconds, so that the values sort as text.
const fetchedAtLayout = "2006-01-02T15:04:05.000Z"

var (
	firstInstant = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	lastInstant  = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
)

// AppendJSON appends the record to dst as one line of JSON that ends with the only newline in it, and returns the longer slice.
// The line is valid JSON (RFC 8259) in valid UTF-8 whatever bytes the strings hold: each byte that is not UTF-8 becomes U+FFFD.
// It allocates nothing but the growth of dst.
func (r Record) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"url":`...)
	dst = appendString(dst, r.URL)
	dst = append(dst, `,"requested_url":`...)
	dst = appendString(dst, r.RequestedURL)
	dst = append(dst, `,"status":`...)
	dst = appendIntOrNull(dst, r.Status)
	dst = append(dst, `,"redirects":`...)
	dst = appendHops(dst, r.Redirects)
	dst = append(dst, `,"fetched_at":"`...)
	dst = appendInstant(dst, r.FetchedAt)
	dst = append(dst, `","duration_ms":`...)
	dst = strconv.AppendInt(dst, r.DurationMS, 10)
	dst = append(dst, `,"depth":`...)
	dst = strconv.AppendInt(dst, int64(r.Depth), 10)
	dst = append(dst, `,"parent":`...)
	dst = appendStringOrNull(dst, r.Parent)
	dst = append(dst, `,"attempt":`...)
	dst = strconv.AppendInt(dst, int64(r.Attempt), 10)
	dst = append(dst, `,"content_type":`...)
	dst = appendStringOrNull(dst, r.ContentType)
	dst = append(dst, `,"charset":`...)
	dst = appendStringOrNull(dst, r.Charset)
	dst = append(dst, `,"charset_from":`...)
	dst = appendStringOrNull(dst, r.CharsetFrom)
	dst = append(dst, `,"bytes":`...)
	dst = strconv.AppendInt(dst, r.Bytes, 10)
	dst = append(dst, `,"sha256":`...)
	dst = appendStringOrNull(dst, r.SHA256)
	dst = append(dst, `,"truncated":`...)
	dst = strconv.AppendBool(dst, r.Truncated)
	dst = append(dst, `,"title":`...)
	dst = appendStringOrNull(dst, r.Title)
	dst = append(dst, `,"description":`...)
	dst = appendStringOrNull(dst, r.Description)
	dst = append(dst, `,"language":`...)
	dst = appendStringOrNull(dst, r.Language)
	dst = append(dst, `,"canonical":`...)
	dst = appendStringOrNull(dst, r.Canonical)
	dst = append(dst, `,"headings":`...)
	dst = appendHeadings(dst, r.Headings)
	dst = append(dst, `,"links":`...)
	dst = appendLinks(dst, r.Links)
	dst = append(dst, `,"error":`...)
	dst = appendPageError(dst, r.Error)
	return append(dst, '}', '\n')
}

// MarshalJSON gives the line of AppendJSON without its newline, so that a Record has one form on every way out. It never fails.
func (r Record) MarshalJSON() ([]byte, error) {
	line := r.AppendJSON(nil)
	return line[:len(line)-1], nil
}

// Decode reads one line back, with or without its newline. Keys that this version does not know are ignored, so that it reads
// the lines of later versions; it does not validate, which is the business of [Schema].
func Decode(line []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return Record{}, fmt.Errorf("not a record of the dataset: %w", err)
	}
	return r, nil
}

func appendHops(dst []byte, hops []Hop) []byte {
	dst = append(dst, '[')
	for i := range hops {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"url":`...)
		dst = appendString(dst, hops[i].URL)
		dst = append(dst, `,"status":`...)
		dst = strconv.AppendInt(dst, int64(hops[i].Status), 10)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendHeadings(dst []byte, headings []Heading) []byte {
	dst = append(dst, '[')
	for i := range headings {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"level":`...)
		dst = strconv.AppendInt(dst, int64(headings[i].Level), 10)
		dst = append(dst, `,"text":`...)
		dst = appendString(dst, headings[i].Text)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendLinks(dst []byte, links []Link) []byte {
	dst = append(dst, '[')
	for i := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"url":`...)
		dst = appendString(dst, links[i].URL)
		dst = append(dst, `,"text":`...)
		dst = appendString(dst, links[i].Text)
		dst = append(dst, `,"rel":`...)
		dst = appendStringOrNull(dst, links[i].Rel)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendPageError(dst []byte, e *PageError) []byte {
	if e == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"kind":`...)
	dst = appendString(dst, e.Kind)
	dst = append(dst, `,"phase":`...)
	dst = appendStringOrNull(dst, e.Phase)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, e.Message)
	dst = append(dst, `,"attempts":`...)
	dst = strconv.AppendInt(dst, int64(e.Attempts), 10)
	return append(dst, '}')
}

func appendIntOrNull(dst []byte, n *int) []byte {
	if n == nil {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, int64(*n), 10)
}

func appendStringOrNull(dst []byte, s *string) []byte {
	if s == nil {
		return append(dst, "null"...)
	}
	return appendString(dst, *s)
}

func appendInstant(dst []byte, t time.Time) []byte {
	t = t.UTC()
	if t.Before(firstInstant) {
		t = firstInstant
	}
	if t.After(lastInstant) {
		t = lastInstant
	}
	return t.AppendFormat(dst, fetchedAtLayout)
}
