package warc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func meta(url string, about, block string) raw {
	r := raw{kind: "metadata", url: url, contentType: contentTypeFields, block: block}
	if about != "" {
		r.fields = []string{"WARC-Concurrent-To: <" + about + ">"}
	}
	return r
}

const responseID = "urn:test:response:http://a.test/"

func TestWhatIsIndexed(t *testing.T) {
	ok := page("http://a.test/", "x")
	request := raw{kind: "request", url: "http://a.test/", contentType: contentTypeRequest, block: "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"}
	entry := Entry{URL: "http://a.test/", Date: at(rawDate), Type: Response, MIME: "text/html", Status: 200, ID: responseID}
	failure := &Failure{Kind: "timeout", Phase: "headers", Message: "no answer in 5s"}
	failed := "fetchTimeMs: 5000\r\nerror-kind: timeout\r\nerror-phase: headers\r\nerror-message: no answer in 5s\r\n"
	with := func(change func(*Entry)) Entry {
		e := entry
		change(&e)
		return e
	}
	alone := with(func(e *Entry) {
		e.Type, e.MIME, e.Status, e.ID, e.Failure, e.Duration = Metadata, "", 0, "urn:test:metadata:http://a.test/", failure, 5*time.Second
	})
	timed := with(func(e *Entry) { e.Duration = 12500 * time.Microsecond })
	for name, test := range map[string]struct {
		records []raw
		want    []Entry
	}{
		"response":          {[]raw{info(), request, ok}, []Entry{entry}},
		"request alone":     {[]raw{info(), request}, nil},
		"time, ours":        {[]raw{request, meta("http://a.test/", responseID, "fetchTimeMs: 12.5\r\n"), ok}, []Entry{timed}},
		"time, Heritrix":    {[]raw{ok, request, meta("http://a.test/", responseID, "via: x\r\nfetchTimeMs: 12\r\n")}, []Entry{entry}},
		"time of another":   {[]raw{meta("http://a.test/", "urn:other", "fetchTimeMs: 12\r\n"), ok}, []Entry{entry}},
		"time, no relation": {[]raw{meta("http://a.test/", "", "fetchTimeMs: 12\r\n"), ok}, []Entry{entry}},
		"time before a request": {[]raw{meta("http://a.test/", responseID, "fetchTimeMs: 12\r\n"), request, ok},
			[]Entry{entry}},
		"failure":            {[]raw{request, meta("http://a.test/", "", failed)}, []Entry{alone}},
		"failure, then next": {[]raw{meta("http://a.test/", "", failed), ok}, []Entry{alone, entry}},
		"failure, answer torn off": {[]raw{meta("http://a.test/", "urn:torn", failed), request},
			[]Entry{alone}},
		"failure within the answer": {[]raw{meta("http://a.test/", responseID, failed), ok},
			[]Entry{with(func(e *Entry) { e.Failure, e.Duration = failure, 5*time.Second })}},
		"failure without words": {[]raw{meta("http://a.test/", "", "error-kind: x\r\n")},
			[]Entry{with(func(e *Entry) { *e = alone; e.Failure, e.Duration = &Failure{Kind: "x"}, 0 })}},
		"other metadata": {[]raw{meta("http://a.test/", "", "via: http://b.test/\r\noutlink: x\r\n"),
			{kind: "metadata", url: "http://a.test/", contentType: "application/json", block: `{"error-kind":1}`}}, nil},
		"resource": {[]raw{{kind: "resource", url: "http://a.test/", contentType: "text/HTML; charset=x", block: "x"}},
			[]Entry{with(func(e *Entry) { e.Type, e.ID = Resource, "urn:test:resource:http://a.test/" })}},
		"other URLs": {[]raw{{kind: "response", url: "dns:a.test", contentType: "text/dns", block: "x"},
			{kind: "resource", url: "urn:pageinfo:http://a.test/", contentType: "text/plain", block: "x"}, {kind: "resource", url: "ftp://a.test/x", block: "x"}}, nil},
		"other records": {[]raw{{kind: "conversion", url: "http://a.test/", contentType: "text/plain", block: "x"},
			{kind: "continuation", url: "http://a.test/", block: "x"}, {kind: "novelty", url: "http://a.test/", block: "x"}}, nil},
		"no HTTP": {[]raw{{kind: "response", url: "http://a.test/", contentType: "text/plain", block: "x"}}, nil},
		"revisit with a head": {[]raw{{kind: "revisit", url: "http://a.test/", block: "HTTP/1.1 203 X\r\nContent-Type: a/b\r\n\r\n",
			fields: []string{"WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "WARC-Refers-To: <urn:x>", "WARC-Refers-To-Target-URI: <http://b.test/>", "WARC-Refers-To-Date: 2020-01-01T00:00:00.25Z"}}},
			[]Entry{{URL: "http://a.test/", Date: at(rawDate), Type: Revisit, MIME: "a/b", Status: 203, ID: "urn:test:revisit:http://a.test/",
				Digest: "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", RefersTo: "urn:x", RefersToURI: "http://b.test/", RefersToDate: at("2020-01-01T00:00:00.25Z")}}},
		"revisit without": {[]raw{{kind: "revisit", url: "http://a.test/", block: ""}},
			[]Entry{{URL: "http://a.test/", Date: at(rawDate), Type: Revisit, ID: "urn:test:revisit:http://a.test/"}}},
		"hostile lengths": {[]raw{{kind: "response", url: "http://a.test/", id: responseID + strings.Repeat("x", 5000), block: answer("200 OK", strings.Repeat("m", 5000), "x"),
			fields: []string{"WARC-Payload-Digest: sha1:" + strings.Repeat("A", 5000)}}},
			[]Entry{with(func(e *Entry) { e.MIME, e.ID = "", "" })}},
	} {
		t.Run(name, func(t *testing.T) {
			a := openRaw(t, test.records...)
			got := lookup(t, a, "http://a.test/")
			if all := allEntries(t, a); len(all) != len(got) {
				t.Errorf("%d lines, want %d", len(all), len(got))
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(Entry{}, "File", "Offset", "Length"), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestLengthsOfWhatIsIndexed(t *testing.T) {
	for _, gz := range []bool{false, true} {
		lay := plain
		if gz {
			lay = members(1)
		}
		failed := meta("http://a.test/failed", "", "error-kind: x\r\n")
		records := []raw{info(), page("http://a.test/", "x"), failed, page("http://a.test/2", "y")}
		a := open(t, writeFile(t, "a.warc", lay(records)))
		end := int64(len(lay(records[:1])))
		for _, r := range records[1:] {
			e := only(t, a, r.url)
			if e.Offset != end {
				t.Errorf("%s begins at %d, want %d", r.url, e.Offset, end)
			}
			end += e.Length
		}
		if want := int64(len(lay(records))); end != want {
			t.Errorf("they end at %d, want %d", end, want)
		}
	}
}

func TestURLsThatAreTooLong(t *testing.T) {
	long := "http://a.test/" + strings.Repeat("x", maxURL)
	var reported []*Problem
	file := writeFile(t, "a.warc", plain([]raw{page(long, ""), page("http://a.test/", "")}))
	a, err := Open([]string{file}, OpenOptions{Report: func(p *Problem) { reported = append(reported, p) }})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	only(t, a, "http://a.test/")
	if n := len(lookup(t, a, long)); n != 0 || a.Problems()[ClassLongURI] != 1 || len(reported) != 1 || reported[0].Class != ClassLongURI {
		t.Errorf("%d captures, problems %v, reported %v", n, a.Problems(), reported)
	}
}

func TestURLsThatAreNotUTF8(t *testing.T) {
	a := openRaw(t, page("http://a.test/\xe4", "latin"), page("http://a.test/ü", "utf8"), page("http://a.test/%C3%BC?", "query"))
	for url, want := range map[string]string{"http://a.test/%E4": "latin", "http://a.test/\xe4": "latin", "http://a.test/%c3%bc": "utf8"} {
		if got := bodyOf(t, a, only(t, a, url)); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}

func TestIndexingIsTold(t *testing.T) {
	var records []raw
	for i := range 30 {
		records = append(records, page(fmt.Sprintf("http://a.test/%d", i), strings.Repeat("x", 200_000)))
	}
	content := plain(records)
	file := writeFile(t, "a.warc", content)
	var told []int64
	_, err := Index(file, OpenOptions{Indexing: func(f string, done, size int64) {
		if f != file || size != int64(len(content)) {
			t.Errorf("told of %s, %d bytes", f, size)
		}
		told = append(told, done)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(told); n < 5 || n > 8 || told[0] != 0 || told[n-1] != int64(len(content)) {
		t.Errorf("told %v of %d", told, len(content))
	}
}
