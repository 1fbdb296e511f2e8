package fetch

import "testing"

func TestSniffBinary(t *testing.T) {
	for body, want := range map[string]string{
		"": "", "R": "", "RIFF": "", "RIFF1234": "", "RIFF1234WEB": "", "RIFF1234WEBPVP": "image/webp", "RIFF1234AVI ": "video/avi",
		"FORM1234AIFF": "audio/aiff", "MThd\x00\x00\x00\x06": "audio/midi", "BM": "", "BM\x00": "image/bmp",
		"\x00\x00\x00\x0cJXL \r\n\x87\n": "image/jxl", "\x00\x00\x02\x00": "image/x-icon", "Rar!\x1a\x07\x00": "application/x-rar-compressed",
		"OTTO": "font/otf", "ttcf": "font/collection", "wOFF": "font/woff", "\x1f\x8b": "", "PK": "", "words": "",
	} {
		if got := sniffBinary([]byte(body), ""); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
	if got := sniffBinary([]byte("words"), "x/y"); got != "x/y" {
		t.Error(got)
	}
}

func TestIsMP4(t *testing.T) {
	for body, want := range map[string]bool{
		"\x00\x00\x00\x0cftypmp42":                                 true,
		"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp41":             true,
		"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00avc1":             false,
		"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00mp41":             false, // beyond the box
		"\x00\x00\x00\x0fftypmp42":                                 false, // not a multiple of 4
		"\x00\x00\x01\x00ftypmp42":                                 false, // longer than what is there
		"\x00\x00\x00\x0cftypmp4":                                  false,
		"\x00\x00\x00\x0cmoovmp42":                                 false,
		"\xff\xff\xff\xffftypmp42\x00\x00\x00\x00\x00\x00\x00\x00": false,
		"\x00\x00\x00\x00ftypisom\x00\x00\x00\x00mp41":             false,
	} {
		if isMP4([]byte(body)) != want {
			t.Errorf("%q: %v", body, !want)
		}
	}
}
