package warc

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A file that is no archive is refused at once, with what it looks like.
func TestNotWARC(t *testing.T) {
	for data, want := range map[string]string{
		"<!DOCTYPE html><title>x</title>":        "looks like HTML",
		"\ufeff <HTML>":                          "looks like HTML",
		"<?xml version='1.0'?>":                  "XML",
		"{\"url\": \"http://example.test/\"}\n":  "JSON",
		"[1, 2]":                                 "JSON",
		"filedesc://x.arc 0.0.0.0 2001 text":     "ARC",
		" CDX N b a m s k r M S V g\n":           "CDX",
		"PK\x03\x04\x14\x00":                     "WACZ",
		"\x28\xb5\x2f\xfd\x04\x00":               "zstd -d",
		"\x5d\x2a\x4d\x18\x04\x00":               "zstd -d",
		"BZh91AY&SY":                             "bunzip2",
		"\xfd7zXZ\x00":                           "unxz",
		"HTTP/1.1 200 OK\r\n\r\n":                "bare HTTP",
		"warc/1.0\r\n":                           "a record whose version",
		"com,example)/ 20240101000000 http://a/": "text",
		"\x00\x01\x02":                           "binary data",
		"x":                                      "(it begins with \"x\")",
		"WAR":                                    "text",
		gzipMember("<html>"):                     "gzip of HTML",
		gzipMember("\x00\x01\x02"):               "gzip of binary data",
	} {
		for _, source := range []io.Reader{strings.NewReader(data), strings.NewReader(data + strings.Repeat(" and more of it", 1000) + "\r\n" + samplePage(1))} {
			got := readSource(t, source, ReaderOptions{})
			if !errors.Is(got.err, ClassNotWARC) || len(got.records) != 0 || !strings.Contains(got.err.Error(), "sample.warc: offset 0: not_warc: this is no WARC file") {
				t.Errorf("%.20q: %v", data, got.err)
			} else if source.(*strings.Reader).Size() == int64(len(data)) && !strings.Contains(got.err.Error(), want) {
				t.Errorf("%q: %v, want %s", data, got.err, want)
			}
		}
	}
}

// A policy can have the records looked for all the same.
func TestNotWARCAtFirst(t *testing.T) {
	for name, data := range map[string]string{
		"plain": "a note\r\n" + samplePage(1) + samplePage(2), "gzip": gzipMember("a note\r\n"+samplePage(1)) + gzipMember(samplePage(2)),
		"a member": gzipMember("a note\r\n") + gzipMember(samplePage(1)) + gzipMember(samplePage(2)),
	} {
		got := readString(t, data, Policy{ClassNotWARC: Repair})
		if got.err != nil || got.uris() != "1 2" || got.counts[ClassNotWARC] != 1 {
			t.Errorf("%s: %q, %v, %v", name, got.uris(), got.counts, got.err)
		}
	}
}
