package crawler

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// fromStdin extracts from a stream.
func fromStdin(archive string) ExtractConfig {
	return ExtractConfig{Files: []string{"-"}, Stdin: strings.NewReader(archive)}
}

// members compresses each record by itself, as archives are.
func members(t *testing.T, records ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, r := range records {
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(r)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func writeArchive(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	anHTTPAnswer = "Content-Type: application/http; msgtype=response\r\n"
	aPage        = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>page</title>"
)

func TestExtractTakesAndSkips(t *testing.T) {
	answer := func(head, body string) string { return "HTTP/1.1 " + head + "\r\n\r\n" + body }
	for _, test := range []struct {
		name, record string
		want         frontier.Reason // no line; "" for one
		failure      fetch.Kind      // of the line
		truncated    bool
	}{
		{"page", archiveRecord("response", "http://a.example/", aPage, anHTTPAnswer), "", "", false},
		{"XHTML", archiveRecord("response", "http://a.example/", answer("200 OK\r\nContent-Type: application/xhtml+xml", "<html/>"), anHTTPAnswer), "", "", false},
		{"page that is not there", archiveRecord("response", "http://a.example/", answer("404 No\r\nContent-Type: text/html", "no"), anHTTPAnswer), "", "", false},
		{"server that is down", archiveRecord("response", "http://a.example/", answer("503 No\r\nContent-Type: text/html", "no"), anHTTPAnswer), "", KindStatus, false},
		{"resource", archiveRecord("resource", "http://a.example/", "<title>page</title>", "Content-Type: text/html\r\n"), "", "", false},
		{"page without a type", archiveRecord("response", "http://a.example/", answer("200 OK", "<!doctype html><title>page</title>"), anHTTPAnswer), "", "", false},
		{"page in disguise", archiveRecord("response", "http://a.example/",
			answer("200 OK\r\nContent-Type: application/octet-stream", "<!doctype html><title>page</title>"), anHTTPAnswer), "", "", false},
		{"page cut short", archiveRecord("response", "http://a.example/", aPage, anHTTPAnswer, "WARC-Truncated: length\r\n"), "", fetch.KindNotRecorded, true},
		{"coding that nobody knows", archiveRecord("response", "http://a.example/",
			answer("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: rot13", "x"), anHTTPAnswer), "", fetch.KindEncoding, false},
		{"coding that is wrong", archiveRecord("response", "http://a.example/",
			answer("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", string(members(t, aPage)[:20])), anHTTPAnswer), "", fetch.KindEncoding, true},
		{"redirect that leads nowhere", archiveRecord("response", "http://a.example/",
			answer("302 Found\r\nContent-Type: text/html\r\nLocation: mailto:a@b.example", "x"), anHTTPAnswer), "", fetch.KindRedirect, false},
		{"noindex", archiveRecord("response", "http://a.example/", answer("200 OK\r\nContent-Type: text/html\r\nX-Robots-Tag: noindex", "x"), anHTTPAnswer), "", "", false},

		{"redirect", archiveRecord("response", "http://a.example/", answer("301 Moved\r\nContent-Type: text/html\r\nLocation: /b", "x"), anHTTPAnswer), frontier.ReasonRedirect, "", false},
		{"image", archiveRecord("response", "http://a.example/", answer("200 OK\r\nContent-Type: image/png", "x"), anHTTPAnswer), ReasonType, "", false},
		{"image that is not there", archiveRecord("response", "http://a.example/", answer("404 No\r\nContent-Type: image/png", "x"), anHTTPAnswer), ReasonType, "", false},
		{"octets", archiveRecord("response", "http://a.example/", answer("200 OK\r\nContent-Type: application/octet-stream", "x"), anHTTPAnswer), ReasonType, "", false},
		{"text that was not wanted", archiveRecord("response", "http://a.example/", answer("200 OK\r\nContent-Type: text/plain", "x"), anHTTPAnswer,
			"WARC-Truncated: length\r\n"), ReasonType, "", false},
		{"nothing at all", archiveRecord("response", "http://a.example/", answer("200 OK", ""), anHTTPAnswer), ReasonType, "", false},
		{"robots.txt", archiveRecord("response", "http://a.example/robots.txt", aPage, anHTTPAnswer), ReasonRobotsTxt, "", false},
		{"DNS", archiveRecord("response", "dns:a.example", "a.example. 1.2.3.4", "Content-Type: text/dns\r\n"), ReasonNotWeb, "", false},
		{"no URL", archiveRecord("response", "http://", aPage, anHTTPAnswer), ReasonNotWeb, "", false},
		{"no HTTP", archiveRecord("response", "http://a.example/", "x", "Content-Type: text/plain\r\n"), ReasonNotHTTP, "", false},
		{"no status line", archiveRecord("response", "http://a.example/", "x", anHTTPAnswer), ReasonDamaged, "", false},
		{"revisit on a stream", archiveRecord("revisit", "http://a.example/", aPage, anHTTPAnswer), ReasonRevisit, "", false},
		{"revisit of an image", archiveRecord("revisit", "http://a.example/", answer("200 OK\r\nContent-Type: image/png", ""), anHTTPAnswer), ReasonType, "", false},
		{"failure alone", archiveRecord("metadata", "http://a.example/", "error-kind: dns\r\nerror-message: no such host\r\n",
			"Content-Type: application/warc-fields\r\n"), ReasonNoAnswer, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			records, stats := extract(t, fromStdin(archiveRecord("request", "http://a.example/", "GET / HTTP/1.1\r\n\r\n",
				"Content-Type: application/http; msgtype=request\r\n")+test.record))
			if test.want != "" {
				if d := cmp.Diff(map[frontier.Reason]int64{test.want: 1}, stats.Skipped); d != "" || len(records) != 0 {
					t.Errorf("%d lines, skipped (-want +got):\n%s", len(records), d)
				}
				return
			}
			if len(records) != 1 {
				t.Fatalf("%d lines: %+v", len(records), stats)
			}
			kind := fetch.Kind("")
			if e := records[0].Error; e != nil {
				kind = fetch.Kind(e.Kind)
			}
			if kind != test.failure || records[0].Truncated != test.truncated {
				t.Errorf("error %+v, truncated %v", records[0].Error, records[0].Truncated)
			}
			if want := time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC); !records[0].FetchedAt.Equal(want) {
				t.Errorf("fetched at %v", records[0].FetchedAt)
			}
		})
	}
}

// TestExtractHeedsMetadata has what our archives say of an exchange before its answer.
func TestExtractHeedsMetadata(t *testing.T) {
	about := func(id, fields string) string {
		return archiveRecord("metadata", "http://a.example/", fields, "Content-Type: application/warc-fields\r\n", "WARC-Concurrent-To: "+id+"\r\n")
	}
	page := archiveRecord("response", "http://a.example/", aPage, anHTTPAnswer, "WARC-Truncated: time\r\n")
	const failed = "fetchTimeMs: 1234\r\nerror-kind: timeout\r\nerror-phase: body\r\nerror-message: it took too long\r\n"
	records, _ := extract(t, fromStdin(about("<urn:test:response:http://a.example/>", failed)+page))
	e := records[0].Error
	if records[0].DurationMS != 1234 || e == nil || e.Kind != "timeout" || deref(e.Phase) != "body" || e.Message != "it took too long" || !records[0].Truncated {
		t.Errorf("%+v, error %+v", records[0], e)
	}
	records, stats := extract(t, fromStdin(about("<urn:test:another>", failed)+page))
	if records[0].DurationMS != 0 || records[0].Error.Kind != "not_recorded" || stats.Skipped[ReasonNoAnswer] != 1 {
		t.Errorf("of another: %+v, error %+v, %+v", records[0], records[0].Error, stats)
	}
}

func TestExtractTypes(t *testing.T) {
	archive := archiveRecord("response", "http://a.example/a.pdf", "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF", anHTTPAnswer)
	c := fromStdin(archive)
	c.Types = []string{"application/pdf"}
	if records, _ := extract(t, c); len(records) != 1 || deref(records[0].ContentType) != "application/pdf" {
		t.Errorf("%+v", records)
	}
	c.Types = []string{"pdf"}
	var bad *ConfigError
	if _, err := NewExtractor(c); !errors.As(err, &bad) || bad.Field != "Types" {
		t.Errorf("%v", err)
	}
}

// TestExtractOfALargePage cuts a page where a crawl does, before decoding and after.
func TestExtractOfALargePage(t *testing.T) {
	limits := fetch.DefaultOptions()
	limits.MaxBody, limits.MaxWireBytes = 1<<20, 1<<20
	packed := string(members(t, strings.Repeat("<p>a ", 1<<18)))
	for _, record := range []string{
		archivedPage("http://a.example/", strings.Repeat("<p>a ", 1<<18)),
		archivedPage("http://a.example/", packed, "Content-Encoding: gzip\r\n"),
	} {
		c := fromStdin(record + archivedPage("http://a.example/next", "<title>next</title>"))
		c.Fetch = &limits
		records, _ := extract(t, c)
		if e := records[0].Error; len(records) != 2 || e == nil || e.Kind != "too_large" || !records[0].Truncated || records[0].Bytes != 1<<20 {
			t.Errorf("%d lines, error %+v, %d bytes", len(records), e, records[0].Bytes)
		}
	}
}

// TestExtractGoesOnBehindDamage has a member that can't be inflated, and a file that
// is cut.
func TestExtractGoesOnBehindDamage(t *testing.T) {
	page := func(name string) string {
		return archivedPage("http://a.example/"+name, "<title>"+name+"</title>"+strings.Repeat("text ", 500))
	}
	first, second, third := members(t, page("1")), members(t, page("2")), members(t, page("3"))
	for i := 40; i < 60; i++ {
		second[i] ^= 0x55
	}
	archive := bytes.Join([][]byte{first, second, third, members(t, page("4"))[:100]}, nil)
	var told []*warc.Problem
	records, stats := extract(t, ExtractConfig{
		Files: []string{writeArchive(t, "damaged.warc.gz", archive)}, Report: func(p *warc.Problem) { told = append(told, p) },
	})
	if len(records) != 2 || deref(records[0].Title) != "1" || deref(records[1].Title) != "3" {
		t.Errorf("%d lines", len(records))
	}
	if len(told) != 2 || stats.Problems[warc.ClassDamagedMember] != 1 || stats.Problems[warc.ClassCutFile] != 1 {
		t.Errorf("told %v, counted %v", told, stats.Problems)
	}
	if told[0].Offset != int64(len(first)) {
		t.Errorf("the damage is at %d, want %d", told[0].Offset, len(first))
	}
}

// TestExtractStops has what no policy helps with. What came before is written.
func TestExtractStops(t *testing.T) {
	good := writeArchive(t, "good.warc.gz", members(t, archivedPage("http://a.example/", "<title>good</title>")))
	none := writeArchive(t, "none.warc.gz", []byte("this is no archive\n"))
	var problem *warc.Problem
	records, _, err := extractErr(t, t.Context(), ExtractConfig{Files: []string{good, none, good}})
	if !errors.As(err, &problem) || problem.Class != warc.ClassNotWARC || problem.File != none || len(records) != 1 {
		t.Errorf("no archive: %v, %d lines", err, len(records))
	}
	var read *warc.ReadError
	broken := iotest.TimeoutReader(strings.NewReader(unevenPages(100)))
	if _, _, err := extractErr(t, t.Context(), ExtractConfig{Files: []string{good, "-"}, Stdin: broken}); !errors.As(err, &read) || !errors.Is(err, iotest.ErrTimeout) || read.File != stdinName {
		t.Errorf("a source that fails: %v", err)
	}
	policy := warc.Policy{warc.ClassHTTPHead: warc.Stop}
	c := fromStdin(archivedPage("http://a.example/", "") + archiveRecord("response", "http://a.example/", "x", anHTTPAnswer) + archivedPage("http://a.example/", ""))
	c.Policy = policy
	if records, _, err := extractErr(t, t.Context(), c); !errors.As(err, &problem) || problem.Class != warc.ClassHTTPHead || len(records) != 1 {
		t.Errorf("a policy: %v, %d lines", err, len(records))
	}
}

// TestExtractFollowsRevisits has the body of a revisit in another file, and one that
// is in none.
func TestExtractFollowsRevisits(t *testing.T) {
	original := archivedPage("http://a.example/one", "<title>the original</title>")
	refers := func(url string) string {
		return anHTTPAnswer + "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n" +
			"WARC-Refers-To-Target-URI: " + url + "\r\nWARC-Refers-To-Date: 2020-02-29T12:00:00Z\r\n"
	}
	head := "HTTP/1.1 203 Changed\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n"
	files := []string{
		writeArchive(t, "1.warc.gz", members(t, original)),
		writeArchive(t, "2.warc.gz", members(t,
			archiveRecord("revisit", "http://a.example/two", head, refers("http://a.example/one")),
			archiveRecord("revisit", "http://a.example/three", head, refers("http://a.example/nowhere")),
			archivedPage("http://a.example/four", "<title>four</title>"))),
	}
	var told []*warc.Problem
	records, stats := extract(t, ExtractConfig{Files: files, Report: func(p *warc.Problem) { told = append(told, p) }})
	if len(records) != 3 {
		t.Fatalf("%d lines: %+v", len(records), stats)
	}
	if r := records[1]; r.URL != "http://a.example/two" || status(r) != 203 || deref(r.Title) != "the original" || deref(r.Charset) != "windows-1252" {
		t.Errorf("%+v", r)
	}
	if deref(records[2].Title) != "four" {
		t.Errorf("%+v", records[2])
	}
	if !maps.Equal(stats.Skipped, map[frontier.Reason]int64{ReasonRevisit: 1}) || stats.Problems[warc.ClassMissingOriginal] != 1 || len(told) != 1 {
		t.Errorf("%+v, told %v", stats, told)
	}
	if _, err := os.Stat(files[0] + ".cdxj"); err != nil {
		t.Error(err)
	}
}

// TestExtractWithoutRevisitsMakesNoIndex leaves directories as they are.
func TestExtractWithoutRevisitsMakesNoIndex(t *testing.T) {
	file := writeArchive(t, "1.warc.gz", members(t, archivedPage("http://a.example/", "")))
	extract(t, ExtractConfig{Files: []string{file}})
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestExtractConfigIsChecked(t *testing.T) {
	file := writeArchive(t, "1.warc", nil)
	for _, test := range []struct {
		config ExtractConfig
		field  string
	}{
		{ExtractConfig{}, "Files"},
		{ExtractConfig{Files: []string{"-", "-"}}, "Files"},
		{ExtractConfig{Files: []string{filepath.Join(t.TempDir(), "nowhere.warc")}}, "Files"},
		{ExtractConfig{Files: []string{t.TempDir()}}, "Files"},
		{ExtractConfig{Files: []string{file}, Output: file}, "Output"},
		{ExtractConfig{Files: []string{file}, Output: "pages.jsonl.xz"}, "Output"},
		{ExtractConfig{Files: []string{file}, Concurrency: -1}, "Concurrency"},
		{ExtractConfig{Files: []string{file}, Fetch: &fetch.Options{MaxBody: -1}}, "Fetch"},
	} {
		var bad *ConfigError
		if _, err := NewExtractor(test.config); !errors.As(err, &bad) || bad.Field != test.field {
			t.Errorf("%+v: %v", test.config, err)
		}
	}
	x, err := NewExtractor(ExtractConfig{Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	var bad *ConfigError
	if _, err := x.Run(t.Context()); !errors.As(err, &bad) || bad.Field != "Output" {
		t.Errorf("%v", err)
	}
}
