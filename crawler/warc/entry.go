package warc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Entry is what an index knows of a capture.
type Entry struct {
	URL  string    // as recorded
	Date time.Time // UTC; zero if the record has none that can be read
	// Type is Response, Revisit or Resource; or Metadata, if all there is is a Failure.
	Type Type
	// MIME is the media type that the answer has, in lower case and without
	// parameters; empty if it has none.
	MIME   string
	Status int    // of the answer; 0 if the record has no head of one
	Digest string // of the payload, as the record has it
	ID     string // of the record, without brackets

	File   string
	Offset int64 // of the record, or of the gzip member that it is in
	Length int64 // of the record, or of its member, in bytes; 0 if it shares a member
	// InMember is how many records come before it in its gzip member; 0 where each
	// has its own, as they should.
	InMember int

	// What a revisit says of the capture that it repeats; each may be empty.
	RefersToURI  string
	RefersToDate time.Time
	RefersTo     string // ID of a record

	// Duration is how long the exchange took, if the archive says so: its writer was
	// ours. Else 0.
	Duration time.Duration
	// Failure is why the exchange ended without an answer, or before the answer's
	// end; nil if it did not, or the archive doesn't say.
	Failure *Failure
}

// byPlace orders the captures of one file as they were recorded.
func byPlace(x, y Entry) int {
	return cmp.Or(cmp.Compare(x.Offset, y.Offset), cmp.Compare(x.InMember, y.InMember))
}

// Bounds of what an index keeps of a record, so that a line is no longer than
// maxLine whatever is in it.
const (
	maxLine = 1 << 20
	maxURL  = 32 << 10 // longer ones are not indexed: net/http's server takes a head of 1 MiB, browsers and CDNs 8 to 64 KiB
	maxText = 8 << 10  // of a message
	maxWord = 1 << 10  // of a media type, a digest, an ID, a word
)

// lineJSON is the third part of a line. The names of the first group are those of
// other tools; all values are strings, as they have them.
type lineJSON struct {
	URL      string `json:"url"`
	MIME     string `json:"mime"`
	Status   string `json:"status"`
	Digest   string `json:"digest"`
	Length   string `json:"length"`
	Offset   string `json:"offset"`
	Filename string `json:"filename"`

	Date         string `json:"date"`
	Type         string `json:"type"`
	ID           string `json:"id"`
	InMember     string `json:"in-member"`
	RevisitMIME  string `json:"revisit-mime"`
	RefersToURI  string `json:"refers-to-uri"`
	RefersToDate string `json:"refers-to-date"`
	RefersTo     string `json:"refers-to"`
	FetchTime    string `json:"fetch-ms"`
	ErrorKind    string `json:"error-kind"`
	ErrorPhase   string `json:"error-phase"`
	ErrorMessage string `json:"error-message"`
	Attempts     string `json:"error-attempts"`
}

const (
	timestampForm = "20060102150405"
	mimeUnknown   = "unk"          // what pywb has where there is none
	mimeRevisit   = "warc/revisit" // by which pywb knows a revisit
)

// appendLine appends the line of an index that an entry makes, without its end.
// The entry is as the indexer makes it: within the bounds above.
func (e *Entry) appendLine(b []byte, filename string) ([]byte, error) {
	key, ok := surtKey(e.URL)
	if !ok {
		return b, fmt.Errorf("no URL of http or https: %.200q", e.URL)
	}
	b = append(append(b, key...), ' ')
	b = append(e.Date.AppendFormat(b, timestampForm), ` {"url":`...)
	b = appendJSON(b, e.URL)
	mime := e.MIME
	switch {
	case e.Type == Revisit:
		mime = mimeRevisit
	case e.MIME == "":
		mime = mimeUnknown
	}
	b = appendMember(b, "mime", mime)
	if e.Status > 0 {
		b = appendMember(b, "status", strconv.Itoa(e.Status))
	}
	b = appendMember(b, "digest", e.Digest)
	if e.Length > 0 {
		b = appendMember(b, "length", strconv.FormatInt(e.Length, 10))
	}
	b = appendMember(b, "offset", strconv.FormatInt(e.Offset, 10))
	b = appendMember(b, "filename", filename)

	if e.Date.Nanosecond() != 0 { // more than the timestamp says
		b = appendMember(b, "date", e.Date.Format(time.RFC3339Nano))
	}
	b = appendMember(b, "type", string(e.Type))
	b = appendMember(b, "id", e.ID)
	if e.InMember > 0 {
		b = appendMember(b, "in-member", strconv.Itoa(e.InMember))
	}
	if e.Type == Revisit {
		b = appendMember(b, "revisit-mime", e.MIME)
		b = appendMember(b, "refers-to-uri", e.RefersToURI)
		if !e.RefersToDate.IsZero() {
			b = appendMember(b, "refers-to-date", e.RefersToDate.Format(time.RFC3339Nano))
		}
		b = appendMember(b, "refers-to", e.RefersTo)
	}
	if e.Duration > 0 {
		b = appendMember(b, "fetch-ms", formatMillis(e.Duration))
	}
	if f := e.Failure; f != nil {
		b = appendMember(b, "error-kind", f.Kind)
		b = appendMember(b, "error-phase", f.Phase)
		if f.Attempts > 0 {
			b = appendMember(b, "error-attempts", strconv.Itoa(f.Attempts))
		}
		b = append(b, `,"error-message":`...) // even if empty: it says that there was a failure
		b = appendJSON(b, f.Message)
	}
	return append(b, '}'), nil
}

// appendMember appends what is not empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	return appendJSON(b, value)
}

// appendJSON appends s as a JSON string (RFC 8259 section 7). Bytes that aren't
// UTF-8 are replaced.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
			i++
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
			i++
		case c < utf8.RuneSelf:
			b = append(b, c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size
		}
	}
	return append(b, '"')
}

// parseLine reads a line of an index. The file is the archive that it is of: what
// the line calls it is for other tools.
func parseLine(line []byte, file string) (*Entry, error) {
	key, timestamp, text, err := splitLine(line)
	if err != nil {
		return nil, err
	}
	var j lineJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("its JSON can't be read: %w", err)
	}
	e := &Entry{
		URL: j.URL, MIME: j.MIME, Type: Type(j.Type), Digest: j.Digest, ID: j.ID, File: file,
		RefersToURI: j.RefersToURI, RefersTo: j.RefersTo,
	}
	if want, ok := surtKey(e.URL); !ok || want != string(key) {
		return nil, fmt.Errorf("its key is not that of its URL, %.200q", e.URL)
	}
	switch e.Type {
	case Response, Resource, Metadata, Revisit:
	default:
		return nil, fmt.Errorf("its type is %.100q", j.Type)
	}
	switch {
	case e.Type == Revisit:
		e.MIME = j.RevisitMIME
	case e.MIME == mimeUnknown:
		e.MIME = ""
	}
	p := &lineParser{}
	e.Date = p.time("timestamp", timestampForm, string(timestamp))
	if j.Date != "" {
		whole := p.time("date", time.RFC3339Nano, j.Date)
		if !whole.Truncate(time.Second).Equal(e.Date) {
			return nil, fmt.Errorf("its date %.40q is not its timestamp", j.Date)
		}
		e.Date = whole
	}
	if j.RefersToDate != "" {
		e.RefersToDate = p.time("refers-to-date", time.RFC3339Nano, j.RefersToDate)
	}
	e.Status = int(p.number("status", j.Status, 999))
	e.Length = p.number("length", j.Length, 1<<62)
	e.Offset = p.number("offset", j.Offset, 1<<62)
	e.InMember = int(p.number("in-member", j.InMember, 1<<31-1))
	if j.FetchTime != "" {
		e.Duration = p.millis(j.FetchTime)
	}
	if bytes.Contains(text, []byte(`"error-message":`)) {
		attempts, _ := strconv.Atoi(j.Attempts) // 0 if there are none
		e.Failure = &Failure{Kind: j.ErrorKind, Phase: j.ErrorPhase, Message: j.ErrorMessage, Attempts: max(attempts, 0)}
	}
	if e.Type == Metadata && e.Failure == nil {
		return nil, fmt.Errorf("it is of metadata without a failure")
	}
	return e, p.err
}

// splitLine parts a line at its first two spaces.
func splitLine(line []byte) (key, timestamp, text []byte, err error) {
	i := bytes.IndexByte(line, ' ')
	if i < 0 {
		return nil, nil, nil, fmt.Errorf("it has no timestamp")
	}
	j := bytes.IndexByte(line[i+1:], ' ')
	if j < 0 {
		return nil, nil, nil, fmt.Errorf("it has no JSON")
	}
	return line[:i], line[i+1 : i+1+j], line[i+j+2:], nil
}

// lineURL is the URL of a line as appendLine makes it, without reading all of it.
func lineURL(line []byte) (string, bool) {
	_, _, text, err := splitLine(line)
	if err != nil {
		return "", false
	}
	rest, ok := bytes.CutPrefix(text, []byte(`{"url":"`))
	if !ok {
		return "", false
	}
	if i := bytes.IndexByte(rest, '"'); i >= 0 && bytes.IndexByte(rest[:i], '\\') < 0 {
		return string(rest[:i]), true
	}
	var j struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(text, &j) != nil {
		return "", false
	}
	return j.URL, true
}

// lineParser keeps the first error.
type lineParser struct{ err error }

func (p *lineParser) fail(name, s string) {
	if p.err == nil {
		p.err = fmt.Errorf("its %s is %.100q", name, s)
	}
}

func (p *lineParser) time(name, form, s string) time.Time {
	t, err := time.Parse(form, s)
	if err != nil || !isWritable(t.UTC()) {
		p.fail(name, s)
		return time.Time{}
	}
	return t.UTC()
}

// number reads a decimal of at most max. An empty one is 0.
func (p *lineParser) number(name, s string, max int64) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > max {
		p.fail(name, s)
		return 0
	}
	return n
}

func (p *lineParser) millis(s string) time.Duration {
	d, ok := parseMillis(s)
	if !ok {
		p.fail("fetch-ms", s)
	}
	return d
}

// isWritable says that a date has the four digits of a year that the forms have.
func isWritable(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// parseMillis reads a decimal of milliseconds. More than 30 years are none.
func parseMillis(s string) (time.Duration, bool) {
	ms, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(ms >= 0 && ms < 1e12) {
		return 0, false
	}
	return time.Duration(ms*1e6 + 0.5), true
}

func formatMillis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/1e6, 'f', -1, 64)
}
