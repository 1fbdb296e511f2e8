package warc

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// A file that ends anywhere has all records that were whole before, and one problem if it ends within one.
func TestCutAnywhere(t *testing.T) {
	for name, pack := range map[string]func(string) string{"plain": strings.Clone, "gzip": gzipMember} {
		var data string
		var ends []int
		for i := range 3 {
			data += pack(samplePage(i))
			ends = append(ends, len(data))
		}
		for cut := range len(data) {
			got := readString(t, data[:cut], Policy{ClassNotWARC: Repair, ClassJunk: Repair})
			whole, within := 0, cut > 0
			for _, end := range ends {
				if cut >= end {
					whole++
				}
				within = within && cut != end
			}
			if name == "plain" {
				for _, end := range ends {
					if gap := end - cut; gap > 0 && gap <= 4 { // the record is whole, only the empty lines after it aren't
						whole, within = whole+1, false
					}
				}
			}
			if n := len(strings.Fields(got.uris())); n != whole {
				t.Fatalf("%s, cut at %d: %d whole records, want %d; %v", name, cut, n, whole, got.problems)
			}
			switch n := got.counts[ClassCutFile]; {
			case got.err != nil || within && n+got.counts[ClassJunk]+got.counts[ClassNotWARC] < 1 || !within && n != 0:
				t.Fatalf("%s, cut at %d: %v, %v", name, cut, got.counts, got.err)
			case got.counts[ClassWrongLength]+got.counts[ClassDamagedMember]+got.counts[ClassBlockDigest] != 0:
				t.Fatalf("%s, cut at %d: %v", name, cut, got.counts)
			}
		}
	}
}

// A file that is cut says so, with what came of the record: by default it is left out, else its body says that it isn't whole.
func TestCutFileIsSaid(t *testing.T) {
	plain := samplePage(1) + samplePage(2)
	plain = plain[:len(plain)-30]
	packed := gzipMember(samplePage(1)) + gzipMember(samplePage(2))
	packed = packed[:len(packed)-20]
	for name, data := range map[string]string{"plain": plain, "gzip": packed} {
		for action, want := range map[Action]string{Skip: "1", Repair: "1 2", Count: "1 2", Stop: "1"} {
			got := readString(t, data, Policy{ClassCutFile: action})
			var p *Problem
			if got.uris() != want || got.counts[ClassCutFile] != 1 || (action == Stop) != errors.As(got.err, &p) {
				t.Errorf("%s, %v: %q, %v, %v", name, action, got.uris(), got.counts, got.err)
				continue
			}
			if last := got.records[1]; action <= Repair && (last.http.Truncated != "unspecified" || len(last.body) == 0) {
				t.Errorf("%s, %v: %d bytes, truncated %q", name, action, len(last.body), last.http.Truncated)
			} else if action >= Skip && !errors.Is(last.err, ClassCutFile) {
				t.Errorf("%s, %v: the body ends with %v", name, action, last.err)
			}
		}
	}
	const want = "sample.warc: offset 604: record of http://example.test/2: cut_file: the file ends 214 bytes into a block of 240 bytes (left out)"
	if got := readString(t, plain, nil); len(got.problems) != 1 || got.problems[0].Error() != want {
		t.Errorf("%v\nwant %s", got.problems, want)
	}
}

// Any byte of a member may be wrong: the records before and after it are read all the same, and what is damaged is not
// taken for whole.
func TestDamageAnywhere(t *testing.T) {
	before, member, after := gzipMember(samplePage(1)), gzipMember(samplePage(2)), gzipMember(samplePage(3))+gzipMember(samplePage(4))
	body := readString(t, member, nil).records[0].body
	for _, stream := range []bool{false, true} {
		for at := range len(member) {
			for _, flip := range []byte{0x01, 0x80, 0xff} {
				damaged := []byte(before + member + after)
				damaged[len(before)+at] ^= flip
				var source io.Reader = strings.NewReader(string(damaged))
				if stream {
					source = onlyReader{source}
				}
				got := readSource(t, source, ReaderOptions{})
				uris := strings.Fields(got.uris())
				if got.err != nil || len(uris) < 3 || uris[0] != "1" || strings.Join(uris[len(uris)-2:], " ") != "3 4" {
					t.Fatalf("byte %d ^ %x: %v, %v, %v", at, flip, uris, got.problems, got.err)
				}
				for _, rec := range got.records {
					if strings.HasSuffix(rec.TargetURI, "/2") && rec.err == nil && rec.body != body {
						t.Fatalf("byte %d ^ %x: a damaged body is taken for whole", at, flip)
					}
				}
				if len(uris) == 3 && got.counts[ClassDamagedMember]+got.counts[ClassJunk] == 0 {
					t.Fatalf("byte %d ^ %x: a record is gone, and nobody says so: %v", at, flip, got.counts)
				}
			}
		}
	}
}

// A recording that was killed and gone on with has a member that ends in the middle: the inflater runs on into the next.
func TestCutMemberBeforeOthers(t *testing.T) {
	member, next := gzipMember(samplePage(2)), gzipMember(samplePage(3))
	for cut := 1; cut < len(member); cut++ {
		for _, stream := range []bool{false, true} {
			var source io.Reader = strings.NewReader(gzipMember(samplePage(1)) + member[:cut] + next + next)
			if stream {
				source = onlyReader{source}
			}
			if got := readSource(t, source, ReaderOptions{}); got.err != nil || got.uris() != "1 3 3" || got.counts[ClassSharedMember] != 0 {
				t.Fatalf("cut at %d: %q, %v, %v", cut, got.uris(), got.problems, got.err)
			}
		}
	}
}

func TestDamagedMemberIsSaid(t *testing.T) {
	first, member := gzipMember(samplePage(1)), gzipMember(samplePage(2))
	damaged := member[:len(member)-8] + "\x00\x00\x00\x00" + member[len(member)-4:]
	data := first + damaged + first
	for action, want := range map[Action]string{Skip: "1 1", Repair: "1 2 1", Stop: "1"} {
		got := readString(t, data, Policy{ClassDamagedMember: action})
		if got.uris() != want || got.counts[ClassDamagedMember] != 1 || (action == Stop) != errors.Is(got.err, ClassDamagedMember) {
			t.Errorf("%v: %q, %v, %v", action, got.uris(), got.counts, got.err)
		}
		if p := got.problems[0]; p.Offset != int64(len(first)) || p.TargetURI != "http://example.test/2" || p.Err == nil {
			t.Errorf("%v: %v", action, p)
		}
		if action != Stop && got.records[1].end != int64(len(first+member)) {
			t.Errorf("%v: the damaged record ends at %d, want where the next begins, %d", action, got.records[1].end, len(first+member))
		}
	}
	want := fmt.Sprintf("gzip member damaged after its block, near offset %d; went on with the next member, %d bytes after it began", len(first+member), len(member))
	if p := readString(t, data, nil).problems[0]; p.Detail != want {
		t.Errorf("%s\nwant %s", p.Detail, want)
	}
}

// Junk is passed over, in and between members and in plain text, and the records around it are whole and end before it.
func TestJunkIsPassedOver(t *testing.T) {
	one, two := samplePage(1), samplePage(2)
	const junk = "some log line that went to the wrong file\n"
	for name, c := range map[string]struct {
		data string
		end  int
	}{
		"plain":              {one + junk + two, len(one)},
		"between members":    {gzipMember(one) + junk + gzipMember(two), len(gzipMember(one))},
		"in a member":        {gzipMember(one+junk) + gzipMember(two), len(gzipMember(one + junk))},
		"in a shared member": {gzipMember(one + junk + two), 0},
		"at the end":         {one + two + junk, len(one)},
		"after members":      {gzipMember(one) + gzipMember(two) + junk, len(gzipMember(one))},
		"a cut member":       {gzipMember(one) + gzipMember("no record, but enough text to take some time")[:40] + gzipMember(two), len(gzipMember(one))},
		"false headers":      {gzipMember(one) + "\x1f\x8b\x08\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + gzipMember("no record") + gzipMember(two), len(gzipMember(one))},
	} {
		for action, want := range map[Action]string{Repair: "1 2", Skip: "1 2", Stop: "1"} {
			got := readString(t, c.data, Policy{ClassJunk: action, ClassDamagedMember: action})
			if strings.HasPrefix(name, "at the end") || strings.HasPrefix(name, "after members") {
				want = "1 2"
			}
			if name == "false headers" || name == "a cut member" {
				want = "1 2"
				if action == Stop {
					continue
				}
			}
			if action == Stop && got.err == nil || action != Stop && (got.uris() != want || got.err != nil) || got.counts[ClassWrongLength] != 0 {
				t.Errorf("%s, %v: %q, %v, %v", name, action, got.uris(), got.counts, got.err)
			}
			if got.records[0].end != int64(c.end) && action != Stop {
				t.Errorf("%s, %v: the first ends at %d, want %d", name, action, got.records[0].end, c.end)
			}
		}
	}
	got := readString(t, one+junk+two, nil)
	want := fmt.Sprintf(`sample.warc: offset %d: junk: 42 bytes that belong to no record, beginning with "some log line th", passed over (went on)`, len(one))
	if len(got.problems) != 1 || got.problems[0].Error() != want {
		t.Errorf("%v\nwant %s", got.problems, want)
	}
}

// A file that is made to have the reader go back at every step takes time in proportion to its length all the same.
func TestHostileFilesTakeLinearTime(t *testing.T) {
	const size = 1 << 20
	record := "WARC/1.0\r\nContent-Length: 100000\r\n\r\n\r\n\r\n"
	for name, unit := range map[string]string{
		"too long":         record,
		"false members":    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
		"stored blocks":    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x00\x0a\x00\xf5\xff0123456789",
		"members too long": gzipMember(strings.Repeat(record, 100)),
	} {
		data := strings.Repeat(unit, size/len(unit))
		for _, source := range []io.Reader{strings.NewReader(data), onlyReader{strings.NewReader(data)}} {
			r := NewReader(source, ReaderOptions{Policy: Policy{ClassNotWARC: Repair}})
			for _, err := r.Next(); err != io.EOF; _, err = r.Next() {
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			lookbacks := []*lookback{r.src}
			if r.spare != nil {
				lookbacks = append(lookbacks, r.spare.out)
			}
			for i, l := range lookbacks {
				if l.again > rewindFactor*l.once+rewindFree || i == 0 && l.once != int64(len(data)) {
					t.Errorf("%s: %d bytes were read once, %d again", name, l.once, l.again)
				}
			}
		}
	}
}
