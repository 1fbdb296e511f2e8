package warc

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const conformance = "../../../shared/conformance/warc"

// What is in the files that no one of this project wrote, as another program has it: Python's zlib and hashlib, and
// thirty lines that go by Content-Length. A record is its offset, length, type, URI, status, the length of its body
// without chunks (or of its block), and the beginning of that body's SHA-1. By the same program all digests are those
// of the labels, but for example-trunc's: there the block with the label's digest is 2 bytes longer than its length
// says. In example-digest the first payload's label has digits that base32 has not.
var conformanceFiles = map[string]struct{ records, problems string }{
	"example-digest.warc": {records: `
0 922 request http://example.com/ - 493 cfadeb1210
922 918 request http://example.com/ - 493 cfadeb1210
1840 918 request http://example.com/ - 493 cfadeb1210
2758 914 request http://example.com/ - 493 cfadeb1210
`, problems: `digest_label@0`},
	"example-iana.org-chunked.warc": {records: `
0 405 warcinfo - - 137 b872c098ae
405 7974 response http://www.iana.org/ 200 7223 8846f23ce9
8379 452 request http://www.iana.org/ - 76 01a92c4b0e
`, problems: `chunked_body@405`},
	"example-resource.warc.gz": {records: `
0 361 warcinfo - - 249 6c444df1d3
361 441 warcinfo - - 399 b8dbcc163a
802 977 resource http://example.com/ 200 1303 c5d67265de
`, problems: ``},
	"example-trunc.warc": {records: `
0 488 warcinfo - - 249 9b2f8a1a8e
488 709 warcinfo - - 470 72cd689b9f
1197 1369 response http://example.com/ 200 604 e4d0a7abdd
2566 804 request http://example.com/ - 493 cfadeb1210
`, problems: `http_length@1197 wrong_length@1197`},
	"wget-1.21-nogz.warc": {records: `
0 558 warcinfo - - 269 0e7841fcb5
558 528 request http://127.0.0.1:8897/ - 129 af4fd7d1ca
1086 1026 response http://127.0.0.1:8897/ 200 310 3d7e7e5d75
2112 548 request http://127.0.0.1:8897/robots.txt - 139 9d94e22502
2660 760 response http://127.0.0.1:8897/robots.txt 200 34 9bc677041d
3420 591 request http://127.0.0.1:8897/deep/north.html - 177 51b8e8333d
4011 902 response http://127.0.0.1:8897/deep/north.html 200 171 a51d53705b
4913 591 request http://127.0.0.1:8897/deep/south.html - 177 56fa2bd80c
5504 918 response http://127.0.0.1:8897/deep/south.html 200 187 8219f94e3b
6422 585 request http://127.0.0.1:8897/missing.html - 174 a35e57eca7
7007 1062 response http://127.0.0.1:8897/missing.html 404 335 2616e0e695
8069 579 request http://127.0.0.1:8897/chart.png - 171 7ab64fccea
8648 1025 response http://127.0.0.1:8897/chart.png 200 300 10010ea735
9673 585 request http://127.0.0.1:8897/chart-2x.png - 174 7d9b45ac03
10258 1062 response http://127.0.0.1:8897/chart-2x.png 404 335 2616e0e695
11320 425 metadata metadata://gnu.org/software/wget/warc/MANIFEST.txt - 48 53caaa51bf
11745 541 resource metadata://gnu.org/software/wget/warc/wget_arguments.txt 200 89 2291fa1308
12286 441 resource metadata://gnu.org/software/wget/warc/wget.log 200 0 da39a3ee5e
`, problems: `uri_brackets@558 uri_brackets@1086 uri_brackets@2112 uri_brackets@2660 uri_brackets@3420 uri_brackets@4011 uri_brackets@4913 uri_brackets@5504 uri_brackets@6422 uri_brackets@7007 uri_brackets@8069 uri_brackets@8648 uri_brackets@9673 uri_brackets@10258 uri_brackets@11320 uri_brackets@11745 uri_brackets@12286 no_payload_digest@11745 no_payload_digest@12286`},
	"wget-1.21.warc.gz": {records: `
0 412 warcinfo - - 240 065135482a
412 393 request http://127.0.0.1:8897/ - 129 af4fd7d1ca
805 654 response http://127.0.0.1:8897/ 200 310 3d7e7e5d75
1459 406 request http://127.0.0.1:8897/robots.txt - 139 9d94e22502
1865 524 response http://127.0.0.1:8897/robots.txt 200 34 9bc677041d
2389 420 request http://127.0.0.1:8897/deep/north.html - 177 51b8e8333d
2809 619 response http://127.0.0.1:8897/deep/north.html 200 171 a51d53705b
3428 419 request http://127.0.0.1:8897/deep/south.html - 177 56fa2bd80c
3847 609 response http://127.0.0.1:8897/deep/south.html 200 187 8219f94e3b
4456 419 request http://127.0.0.1:8897/missing.html - 174 a35e57eca7
4875 657 response http://127.0.0.1:8897/missing.html 404 335 2616e0e695
5532 412 request http://127.0.0.1:8897/chart.png - 171 7ab64fccea
5944 888 response http://127.0.0.1:8897/chart.png 200 300 10010ea735
6832 418 request http://127.0.0.1:8897/chart-2x.png - 174 7d9b45ac03
7250 657 response http://127.0.0.1:8897/chart-2x.png 404 335 2616e0e695
7907 313 metadata metadata://gnu.org/software/wget/warc/MANIFEST.txt - 48 0a6a569d22
8220 394 resource metadata://gnu.org/software/wget/warc/wget_arguments.txt 200 60 6f17826677
8614 340 resource metadata://gnu.org/software/wget/warc/wget.log 200 0 da39a3ee5e
`, problems: `uri_brackets@412 uri_brackets@805 uri_brackets@1459 uri_brackets@1865 uri_brackets@2389 uri_brackets@2809 uri_brackets@3428 uri_brackets@3847 uri_brackets@4456 uri_brackets@4875 uri_brackets@5532 uri_brackets@5944 uri_brackets@6832 uri_brackets@7250 uri_brackets@7907 uri_brackets@8220 uri_brackets@8614 no_payload_digest@8220 no_payload_digest@8614`},
}

func TestReaderConformance(t *testing.T) {
	if _, err := os.Stat(conformance); err != nil {
		t.Skipf("the outside cases are missing: %v", err)
	}
	for name, want := range conformanceFiles {
		data, err := os.ReadFile(filepath.Join(conformance, name))
		if err != nil {
			t.Error(err)
			continue
		}
		var records []string
		got := readString(t, string(data), Policy{ClassWrongLength: Repair})
		for _, rec := range got.records {
			uri, status := "-", "-"
			if rec.TargetURI != "" {
				uri = rec.TargetURI
			}
			if rec.http != nil {
				status = fmt.Sprint(rec.http.StatusCode)
			}
			if rec.err != nil {
				t.Errorf("%s: %v", name, rec.err)
			}
			sum := sha1.Sum([]byte(rec.body))
			records = append(records, fmt.Sprintf("%d %d %s %s %s %d %x", rec.Offset, rec.end-rec.Offset, rec.Type, uri, status, len(rec.body), sum[:5]))
		}
		if diff := cmp.Diff(strings.Split(strings.TrimSpace(want.records), "\n"), records); diff != "" || got.err != nil {
			t.Errorf("%s: %v\n%s", name, got.err, diff)
		}
		counts := make(map[Class]int64)
		for place := range strings.FieldsSeq(want.problems) {
			class, _, _ := strings.Cut(place, "@")
			counts[Class(class)]++
		}
		if diff := cmp.Diff(counts, got.counts); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, p := range got.problems {
			if !slices.Contains(strings.Fields(want.problems), fmt.Sprintf("%s@%d", p.Class, p.Offset)) {
				t.Errorf("%s: not expected: %v", name, p)
			}
		}
	}
}
