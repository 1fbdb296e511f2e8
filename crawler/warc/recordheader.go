package warc

import (
	"bytes"
	"strconv"
	"strings"
)

var recordMagic = []byte("WARC/")

// plausibleRecord tells whether what stands at recordMagic can be a record's header rather than text about records:
// it is at a line's beginning, the version is all of its line, and a named field follows.
func plausibleRecord(l *lookback) bool {
	if b := l.before(1); len(b) > 0 && b[0] != '\n' {
		return false
	}
	version, rest, ok := bytes.Cut(l.peek(200), []byte("\n"))
	if !ok || !bytes.HasPrefix(version, recordMagic) || !isVersion(bytes.TrimSpace(version[len(recordMagic):])) {
		return false
	}
	name, _, ok := bytes.Cut(rest, []byte(":"))
	return ok && len(name) > 0 && !bytes.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

func isVersion(b []byte) bool {
	major, minor, ok := bytes.Cut(b, []byte("."))
	return ok && isDigits(major) && isDigits(minor)
}

func isDigits(b []byte) bool {
	return len(b) > 0 && len(b) < 5 && !bytes.ContainsFunc(b, func(r rune) bool { return r < '0' || r > '9' })
}

// readHeader reads the header of the record that begins here (ISO 28500:2017 section 4). It returns nil if the
// record is to be left out, or the reading is to end.
func (r *Reader) readHeader() *Record {
	rec := &Record{Offset: r.position(), ContentLength: -1}
	if r.gz != nil {
		rec.InMember = r.gz.records
		r.gz.records++
	}
	lines := fieldLines{in: r.in}
	version, err := lines.next()
	rec.Version = strings.TrimSpace(string(bytes.TrimPrefix(version, recordMagic)))
	var odd []string
	if err == nil {
		err = lines.fields(
			func(name, value string) { rec.Fields = append(rec.Fields, Field{name, value}) },
			func(line string) {
				if len(odd) < 3 {
					odd = append(odd, strconv.Quote(line))
				}
			})
	}
	rec.Type = Type(strings.ToLower(rec.Fields.Get(FieldType)))
	rec.ID = trimURI(rec.Fields.Get(FieldRecordID))
	rec.TargetURI = strings.ReplaceAll(trimURI(rec.Fields.Get(FieldTargetURI)), " ", "%20")
	switch {
	case err == errHeaderTooLong:
		r.leaveOut(rec, ClassHeader, err.Error())
		return nil
	case err != nil:
		r.broken(rec, "in its header", err)
		return nil
	}
	if length, wrong := parseLength(rec.Fields.Values(FieldContentLength)); wrong != "" {
		r.leaveOut(rec, ClassNoLength, wrong)
		return nil
	} else {
		rec.ContentLength = length
	}
	r.begin(rec)
	worst := Count
	note := func(c Class, detail string) {
		if p := r.tell(rec, c, detail); p.Action > worst {
			worst = p.Action
		}
	}
	if len(odd) > 0 {
		note(ClassFieldLine, "not a named field, and passed over: "+strings.Join(odd, ", "))
	}
	r.checkFields(rec, note)
	if worst >= Skip {
		return nil
	}
	return rec
}

// checkFields says what is wrong with a record's fields, and takes from them what the record needs.
func (r *Reader) checkFields(rec *Record, note func(Class, string)) {
	switch rec.Version {
	case "1.0", "1.1", "0.17", "0.18": // the last two are drafts of 1.0 that early archives have, with the same header
	default:
		note(ClassVersion, "version "+clip(rec.Version)+" is not known; it is read as 1.1")
	}
	if rec.Type == "" {
		note(ClassNoType, "WARC-Type is missing")
	}
	if rec.ID == "" {
		note(ClassNoRecordID, "WARC-Record-ID is missing")
	}
	checkURI(rec, note)
	if rec.segmented() {
		note(ClassSegmented, "it goes on in continuation records, which are not joined to it")
	}
	var err error
	if rec.Date, err = parseDate(rec.Fields.Get(FieldDate)); err != nil {
		note(ClassDate, "WARC-Date: "+err.Error())
	}
	rec.block.expect(note)
}

// segmented reports whether a record is the first part of one (section 7): such are too
// rare to be joined.
func (rec *Record) segmented() bool {
	return rec.Type != Continuation && rec.Fields.Get(FieldSegmentNumber) != ""
}

func checkURI(rec *Record, note func(Class, string)) {
	raw := rec.Fields.Get(FieldTargetURI)
	bare := strings.TrimSuffix(strings.TrimPrefix(raw, "<"), ">")
	switch rec.Type {
	case Response, Request, Resource, Revisit, Conversion, Continuation: // section 5.12
		if rec.TargetURI == "" {
			note(ClassNoTargetURI, "WARC-Target-URI is missing, and a "+string(rec.Type)+" needs it")
		}
	}
	if bare != raw {
		note(ClassURIBrackets, "WARC-Target-URI is in angle brackets, which are no part of it")
	}
	switch {
	case strings.TrimSpace(bare) != bare:
		note(ClassURISpaces, "WARC-Target-URI has spaces around it, which are no part of it: "+clip(raw))
	case strings.ContainsAny(bare, " \t"):
		note(ClassURISpaces, "WARC-Target-URI has spaces in it, taken as %20: "+clip(raw))
	}
}

// trimURI takes away what isn't a URI's: brackets, and spaces within them.
func trimURI(s string) string {
	s = strings.TrimSpace(s)
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">"))
}

// clip quotes a value for a message, not at any length.
func clip(s string) string {
	if len(s) > 200 {
		return strconv.Quote(s[:200]) + "…"
	}
	return strconv.Quote(s)
}

// parseLength reads Content-Length, which may be there twice if both say the same. The string is what is wrong.
func parseLength(values []string) (length int64, wrong string) {
	if len(values) == 0 {
		return 0, "Content-Length is missing, so its block has no end"
	}
	for i, v := range values {
		n, err := strconv.ParseUint(v, 10, 63)
		if err != nil {
			return 0, "Content-Length is " + clip(v) + ", so its block has no end"
		}
		if i > 0 && int64(n) != length {
			return 0, "Content-Length is there twice, and differs: " + clip(values[0]) + ", " + clip(v)
		}
		length = int64(n)
	}
	return length, ""
}
