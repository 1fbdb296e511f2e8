package warc

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Headers as tools write them are read; what is wrong with one is said, once, with the record.
func TestHeaders(t *testing.T) {
	const id, date, length = "WARC-Record-ID: <urn:uuid:1>\r\n", "WARC-Date: 2024-05-06T07:08:09Z\r\n", "Content-Length: 4\r\n"
	const rest = id + date + length
	const metadata = "WARC-Type: metadata\r\n"
	for name, c := range map[string]struct {
		header string
		counts string
		uri    string
	}{
		"in order":                 {"WARC/1.1\r\n" + metadata + rest, "map[]", ""},
		"1.0":                      {"WARC/1.0\r\n" + metadata + rest, "map[]", ""},
		"0.17":                     {"WARC/0.17\r\n" + metadata + rest, "map[]", ""},
		"0.18":                     {"WARC/0.18\r\n" + metadata + rest, "map[]", ""},
		"a space after":            {"WARC/1.0 \r\n" + metadata + rest, "map[]", ""},
		"2.0":                      {"WARC/2.0\r\n" + metadata + rest, "map[version:1]", ""},
		"no version":               {"WARC/\r\n" + metadata + rest, "map[version:1]", ""},
		"LF alone":                 {strings.ReplaceAll("WARC/1.1\r\n"+metadata+rest, "\r\n", "\n"), "map[]", ""},
		"no space after the colon": {strings.ReplaceAll("WARC/1.1\r\n"+metadata+rest, ": ", ":"), "map[]", ""},
		"spaces before the colon":  {strings.ReplaceAll("WARC/1.1\r\n"+metadata+rest, ": ", " \t:  "), "map[]", ""},
		"any case":                 {strings.ToLower("WARC-TYPE: METADATA\r\n") + rest, "", ""},
		"upper case":               {"WARC/1.1\r\nWARC-TYPE: Metadata\r\n" + strings.ToUpper(id+date+length), "map[]", ""},
		"folded":                   {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI: http://example.test\r\n\t/folded\r\n", "map[uri_spaces:1]", "http://example.test%20/folded"},
		"folded, empty at first":   {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI:\r\n http://example.test/\r\n", "map[]", "http://example.test/"},
		"Latin-1":                  {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI: http://example.test/caf\xe9\r\n", "map[]", "http://example.test/caf\xe9"},
		"brackets":                 {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI: <http://example.test/>\r\n", "map[uri_brackets:1]", "http://example.test/"},
		"brackets and spaces":      {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI: < http://example.test/ >\r\n", "map[uri_brackets:1 uri_spaces:1]", "http://example.test/"},
		"spaces in the URI":        {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI: http://example.test/a b\r\n", "map[uri_spaces:1]", "http://example.test/a%20b"},
		"spaces around the field":  {"WARC/1.1\r\n" + metadata + rest + "WARC-Target-URI:   http://example.test/  \t\r\n", "map[]", "http://example.test/"},
		"no ID":                    {"WARC/1.1\r\n" + metadata + date + length, "map[no_record_id:1]", ""},
		"an empty ID":              {"WARC/1.1\r\n" + metadata + "WARC-Record-ID: <>\r\n" + date + length, "map[no_record_id:1]", ""},
		"an ID without brackets":   {"WARC/1.1\r\n" + metadata + "WARC-Record-ID: urn:uuid:1\r\n" + date + length, "map[]", ""},
		"no type":                  {"WARC/1.1\r\n" + rest, "map[no_type:1]", ""},
		"an unknown type":          {"WARC/1.1\r\nWARC-Type: screenshot\r\n" + rest, "map[]", ""},
		"no date":                  {"WARC/1.1\r\n" + metadata + id + length, "map[date:1]", ""},
		"no real date":             {"WARC/1.1\r\n" + metadata + id + "WARC-Date: yesterday\r\n" + length, "map[date:1]", ""},
		"no URI":                   {"WARC/1.1\r\nWARC-Type: request\r\n" + rest, "map[no_target_uri:1]", ""},
		"no field":                 {"WARC/1.1\r\n" + metadata + "what is this\r\n: nor this\r\na\x00b: c\r\n" + rest, "map[field_line:1]", ""},
		"lengths that agree":       {"WARC/1.1\r\n" + metadata + rest + length, "map[]", ""},
		"zeros before the length":  {"WARC/1.1\r\n" + metadata + id + date + "Content-Length: 0004\r\n", "map[]", ""},
		"no length":                {"WARC/1.1\r\n" + metadata + id + date, "map[no_length:1]", "-"},
		"a length below zero":      {"WARC/1.1\r\n" + metadata + id + date + "Content-Length: -4\r\n", "map[no_length:1]", "-"},
		"a length with a sign":     {"WARC/1.1\r\n" + metadata + id + date + "Content-Length: +4\r\n", "map[no_length:1]", "-"},
		"a length too great":       {"WARC/1.1\r\n" + metadata + id + date + "Content-Length: 9223372036854775808\r\n", "map[no_length:1]", "-"},
		"lengths that differ":      {"WARC/1.1\r\n" + metadata + rest + "Content-Length: 5\r\n", "map[no_length:1]", "-"},
		"too long":                 {"WARC/1.1\r\n" + metadata + rest + "X: " + strings.Repeat("x", maxHeaderBytes) + "\r\n", "map[header:1]", "-"},
		"too many":                 {"WARC/1.1\r\n" + metadata + rest + strings.Repeat("X:\r\n", maxHeaderFields), "map[header:1]", "-"},
	} {
		if !strings.HasPrefix(c.header, "WARC/") {
			c.header, c.counts = "WARC/1.1\r\n"+c.header, "map[]"
		}
		data := samplePage(1) + c.header + "\r\nbody\r\n\r\n" + samplePage(2)
		for form, data := range map[string]string{"plain": data, "gzip": gzipMember(samplePage(1)) + gzipMember(c.header+"\r\nbody\r\n\r\n") + gzipMember(samplePage(2))} {
			got := readString(t, data, nil)
			if got.err != nil || fmt.Sprint(got.counts) != c.counts {
				t.Errorf("%s, %s: %v, %v", name, form, got.counts, got.problems)
				continue
			}
			if c.uri == "-" {
				if got.uris() != "1 2" {
					t.Errorf("%s, %s: %q", name, form, got.uris())
				}
				continue
			}
			if len(got.records) != 3 || got.records[1].TargetURI != c.uri || got.records[1].body != "body" || got.records[2].err != nil {
				t.Errorf("%s, %s: %+v", name, form, got.records)
			}
			for _, p := range got.problems {
				if p.Offset != got.records[1].Offset || p.Detail == "" {
					t.Errorf("%s, %s: %v", name, form, p)
				}
			}
		}
	}
}

// A header's problem leaves the record out, or ends the reading, if the policy says so.
func TestHeaderPolicy(t *testing.T) {
	data := samplePage(1) + samplePage(2, "WARC-Date: yesterday", "WARC-Target-URI: <http://example.test/2>") + samplePage(3)
	for action, want := range map[Action]string{Count: "1 2 3", Repair: "1 2 3", Skip: "1 3", Stop: "1"} {
		got := readString(t, data, Policy{ClassDate: action})
		if got.uris() != want || (action == Stop) != errors.Is(got.err, ClassDate) || len(got.problems) != min(int(action), 1)+1 {
			t.Errorf("%v: %q, %v, %v", action, got.uris(), got.problems, got.err)
		}
		if action == Repair && !got.records[1].Date.IsZero() {
			t.Error("a date that can't be read is one all the same")
		}
	}
	if got := readString(t, samplePage(1)+samplePage(2, "-Content-Length")+samplePage(3), Policy{ClassNoLength: Repair}); got.uris() != "1 3" || got.problems[0].Action != Skip {
		t.Errorf("without a length: %q, %v; want it left out, and no other thing said", got.uris(), got.problems)
	}
	if got := readString(t, samplePage(1)+samplePage(2, "-Content-Length")+samplePage(3), Policy{ClassNoLength: Stop}); got.uris() != "1" || !errors.Is(got.err, ClassNoLength) {
		t.Errorf("%q, %v", got.uris(), got.err)
	}
}

// All fields are kept as they came, in order, with those that no one knows.
func TestHeaderFields(t *testing.T) {
	rec := readString(t, samplePage(1, "X-Mine: a", "WARC-Concurrent-To: <urn:1>")+"", nil).records[0]
	if f := rec.Fields; f.Get("x-mine") != "a" || f.Get("WARC-TYPE") != "response" || f.Get("WARC-Record-ID")[0] != '<' {
		t.Errorf("%v", f)
	}
	if !rec.Date.Equal(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)) {
		t.Error(rec.Date)
	}
}

func TestPlausibleRecord(t *testing.T) {
	for text, want := range map[string]bool{
		"WARC/1.0\r\nWARC-Type: x": true, "WARC/1.1\nA:": true, "WARC/0.18 \r\nContent-Length:1": true,
		"WARC/1.0": false, "WARC/1.0\r\n": false, "WARC/1.0\r\n\r\n": false, "WARC/1.0 is a format\r\nA: b": false, "WARC/1\r\nA: b": false,
		"WARC/1.0\r\nsome text: here": false, "WARC/x.y\r\nA: b": false, "WARC/1.0\r\nWARC/1.1\r\nA: b": false,
	} {
		if got := plausibleRecord(lookbackOn(strings.NewReader(text))); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	l := lookbackOn(strings.NewReader("in a line WARC/1.0\r\nA: b"))
	if l.search(recordMagic, plausibleRecord) {
		t.Error("a record begins with its line")
	}
}
