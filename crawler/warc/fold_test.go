package warc

import (
	"fmt"
	"strings"
	"testing"
)

// foldedURL is one of many URLs that have the same key.
func foldedURL(i int) string {
	letters := []byte("abcdefghijklmnopqrst")
	for bit := range letters {
		if i>>bit&1 == 1 {
			letters[bit] -= 'a' - 'A'
		}
	}
	return "http://a.test/" + string(letters)
}

func TestLookupOfURLsThatShareAKey(t *testing.T) {
	const n = 3 * manyLines
	records := []raw{page("http://a.test/", ""), page("http://a.test/z", "")}
	for i := range n {
		records = append(records, page(foldedURL(i), fmt.Sprint(i)))
	}
	records = append(records, page(foldedURL(7), "again"))
	file := writeFile(t, "a.warc", plain(records))
	t.Setenv("TMPDIR", t.TempDir())
	a := open(t, file)
	for i := range n {
		entries := lookup(t, a, foldedURL(i))
		if len(entries) == 0 || bodyOf(t, a, &entries[0]) != fmt.Sprint(i) || len(entries) > 1 != (i == 7) {
			t.Fatalf("%d: %v", i, entries)
		}
	}
	if n := len(lookup(t, a, foldedURL(n))); n != 0 {
		t.Errorf("%d captures of what isn't there", n)
	}
	if tables := a.files[0].tables.byKey; len(tables) != 1 {
		t.Errorf("%d tables", len(tables))
	}
}

// All tables of an index are in one file.
func TestLookupInManyTables(t *testing.T) {
	var records []raw
	for i := range 3 * (manyLines + 1) {
		r := page(strings.Replace(foldedURL(i/3), "a.test", fmt.Sprintf("h%d.test", i%3), 1), fmt.Sprint(i))
		r.id = fmt.Sprintf("urn:%d", i)
		records = append(records, r)
	}
	a := openRaw(t, records...)
	for i, r := range records {
		if got := bodyOf(t, a, only(t, a, r.url)); got != fmt.Sprint(i) {
			t.Errorf("%s: %s, want %d", r.url, got, i)
		}
		if found, err := a.files[0].byID(r.id); err != nil || len(found) != 1 || found[0].URL != r.url {
			t.Errorf("%s: %v, %v", r.id, found, err)
		}
	}
}

func TestLookupByID(t *testing.T) {
	var records []raw
	for i := range 100 {
		r := page(fmt.Sprintf("http://a.test/%d", i), "")
		r.id = fmt.Sprintf("urn:%d", i%50)
		records = append(records, r)
	}
	a := openRaw(t, records...)
	for i := range 51 {
		entries, err := a.files[0].byID(fmt.Sprintf("urn:%d", i))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case i == 50 && len(entries) == 0:
		case len(entries) != 2 || entries[0].URL != fmt.Sprintf("http://a.test/%d", i) || entries[1].URL != fmt.Sprintf("http://a.test/%d", i+50):
			t.Errorf("%d: %v", i, entries)
		}
	}
}

func TestTablesNeedADirectory(t *testing.T) {
	var records []raw
	for i := range manyLines + 1 {
		records = append(records, page(foldedURL(i), ""))
	}
	file := writeFile(t, "a.warc", plain(records))
	a := open(t, file)
	a.files[0].archive = "/nonexistent/a.warc"
	t.Setenv("TMPDIR", "/nonexistent")
	if _, err := a.Lookup(foldedURL(0)); err == nil {
		t.Error("no error")
	}
}

// BenchmarkLookupFolded is of an archive that was made to be slow: all its URLs
// have one key.
func BenchmarkLookupFolded(b *testing.B) {
	const n = 100_000
	var records []raw
	for i := range n {
		records = append(records, page(foldedURL(i), ""))
	}
	a := open(b, writeFile(b, "a.warc", plain(records)))
	only(b, a, foldedURL(0))
	for i := 0; b.Loop(); i++ {
		only(b, a, foldedURL(i*7919%n))
	}
}
