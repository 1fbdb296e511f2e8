package warc

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// The inflater stops exactly where a member does, whatever its size and whatever the source gives at once.
func TestMemberEndsWhereItEnds(t *testing.T) {
	contents := []string{"", "a", strings.Repeat("some text ", 20_000), "end"}
	var file string
	var ends []int64
	for _, c := range contents {
		file += gzipMember(c)
		ends = append(ends, int64(len(file)))
	}
	for _, source := range []io.Reader{strings.NewReader(file), onlyReader{strings.NewReader(file)}} {
		m := newMember(lookbackOn(source))
		var start int64
		for i, want := range contents {
			if err := m.open(); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(m.out)
			if err != nil || string(got) != want || m.start != start || m.end() != ends[i] {
				t.Errorf("member %d: %d bytes from %d to %d, %v; want %d from %d to %d", i, len(got), m.start, m.end(), err, len(want), start, ends[i])
			}
			m.leave()
			if start = ends[i]; m.src.offset() != start {
				t.Errorf("the file is at %d, want %d", m.src.offset(), start)
			}
		}
	}
}

func TestMemberSaysWhatIsDamaged(t *testing.T) {
	whole := gzipMember(strings.Repeat("some text ", 100))
	for name, data := range map[string]string{
		"header": whole[:7], "text": whole[:20], "checksum": whole[:len(whole)-8] + "12345678", "trailer": whole[:len(whole)-1], "reserved": "\x1f\x8b\x08\xff" + whole[4:],
	} {
		m := newMember(lookbackOn(strings.NewReader(data)))
		openErr := m.open()
		_, err := io.ReadAll(m.out)
		if err == nil || openErr != nil && openErr != err || openErr == io.EOF {
			t.Errorf("%s: %v, then %v", name, openErr, err)
		}
	}
}

func TestPlausibleMember(t *testing.T) {
	for data, want := range map[string]bool{
		gzipMember("x"): true, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03": true, "\x1f\x8b\x08\x20\x00\x00\x00\x00\x00\x03": false,
		"\x1f\x8b\x08\x00": false, "\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\x03": false, "": false,
	} {
		if got := plausibleMember(lookbackOn(bytes.NewReader([]byte(data)))); got != want {
			t.Errorf("%q: %v", data, got)
		}
	}
}
