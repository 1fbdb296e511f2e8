package warc

import (
	"io"
	"time"
)

// Type is what a record holds (ISO 28500:2017 section 6).
type Type string

// The types of records.
const (
	Warcinfo     Type = "warcinfo"
	Request      Type = "request"
	Response     Type = "response"
	Resource     Type = "resource"
	Metadata     Type = "metadata"
	Revisit      Type = "revisit"
	Conversion   Type = "conversion"
	Continuation Type = "continuation"
)

// The fields of a record that this package reads or writes (section 5).
const (
	FieldType           = "WARC-Type"
	FieldRecordID       = "WARC-Record-ID"
	FieldDate           = "WARC-Date"
	FieldTargetURI      = "WARC-Target-URI"
	FieldConcurrentTo   = "WARC-Concurrent-To"
	FieldBlockDigest    = "WARC-Block-Digest"
	FieldPayloadDigest  = "WARC-Payload-Digest"
	FieldIPAddress      = "WARC-IP-Address"
	FieldTruncated      = "WARC-Truncated"
	FieldFilename       = "WARC-Filename"
	FieldProfile        = "WARC-Profile"
	FieldRefersTo       = "WARC-Refers-To"
	FieldRefersToURI    = "WARC-Refers-To-Target-URI"
	FieldRefersToDate   = "WARC-Refers-To-Date"
	FieldSegmentNumber  = "WARC-Segment-Number"
	FieldProtocol       = "WARC-Protocol" // not in ISO 28500:2017; proposed to the IIPC, and what other writers use
	FieldContentType    = "Content-Type"
	FieldContentLength  = "Content-Length"
	contentTypeFields   = "application/warc-fields"
	contentTypeRequest  = "application/http; msgtype=request"
	contentTypeResponse = "application/http; msgtype=response"
	profileSamePayload  = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
)

// The fields of the metadata records that this package writes: what a replay needs
// and HTTP can't say. Times are in milliseconds, as decimals.
const (
	metaFetchTime     = "fetchTimeMs" // from the request's beginning to the body's end; the name is Heritrix's
	metaDNSTime       = "dnsTimeMs"   // of that, each step that took place
	metaConnectTime   = "connectTimeMs"
	metaTLSTime       = "tlsTimeMs"
	metaFirstByteTime = "firstByteTimeMs"
	metaErrorAttempts = "error-attempts"
	metaErrorKind     = "error-kind"
	metaErrorPhase    = "error-phase"
	metaErrorMessage  = "error-message"
)

// Record is one record of an archive as it was read.
type Record struct {
	Version   string // "1.0" or "1.1"
	Type      Type
	ID        string    // of WARC-Record-ID, without its brackets
	TargetURI string    // mended: without brackets or spaces around it
	Date      time.Time // zero if it has none that can be read
	Fields    Fields    // all of them, as they came
	// Offset is where the record begins in its file: its gzip member, if it is
	// compressed.
	Offset int64
	// InMember is how many records come before it in the same gzip member. It is 0 in a file as it should be; in one of
	// ClassSharedMember, Offset and InMember together tell where a record is.
	InMember int
	// ContentLength is the length of the block as the record has it, in bytes.
	ContentLength int64
	// Block is the record's block. It is good until the next record is read.
	Block io.Reader

	block   *recordBlock // what Block is
	message *HTTPMessage // what HTTP has returned
}

// Failure is why an exchange ended without an answer, or before the answer's end.
// The words are those of whoever recorded it.
type Failure struct {
	Kind    string // one word, such as "timeout"
	Phase   string // where it happened, such as "headers"; may be empty
	Message string // for people, on one line
	// Attempts is after how many attempts at something else, such as robots.txt, the
	// URL was given up on without being asked for; 0 if it was asked for.
	Attempts int
}

func (f *Failure) Error() string { return f.Message }

// Timeout reports whether a time limit was the cause, as net.Error has it.
func (f *Failure) Timeout() bool { return f.Kind == "timeout" }
