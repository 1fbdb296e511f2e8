package warc

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

var entryLines = []struct {
	entry Entry
	line  string
}{
	{
		Entry{URL: "http://a.test/", Date: at("2026-11-22T10:40:01Z"), Type: Response, MIME: "text/html", Status: 200, Digest: "sha1:ABC", ID: "urn:1",
			Offset: 7, Length: 99},
		`test,a)/ 20261122104001 {"url":"http://a.test/","mime":"text/html","status":"200","digest":"sha1:ABC","length":"99","offset":"7",` +
			`"filename":"f.warc","type":"response","id":"urn:1"}`,
	},
	{
		Entry{URL: `http://a.test/"\` + "\u2028<&>", Date: at("2026-11-22T10:40:01.123456789Z"), Type: Resource, InMember: 3, Duration: 1500 * time.Microsecond},
		`test,a)/"\%e2%80%a8<&> 20261122104001 {"url":"http://a.test/\"\\` + "\u2028" + `<&>","mime":"unk","offset":"0","filename":"f.warc",` +
			`"date":"2026-11-22T10:40:01.123456789Z","type":"resource","in-member":"3","fetch-ms":"1.5"}`,
	},
	{
		Entry{URL: "http://a.test/x", Type: Revisit, MIME: "text/css", Status: 200, Digest: "sha1:ABC", RefersToURI: "http://a.test/", RefersTo: "urn:1",
			RefersToDate: at("2026-11-22T10:40:01.5Z")},
		`test,a)/x 00010101000000 {"url":"http://a.test/x","mime":"warc/revisit","status":"200","digest":"sha1:ABC","offset":"0","filename":"f.warc",` +
			`"type":"revisit","revisit-mime":"text/css","refers-to-uri":"http://a.test/","refers-to-date":"2026-11-22T10:40:01.5Z","refers-to":"urn:1"}`,
	},
	{
		Entry{URL: "http://a.test/", Type: Metadata, Failure: &Failure{Kind: "timeout", Phase: "headers", Message: "no answer\tin 5s"}, Duration: 5 * time.Second},
		`test,a)/ 00010101000000 {"url":"http://a.test/","mime":"unk","offset":"0","filename":"f.warc","type":"metadata","fetch-ms":"5000",` +
			`"error-kind":"timeout","error-phase":"headers","error-message":"no answer\u0009in 5s"}`,
	},
}

func TestEntryLine(t *testing.T) {
	for _, test := range entryLines {
		line, err := test.entry.appendLine(nil, "f.warc")
		if err != nil || string(line) != test.line {
			t.Errorf("got  %s, %v\nwant %s", line, err, test.line)
		}
		back, err := parseLine([]byte(test.line), "dir/f.warc")
		if err != nil {
			t.Fatalf("%s: %v", test.line, err)
		}
		want := test.entry
		want.File = "dir/f.warc"
		if diff := cmp.Diff(&want, back); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.line, diff)
		}
		if url, ok := lineURL([]byte(test.line)); !ok || url != want.URL {
			t.Errorf("lineURL = %q", url)
		}
		var values map[string]string // as other tools read it
		if err := json.Unmarshal(line[strings.IndexByte(string(line), '{'):], &values); err != nil {
			t.Error(err)
		}
	}
}

func TestParseLineRefuses(t *testing.T) {
	good := entryLines[0].line
	for _, change := range [][2]string{
		{"test,a)/ ", "test,b)/ "}, {" 2026", " 2x26"}, {" {", ""}, {`"}`, `"`}, {`"7"`, `"-7"`}, {`"7"`, `7`}, {`"7"`, `"99999999999999999999"`},
		{`"200"`, `"1000"`}, {"response", "request"}, {"response", "metadata"}, {"http://", "dns://"},
		{`"id"`, `"date":"2026-11-22T10:40:02.5Z","id"`}, {`"id"`, `"fetch-ms":"NaN","id"`}, {`"id"`, `"refers-to-date":"x","id"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s is not in the line", change[0])
		}
		if e, err := parseLine([]byte(bad), "f"); err == nil {
			t.Errorf("%s is read as %+v", bad, e)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	for _, test := range entryLines {
		f.Add([]byte(test.line))
	}
	f.Add([]byte(`com,example)/ 20140102030405 {"url": "http://example.com/", "mime": "text/html", "status": "200", "digest": "G7HRM", "length": "1043", "offset": "333", "filename": "e.warc.gz"}`))
	f.Add([]byte(metaPrefix + `{"format":"trawl-index-1"}`))
	f.Add([]byte(`  {}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		lineURL(line)
		e, err := parseLine(line, "f")
		if err != nil {
			return
		}
		again, err := e.appendLine(nil, "f")
		if err != nil {
			t.Fatalf("%+v has no line: %v", e, err)
		}
		back, err := parseLine(again, "f")
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if diff := cmp.Diff(e, back); diff != "" {
			t.Errorf("%s\n%s", again, diff)
		}
	})
}

func TestParseMillis(t *testing.T) {
	for s, want := range map[string]time.Duration{"0": 0, "12": 12 * time.Millisecond, " 1.5 ": 1500 * time.Microsecond, "0.001": time.Microsecond} {
		if got, ok := parseMillis(s); !ok || got != want {
			t.Errorf("%q: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-1", "x", "NaN", "Inf", "1e300"} {
		if got, ok := parseMillis(s); ok {
			t.Errorf("%q: %v", s, got)
		}
	}
}
