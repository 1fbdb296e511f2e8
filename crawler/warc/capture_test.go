package warc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	digestA = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
	digestB = "sha1:DR5MBP7OD3OPA7RFKWJUD4CTNUQUGFC5"
)

func original(url, date, digest, body string) raw {
	r := page(url, body)
	r.id, r.date = "urn:test:"+date+url, date
	if digest != "" {
		r.fields = []string{"WARC-Payload-Digest: " + digest}
	}
	return r
}

func revisit(url, date, head string, fields ...string) raw {
	return raw{kind: "revisit", url: url, id: "urn:test:revisit:" + date + url, date: date, block: head, fields: fields}
}

const ownHead = "HTTP/1.1 200 Own\r\nX-Own: yes\r\n\r\n"

func TestReadRevisit(t *testing.T) {
	const d1, d2, d3 = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.250Z", "2026-01-03T00:00:00Z"
	policy := Policy{ClassPayloadDigest: Count} // they are invented
	for name, test := range map[string]struct {
		records []raw
		body    string
		status  string
		missing string // what the error has to name
	}{
		"by URL and date": {[]raw{
			original("http://b.test/", d1, "", "wrong"), original("http://b.test/", d2, "", "right"), original("http://a.test/", d1, "", "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: "+d2)}, "right", "200 Own", ""},
		"by URL and date to the second": {[]raw{
			original("http://b.test/", d2, "", "right"),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: 2026-01-02T00:00:00Z")}, "right", "200 Own", ""},
		"two of one second, by digest": {[]raw{
			original("http://b.test/", d1, digestB, "wrong"), original("http://b.test/", d1, digestA, "right"), original("http://b.test/", d1, digestB, "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: "+d1, "WARC-Payload-Digest: "+digestA)},
			"right", "200 Own", ""},
		"two of one second, one with a digest": {[]raw{
			original("http://b.test/", d1, "", "wrong"), original("http://b.test/", d1, digestA, "right"), original("http://b.test/", d1, "", "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: "+d1, "WARC-Payload-Digest: "+digestA)},
			"right", "200 Own", ""},
		"by ID": {[]raw{
			original("http://a.test/", d1, "", "right"), original("http://a.test/", d2, "", "wrong"),
			revisit("http://a.test/", d3, "", "WARC-Refers-To: <urn:test:"+d1+"http://a.test/>")}, "right", "200 OK", ""},
		"by ID of another URL": {[]raw{
			original("http://b.test/", d1, "", "right"), original("http://a.test/", d2, "", "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To: <urn:test:"+d1+"http://b.test/>")}, "right", "200 Own", ""},
		"by digest, as Heritrix 1.0": {[]raw{
			original("http://a.test/", d1, digestA, "right"), original("http://a.test/", d2, digestB, "wrong"),
			revisit("http://a.test/", d3, "", "WARC-Payload-Digest: "+strings.ToLower(digestA))}, "right", "200 OK", ""},
		"by digest, the last before": {[]raw{
			original("http://a.test/", d1, digestA, "older"), original("http://a.test/", d2, digestA, "right"),
			revisit("http://a.test/", d3, "", "WARC-Payload-Digest: "+digestA), original("http://a.test/", d3, digestA, "newer")}, "right", "200 OK", ""},
		"original comes later": {[]raw{
			revisit("http://a.test/", d3, ownHead, "WARC-Payload-Digest: "+digestA), original("http://a.test/", d1, digestA, "right")}, "right", "200 Own", ""},
		"not modified": {[]raw{
			original("http://a.test/", d1, "", "older"), original("http://a.test/", d2, "", "right"),
			revisit("http://a.test/", d3, "HTTP/1.1 304 Not Modified\r\n\r\n", "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified")}, "right", "200 OK", ""},
		"chain": {[]raw{
			original("http://c.test/", d1, "", "right"),
			revisit("http://b.test/", d2, "HTTP/1.1 200 Middle\r\n\r\n", "WARC-Refers-To-Target-URI: http://c.test/", "WARC-Refers-To-Date: "+d1),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: "+d2)}, "right", "200 Own", ""},
		"cycle": {[]raw{
			revisit("http://b.test/", d2, ownHead, "WARC-Refers-To-Target-URI: http://a.test/", "WARC-Refers-To-Date: "+d3),
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://b.test/", "WARC-Refers-To-Date: "+d2)}, "", "", "http://a.test/"},
		"itself": {[]raw{
			revisit("http://a.test/", d3, ownHead, "WARC-Refers-To-Target-URI: http://a.test/", "WARC-Refers-To-Date: "+d3, "WARC-Payload-Digest: "+digestA)},
			"", "", d3},
		"nowhere": {[]raw{original("http://a.test/", d1, digestB, "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Payload-Digest: "+digestA)}, "", "", digestA},
		"date of another payload": {[]raw{original("http://a.test/", d1, digestB, "wrong"),
			revisit("http://a.test/", d3, ownHead, "WARC-Payload-Digest: "+digestA, "WARC-Refers-To-Target-URI: http://a.test/", "WARC-Refers-To-Date: "+d1)},
			"", "", d1},
		"refers to nothing": {[]raw{original("http://a.test/", d1, digestB, "wrong"), revisit("http://a.test/", d3, ownHead)}, "", "", "earlier answer"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Open([]string{writeFile(t, "a.warc.gz", members(1)(test.records))}, OpenOptions{Policy: policy})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			var entry *Entry
			for _, e := range lookup(t, a, "http://a.test/") {
				if e.Type == Revisit {
					entry = &e
				}
			}
			c, err := a.Read(entry)
			if test.missing != "" {
				var p *Problem
				if !errors.Is(err, ClassMissingOriginal) || !errors.As(err, &p) || p.Offset != entry.Offset || !strings.Contains(err.Error(), test.missing) {
					t.Errorf("error %v", err)
				}
				if a.Problems()[ClassMissingOriginal] != 1 {
					t.Errorf("problems %v", a.Problems())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			body, err := io.ReadAll(c.Body)
			if err != nil || string(body) != test.body || c.Status != test.status || int(c.ContentLength) != len(body) {
				t.Errorf("%q, %q, length %d, %v", c.Status, body, c.ContentLength, err)
			}
			if c.Type != Revisit || c.Original == nil || c.Fields.Get(FieldType) != "revisit" || (c.Header.Get("X-Own") != "") != (test.status == "200 Own") {
				t.Errorf("capture %+v", c)
			}
		})
	}
}

// The last one before the revisit is the one that it repeats, also if files are
// given in an order that is not that of their names or of offsets in them.
func TestReadRevisitOfAnotherFile(t *testing.T) {
	dir := t.TempDir()
	pad := page("http://pad.test/", strings.Repeat("x", 5000))
	var files []string
	for name, records := range map[string][]raw{
		"1": {pad, pad, original("http://a.test/", rawDate, digestA, "right")},
		"2": {pad, revisit("http://a.test/", rawDate, ownHead, "WARC-Payload-Digest: "+digestA)},
		"3": {original("http://a.test/", rawDate, digestA, "wrong")},
	} {
		files = append(files, writeFile(t, filepath.Join(dir, name), plain(records)))
	}
	slices.Sort(files)
	a := open(t, files...)
	entries := lookup(t, a, "http://a.test/")
	if got := bodyOf(t, a, &entries[1]); entries[1].Type != Revisit || got != "right" {
		t.Errorf("%s has the body %q", entries[1].Type, got)
	}
}

func TestReadChainIsBounded(t *testing.T) {
	records := []raw{original("http://a.test/0", rawDate, "", "right")}
	for i := 1; i < 2*maxChain; i++ {
		records = append(records, revisit(fmt.Sprint("http://a.test/", i), rawDate, ownHead,
			fmt.Sprint("WARC-Refers-To-Target-URI: http://a.test/", i-1), "WARC-Refers-To-Date: "+rawDate))
	}
	a := openRaw(t, records...)
	if got := bodyOf(t, a, only(t, a, fmt.Sprint("http://a.test/", maxChain))); got != "right" {
		t.Errorf("body %q", got)
	}
	if _, err := a.Read(only(t, a, fmt.Sprint("http://a.test/", maxChain+1))); !errors.Is(err, ClassMissingOriginal) {
		t.Errorf("error %v", err)
	}
}

func TestReadFailure(t *testing.T) {
	a := openRaw(t, meta("http://a.test/", "", "error-kind: dns\r\nerror-message: no such host\r\n"))
	_, err := a.Read(only(t, a, "http://a.test/"))
	var f *Failure
	if !errors.As(err, &f) || f.Kind != "dns" || f.Message != "no such host" {
		t.Errorf("error %v", err)
	}
}

func TestReadWhatTheIndexDoesNotFit(t *testing.T) {
	one, two := page("http://a.test/1", "one"), page("http://a.test/2", "two")
	for name, content := range map[string][]byte{
		"other order":  plain([]raw{two, one}),
		"other URL":    plain([]raw{{kind: "response", id: "urn:test:response:http://a.test/1", url: "http://a.test/9", block: one.block}, two}),
		"other type":   plain([]raw{{kind: "resource", id: "urn:test:response:http://a.test/1", url: "http://a.test/1", block: "x"}, two}),
		"other record": plain([]raw{{kind: "response", id: "urn:test:response:http://a.test/9", url: "http://a.test/1", block: one.block}, two}),
		"nothing":      nil,
		"garbage":      []byte(strings.Repeat("garbage ", 1000)),
	} {
		file := writeFile(t, "a.warc", plain([]raw{one, two}))
		a := open(t, file)
		e := only(t, a, "http://a.test/1")
		writeFile(t, file, content)
		if c, err := a.Read(e); !errors.Is(err, ClassIndexMisfit) || !strings.Contains(err.Error(), indexPath(file)) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	a := openRaw(t, one)
	e := *only(t, a, "http://a.test/1")
	e.Offset = 1 << 60
	if _, err := a.Read(&e); !errors.Is(err, ClassIndexMisfit) {
		t.Errorf("an offset beyond the file: %v", err)
	}
	e.File = "other"
	if _, err := a.Read(&e); err == nil {
		t.Error("another file: no error")
	}
}

func TestReadTruncated(t *testing.T) {
	r := page("http://a.test/", "part")
	r.fields = []string{"WARC-Truncated: disconnect"}
	a := openRaw(t, r)
	c, err := a.Read(only(t, a, "http://a.test/"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Truncated != "disconnect" {
		t.Errorf("truncated %q", c.Truncated)
	}
}

func TestReadInManyGoroutines(t *testing.T) {
	var files []string
	for i := range maxHandles + 20 {
		files = append(files, writeFile(t, fmt.Sprintf("%d.warc.gz", i), members(3)([]raw{
			page(fmt.Sprintf("http://a.test/%d", i), strings.Repeat(fmt.Sprint(i, " "), 10_000)),
			original("http://a.test/o", rawDate, "", fmt.Sprint("original ", i)),
			revisit(fmt.Sprintf("http://a.test/r%d", i), rawDate, ownHead, fmt.Sprintf("WARC-Refers-To-Target-URI: http://a.test/%d", i), "WARC-Refers-To-Date: "+rawDate),
		})))
	}
	a := open(t, files...)
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for n := range 6 {
				i := (g*31 + n*7) % len(files)
				for _, prefix := range []string{"", "r"} {
					entries, err := a.Lookup(fmt.Sprintf("http://a.test/%s%d", prefix, i))
					if err != nil || len(entries) != 1 {
						t.Errorf("%d entries, %v", len(entries), err)
						return
					}
					c, err := a.Read(&entries[0])
					if err != nil {
						t.Error(err)
						return
					}
					body, err := io.ReadAll(c.Body)
					if err != nil || string(body) != strings.Repeat(fmt.Sprint(i, " "), 10_000) {
						t.Errorf("%s%d: %d bytes, %v", prefix, i, len(body), err)
					}
					c.Close()
				}
			}
		})
	}
	wg.Wait()
	if n := len(a.handles.idle); n > maxHandles || n != len(a.handles.open) {
		t.Errorf("%d files are open, %d of them idle", len(a.handles.open), n)
	}
}

func TestReadAfterClose(t *testing.T) {
	a := openRaw(t, page("http://a.test/", strings.Repeat("x", 1<<20)))
	e := only(t, a, "http://a.test/")
	c, err := a.Read(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := a.Read(e); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v", err)
	}
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Error(err)
	}
}
