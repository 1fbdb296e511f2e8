package sink

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The two lines pin the wire format: whoever reads version 1 counts on these bytes.
const (
	fullLine = `{"url":"https://bookshop.example/shelf/7?page=2&sort=title","requested_url":"../shelf/7","status":200,` +
		`"redirects":[{"url":"https://bookshop.example/s","status":301},{"url":"https://bookshop.example/shelf","status":302}],` +
		`"fetched_at":"2026-11-22T11:30:00.123Z","duration_ms":48,"depth":2,"parent":"https://bookshop.example/","attempt":1,` +
		`"content_type":"text/html","charset":"utf-8","charset_from":"header","bytes":26112,` +
		`"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","truncated":true,` +
		`"title":"Shelf \"B\" — récits de mer","description":"Books on harbours, <tides> & pilots","language":"fr",` +
		`"canonical":"https://bookshop.example/shelf",` +
		`"headings":[{"level":1,"text":"Chapter 0: le port de Saint-Servan"},{"level":2,"text":"Chapter 1: le port de Saint-Servan"}],` +
		`"links":[{"url":"https://bookshop.example/books/0000/the-pilot-of-the-estuary.html",` +
		`"text":"The pilot, volume 0 港の本","rel":"nofollow noopener"},` +
		`{"url":"https://bookshop.example/books/0001/the-pilot-of-the-estuary.html","text":"The pilot, volume 1 港の本","rel":null}],` +
		`"error":{"kind":"timeout","phase":"body","message":"no byte for 30 s","attempts":3}}` + "\n"
	emptyLine = `{"url":"","requested_url":"","status":null,"redirects":[],"fetched_at":"0001-01-01T00:00:00.000Z","duration_ms":0,` +
		`"depth":0,"parent":null,"attempt":0,"content_type":null,"charset":null,"charset_from":null,"bytes":0,"sha256":null,` +
		`"truncated":false,"title":null,"description":null,"language":null,"canonical":null,"headings":[],"links":[],"error":null}` + "\n"
)

func TestAppendJSONWritesVersion1(t *testing.T) {
	if diff := cmp.Diff(fullLine, string(pageRecord(7, 2, 2).AppendJSON(nil))); diff != "" {
		t.Errorf("full record (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("before"+emptyLine, string(Record{}.AppendJSON([]byte("before")))); diff != "" {
		t.Errorf("empty record (-want +got):\n%s", diff)
	}
}

func TestAppendJSONWritesEmptyStringsAsStrings(t *testing.T) {
	line := string(Record{Title: new(""), Links: []Link{{Rel: new("")}}, Error: &PageError{}}.AppendJSON(nil))
	for _, want := range []string{`"title":""`, `"rel":""`, `"error":{"kind":"","phase":null,"message":"","attempts":0}`} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
}

func TestAppendJSONWritesInstants(t *testing.T) {
	paris := time.FixedZone("CET", 3600)
	for _, test := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"whole second", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "2026-01-02T03:04:05.000Z"},
		{"cut, not rounded", time.Date(2026, 1, 2, 3, 4, 5, 999_999_999, time.UTC), "2026-01-02T03:04:05.999Z"},
		{"another zone", time.Date(2026, 1, 1, 0, 30, 0, 0, paris), "2025-12-31T23:30:00.000Z"},
		{"after RFC 3339", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31T23:59:59.999Z"},
		{"before RFC 3339", time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), "0000-01-01T00:00:00.000Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := string(Record{FetchedAt: test.at}.AppendJSON(nil))
			if want := `"fetched_at":"` + test.want + `"`; !strings.Contains(line, want) {
				t.Errorf("no %s in %s", want, line)
			}
		})
	}
}

func TestDecodeReadsBackWhatWasWritten(t *testing.T) {
	for name, record := range map[string]Record{"full": pageRecord(1, 20, 12), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			got, err := Decode(record.AppendJSON(nil))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(record, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-written +read)\n%s", diff)
			}
		})
	}
}

func TestDecodeReadsLinesOfLaterVersions(t *testing.T) {
	line := strings.Replace(fullLine, `{"url"`, `{"screenshot":{"width":640},"url"`, 1)
	got, err := Decode([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pageRecord(7, 2, 2), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDecodeRefusesWhatIsNoRecord(t *testing.T) {
	for _, line := range []string{"", "\n", "[]", `{"url":`, `{"url":7}`, `{"fetched_at":"yesterday"}`, fullLine + fullLine, fullLine[:len(fullLine)/2]} {
		if got, err := Decode([]byte(line)); err == nil || !strings.HasPrefix(err.Error(), "not a record of the dataset: ") {
			t.Errorf("Decode(%.40q) = %+v, %v", line, got, err)
		}
	}
}

func TestMarshalJSONGivesTheSameForm(t *testing.T) {
	got, err := pageRecord(7, 2, 2).MarshalJSON()
	if err != nil || string(got)+"\n" != fullLine {
		t.Errorf("%s, %v", got, err)
	}
	// json.Marshal escapes <, > and & for HTML, whatever the method says; that is the same JSON.
	inSlice, err := json.Marshal([]Record{pageRecord(7, 2, 2)})
	if err != nil {
		t.Fatal(err)
	}
	var back []Record
	if err := json.Unmarshal(inSlice, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Record{pageRecord(7, 2, 2)}, back); diff != "" {
		t.Error(diff)
	}
}

// plainRecord is a Record that encoding/json writes by itself, from the tags.
type plainRecord Record

func withEncodingJSON(t testing.TB, r Record) []byte {
	t.Helper()
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plainRecord(r)); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// asWritten is what a string becomes on its way to the dataset: each byte that is not UTF-8 is one U+FFFD.
func asWritten(s string) string { return string([]rune(s)) }

// FuzzAppendJSON compares with encoding/json, byte for byte: it agrees on every escape but that of U+0085, which it leaves as it is.
func FuzzAppendJSON(f *testing.F) {
	f.Add("https://example.org/", "a \"title\"", "nofollow", 200, int64(1), true)
	f.Add("\x00\x01\x1f\x20\x7f\x80\xff", "\b\f\n\r\t\v\\/\"'<>&", "\xc3\x28\xe2\x28\xa1\xf0\x28\x8c\xbc", -1, int64(-1<<63), false)
	f.Add("\u0085\u2028\u2029\ufffd\ufeff", "\xed\xa0\x80\xed\xbf\xbf", "\xf4\x90\x80\x80\xc0\x80\xe2\x80", 999, int64(1<<63-1), true)
	f.Add(strings.Repeat("é", 100), "港\xe6\xb8", "\U0010ffff\U0001f600", 0, int64(0), false)
	f.Fuzz(func(t *testing.T, a, b, c string, n int, m int64, yes bool) {
		record := func(a, b, c string) Record {
			return Record{
				URL: a, RequestedURL: b, Status: &n, Redirects: []Hop{{c, n}, {a + b, n}},
				FetchedAt:  time.Date(2026, 11, 22, 11, 30, 0, 123_000_000, time.UTC),
				DurationMS: m, Depth: n, Parent: &a, Attempt: n, ContentType: &b, Charset: &c, CharsetFrom: &a, Bytes: m, SHA256: &b,
				Truncated: yes, Title: &c, Description: &a, Language: &b, Canonical: &c,
				Headings: []Heading{{n, a}, {n, b + c}}, Links: []Link{{a, b, &c}, {b, c, nil}},
				Error: &PageError{Kind: a, Phase: &b, Message: c, Attempts: n},
			}
		}
		line := record(a, b, c).AppendJSON(nil)
		if !json.Valid(line) || !utf8.Valid(line) {
			t.Fatalf("not JSON in UTF-8: %q", line)
		}
		const endsOfLines = "\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029" // for str.splitlines, which knows the most
		if strings.IndexAny(string(line), endsOfLines) != len(line)-1 || line[len(line)-1] != '\n' {
			t.Fatalf("not one line: %q", line)
		}
		clean := record(asWritten(a), asWritten(b), asWritten(c))
		// The end of one string and the start of the next may make a character.
		clean.Redirects[1].URL, clean.Headings[1].Text = asWritten(a+b), asWritten(b+c)
		want := bytes.ReplaceAll(withEncodingJSON(t, clean), []byte("\u0085"), []byte(`\u0085`))
		if !bytes.Equal(line, want) {
			t.Fatalf("AppendJSON and encoding/json differ:\n%q\n%q", line, want)
		}
		got, err := Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(clean, got); diff != "" {
			t.Fatalf("(-written +read)\n%s", diff)
		}
	})
}

// FuzzDecode reads what anyone may have put into a file: what it takes for a record is written and read back unchanged.
func FuzzDecode(f *testing.F) {
	for _, line := range []string{fullLine, emptyLine, "{}", "null", `{"status":null,"links":null,"error":{}}`, `{"fetched_at":"0000-01-01T00:00:00+23:59"}`,
		`{"url":"\ud800","title":"\u2028\udc00"}`, `{"depth":1e3}`, "\xef\xbb\xbf{}", `{"bytes":9223372036854775808}`} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		record, err := Decode(line)
		if err != nil {
			return
		}
		written := record.AppendJSON(nil)
		again, err := Decode(written)
		if err != nil {
			t.Fatalf("%v: %q", err, written)
		}
		if rewritten := again.AppendJSON(nil); !bytes.Equal(written, rewritten) {
			t.Fatalf("%q\n%q", written, rewritten)
		}
	})
}

func TestAppendJSONAllocatesNothing(t *testing.T) {
	record := pageRecord(1, 107, 20)
	buffer := record.AppendJSON(nil)
	if allocs := testing.AllocsPerRun(100, func() { buffer = record.AppendJSON(buffer[:0]) }); allocs != 0 {
		t.Errorf("%v allocations with a warm buffer", allocs)
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	record := pageRecord(1, 107, 20)
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer = record.AppendJSON(buffer[:0])
	}
	b.SetBytes(int64(len(buffer)))
}

func BenchmarkEncodingJSON(b *testing.B) {
	record := plainRecord(pageRecord(1, 107, 20))
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := encoder.Encode(&record); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(buf.Len()))
}
