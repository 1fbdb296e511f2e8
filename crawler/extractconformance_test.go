package crawler

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/warc"
)

// TestExtractConformance extracts archives that others have made: the pages in them, and the reason for what is left out.
func TestExtractConformance(t *testing.T) {
	dir := "../../shared/conformance/warc"
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("needs the conformance cases beside the checkout: %v", err)
	}
	gauges := []string{"/ 200 Harbour gauges", "/deep/north.html 200 Jauge nord été", "/deep/south.html 200 South gauge",
		"/missing.html 404 Error response", "/chart-2x.png 404 Error response"}
	for i := range gauges {
		gauges[i] = "http://127.0.0.1:8897" + gauges[i]
	}
	for name, want := range map[string]struct {
		lines  []string
		wrong  warc.Class
		offset int64
	}{
		"wget-1.21.warc.gz":             {gauges, warc.ClassURIBrackets, 412},
		"wget-1.21-nogz.warc":           {gauges, warc.ClassURIBrackets, 558},
		"example-iana.org-chunked.warc": {[]string{"http://www.iana.org/ 200 Internet Assigned Numbers Authority"}, warc.ClassChunkedBody, 405},
		"example-resource.warc.gz":      {[]string{"http://example.com/ 200 Example Domain"}, "", 0},
		"example-digest.warc":           {nil, warc.ClassDigestLabel, 0},
		"example-trunc.warc":            {nil, warc.ClassWrongLength, 1197},
	} {
		told := map[warc.Class]int64{} // the first offset of each
		lines, _ := extract(t, ExtractConfig{Files: []string{filepath.Join(dir, name)}, Report: func(p *warc.Problem) {
			if _, ok := told[p.Class]; !ok {
				told[p.Class] = p.Offset
			}
		}})
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprint(l.URL, " ", status(l), " ", deref(l.Title)))
		}
		if d := cmp.Diff(want.lines, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if at, ok := told[want.wrong]; want.wrong != "" && (!ok || at != want.offset) {
			t.Errorf("%s: told %v, want %s at %d", name, told, want.wrong, want.offset)
		}
	}
}
