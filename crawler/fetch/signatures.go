package fetch

import (
	"bytes"
	"encoding/binary"
)

// A signature is how files of a format begin.
type signature struct {
	head    string
	at      int // where more is; 0: there is no more
	more    string
	essence string
}

// The tables of https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern and the sections after it, with AVIF and JPEG XL.
// What a table does not have stays application/octet-stream, which for trawl is as good: it is no page.
var (
	imageSignatures = []signature{
		{head: "\x00\x00\x01\x00", essence: "image/x-icon"},
		{head: "\x00\x00\x02\x00", essence: "image/x-icon"},
		{head: "BM", essence: "image/bmp"},
		{head: "GIF87a", essence: "image/gif"},
		{head: "GIF89a", essence: "image/gif"},
		{head: "RIFF", at: 8, more: "WEBPVP", essence: "image/webp"},
		{head: "\x89PNG\r\n\x1a\n", essence: "image/png"},
		{head: "\xff\xd8\xff", essence: "image/jpeg"},
		{head: "\x00\x00\x00", at: 4, more: "ftypavif", essence: "image/avif"},
		{head: "\x00\x00\x00\x0cJXL \r\n\x87\n", essence: "image/jxl"},
	}
	mediaSignatures = []signature{
		{head: "FORM", at: 8, more: "AIFF", essence: "audio/aiff"},
		{head: "ID3", essence: "audio/mpeg"},
		{head: "OggS\x00", essence: "application/ogg"},
		{head: "MThd\x00\x00\x00\x06", essence: "audio/midi"},
		{head: "RIFF", at: 8, more: "AVI ", essence: "video/avi"},
		{head: "RIFF", at: 8, more: "WAVE", essence: "audio/wave"},
	}
	otherSignatures = []signature{
		{head: "%PDF-", essence: "application/pdf"},
		{head: "%!PS-Adobe-", essence: "application/postscript"},
		{head: "\x1f\x8b\x08", essence: "application/x-gzip"},
		{head: "PK\x03\x04", essence: "application/zip"},
		{head: "Rar!\x1a\x07\x00", essence: "application/x-rar-compressed"},
		{head: "\x00\x01\x00\x00", essence: "font/ttf"},
		{head: "OTTO", essence: "font/otf"},
		{head: "ttcf", essence: "font/collection"},
		{head: "wOFF", essence: "font/woff"},
		{head: "wOF2", essence: "font/woff2"},
	}
)

// match is the first signature's type, or otherwise.
func match(signatures []signature, first []byte, otherwise string) string {
	for _, s := range signatures {
		if bytes.HasPrefix(first, []byte(s.head)) && (s.at == 0 || len(first) > s.at && bytes.HasPrefix(first[s.at:], []byte(s.more))) {
			return s.essence
		}
	}
	return otherwise
}

// sniffBinary names a format that is no text by its signature, or gives otherwise.
func sniffBinary(first []byte, otherwise string) string {
	if essence := match(imageSignatures, first, ""); essence != "" {
		// Two letters are no proof: text may begin with them.
		if essence != "image/bmp" || hasBinary(first) {
			return essence
		}
	}
	return match(otherSignatures, first, sniffMedia(first, otherwise))
}

// sniffMedia is https://mimesniff.spec.whatwg.org/#matching-an-audio-or-video-type-pattern, without MP3 that has no ID3 tag.
func sniffMedia(first []byte, otherwise string) string {
	switch {
	case isMP4(first):
		return "video/mp4"
	case isWebM(first):
		return "video/webm"
	}
	return match(mediaSignatures, first, otherwise)
}

// isMP4 is https://mimesniff.spec.whatwg.org/#signature-for-mp4.
func isMP4(first []byte) bool {
	if len(first) < 12 || string(first[4:8]) != "ftyp" {
		return false
	}
	size := int64(binary.BigEndian.Uint32(first))
	if size > int64(len(first)) || size%4 != 0 {
		return false
	}
	if string(first[8:11]) == "mp4" {
		return true
	}
	for at := 16; at+3 <= int(size); at += 4 {
		if string(first[at:at+3]) == "mp4" {
			return true
		}
	}
	return false
}

// isWebM is https://mimesniff.spec.whatwg.org/#signature-for-webm, the document type looked for where it must be and not parsed.
func isWebM(first []byte) bool {
	return bytes.HasPrefix(first, []byte("\x1a\x45\xdf\xa3")) && bytes.Contains(first[:min(len(first), 64)], []byte("\x42\x82\x84webm"))
}
