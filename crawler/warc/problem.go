package warc

import (
	"fmt"
	"strconv"
	"strings"
)

// Class is a class of bad input. It is an error so that errors.Is(err, ClassBlockDigest) tells what a *Problem is.
// What is done about each by default, and what else can be, is in DefaultPolicy.
type Class string

// The classes of bad input. Those that say so are a matter of how a tool writes all its records: they are counted for
// each record, but reported only for the first in a file.
const (
	// The file.
	ClassNotWARC       Class = "not_warc"       // it does not begin with a record
	ClassCutFile       Class = "cut_file"       // it ends within a record
	ClassDamagedMember Class = "damaged_member" // a gzip member can't be inflated, or its checksum is wrong
	ClassJunk          Class = "junk"           // bytes that belong to no record, before or after a whole one
	ClassSharedMember  Class = "shared_member"  // a record is not alone in its gzip member: no random access (once a file)
	ClassPadding       Class = "padding"        // zero bytes after a gzip member (once a file)

	// A record's header.
	ClassVersion     Class = "version"       // neither 1.0 nor 1.1, nor a draft of 1.0
	ClassHeader      Class = "header"        // longer than 1 MiB, or more than 10,000 fields
	ClassFieldLine   Class = "field_line"    // a line of the header that is no named field
	ClassNoLength    Class = "no_length"     // Content-Length is missing, or no number
	ClassNoType      Class = "no_type"       // WARC-Type is missing
	ClassNoRecordID  Class = "no_record_id"  // WARC-Record-ID is missing or empty
	ClassDate        Class = "date"          // WARC-Date is missing or can't be read
	ClassNoTargetURI Class = "no_target_uri" // WARC-Target-URI is missing where the record's type needs it
	ClassURIBrackets Class = "uri_brackets"  // <uri> in WARC-Target-URI (once a file)
	ClassURISpaces   Class = "uri_spaces"    // spaces within the brackets or within the URI of WARC-Target-URI
	ClassDigestLabel Class = "digest_label"  // a digest of unknown algorithm, or one that can't be read

	// A record's block.
	ClassWrongLength     Class = "wrong_length"      // the block is longer or shorter than Content-Length says
	ClassSeparator       Class = "separator"         // not two line ends after the block, but less or more (once a file)
	ClassBlockDigest     Class = "block_digest"      // the block isn't what WARC-Block-Digest says
	ClassPayloadDigest   Class = "payload_digest"    // the payload isn't what WARC-Payload-Digest says
	ClassNoPayloadDigest Class = "no_payload_digest" // a response, resource or revisit without one (once a file)

	// An HTTP message in a block.
	ClassHTTPHead     Class = "http_head"     // it can't be read as an HTTP answer
	ClassHTTPField    Class = "http_field"    // a line of its head is no field (once a file)
	ClassHTTPLength   Class = "http_length"   // its body is not as long as its Content-Length says (once a file)
	ClassSegmented    Class = "segmented"     // it is the first part of a record that goes on in others, and stays without them
	ClassChunkedBody  Class = "chunked_body"  // its body was kept with its chunks; they are undone (once a file)
	ClassChunkedLabel Class = "chunked_label" // its body has no chunks, though its head says so (once a file)
	ClassBadChunking  Class = "bad_chunking"  // its chunks are broken, or the last is missing
)

// Error makes a class comparable by errors.Is.
func (c Class) Error() string { return string(c) }

// Problem is something in an archive that is not as ISO 28500 has it, and what was done about it.
type Problem struct {
	Class  Class
	Action Action
	File   string // ReaderOptions.Name
	Offset int64  // of the record it is about, as Record.Offset; if it is about none, of the bad bytes or their gzip member
	// RecordID and TargetURI are those of the record; empty if it is about none, or not known yet.
	RecordID, TargetURI string
	Detail              string // what was wrong
	Err                 error  // what led to it, such as an error in inflating; may be nil
}

func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: offset %d: ", p.File, p.Offset)
	if p.TargetURI != "" {
		fmt.Fprintf(&b, "record of %s: ", printable(p.TargetURI))
	} else if p.RecordID != "" {
		fmt.Fprintf(&b, "record %s: ", printable(p.RecordID))
	}
	fmt.Fprintf(&b, "%s: %s", p.Class, p.Detail)
	if p.Err != nil {
		fmt.Fprintf(&b, ": %v", p.Err)
	}
	fmt.Fprintf(&b, " (%s)", p.Action.done())
	return b.String()
}

// printable is a value as it is if that is fit for a terminal, else in quotes.
func printable(s string) string {
	if len(s) > 200 || !strconv.CanBackquote(s) {
		return clip(s)
	}
	return s
}

// Unwrap gives the class and the cause.
func (p *Problem) Unwrap() []error {
	if p.Err == nil {
		return []error{p.Class}
	}
	return []error{p.Class, p.Err}
}

// ReadError is a failure of the source itself, such as of a disk. No policy helps.
type ReadError struct {
	File   string
	Offset int64 // up to which it could be read
	Err    error
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("%s: offset %d: the file can't be read: %v", e.File, e.Offset, e.Err)
}

func (e *ReadError) Unwrap() error { return e.Err }
