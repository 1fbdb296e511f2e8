package warc

import (
	"errors"
	"io"
	"testing"
)

func TestProblemSaysWhatWhereAndWhatWasDone(t *testing.T) {
	p := &Problem{Class: ClassBlockDigest, Action: Skip, File: "a.warc.gz", Offset: 77, RecordID: "urn:x", TargetURI: "http://example.test/",
		Detail: "the block is sha1:A, not sha1:B"}
	const want = "a.warc.gz: offset 77: record of http://example.test/: block_digest: the block is sha1:A, not sha1:B (left out)"
	if p.Error() != want {
		t.Errorf("%s\nwant %s", p, want)
	}
	p = &Problem{Class: ClassDamagedMember, Action: Stop, File: "a.warc.gz", RecordID: "urn:x", Detail: "gzip member damaged", Err: io.ErrUnexpectedEOF}
	if want := "a.warc.gz: offset 0: record urn:x: damaged_member: gzip member damaged: unexpected EOF (stopped here)"; p.Error() != want {
		t.Errorf("%s\nwant %s", p, want)
	}
}

// What an archive holds can't play tricks on a terminal.
func TestProblemIsPrintable(t *testing.T) {
	for uri, want := range map[string]string{
		"http://example.test/\x1b[2J": `a: offset 0: record of "http://example.test/\x1b[2J": junk: x (went on)`,
		"http://example.test/\xe9":    `a: offset 0: record of "http://example.test/\xe9": junk: x (went on)`,
		"http://example.test/é":       `a: offset 0: record of http://example.test/é: junk: x (went on)`,
	} {
		if got := (&Problem{Class: ClassJunk, Action: Repair, File: "a", TargetURI: uri, Detail: "x"}).Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestProblemIsItsClassAndItsCause(t *testing.T) {
	var err error = &Problem{Class: ClassDamagedMember, Err: io.ErrUnexpectedEOF}
	var p *Problem
	if !errors.Is(err, ClassDamagedMember) || errors.Is(err, ClassJunk) || !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &p) {
		t.Error("a problem is an error of its class and of its cause")
	}
	if errors.Is(&Problem{Class: ClassJunk}, io.ErrUnexpectedEOF) {
		t.Error("a problem without a cause has one")
	}
}

func TestReadError(t *testing.T) {
	err := &ReadError{File: "a.warc", Offset: 9, Err: io.ErrClosedPipe}
	if !errors.Is(err, io.ErrClosedPipe) || err.Error() != "a.warc: offset 9: the file can't be read: io: read/write on closed pipe" {
		t.Error(err)
	}
}
