// Package warc records what was fetched over HTTP, and gives it back: WARC 1.1 (ISO 28500:2017), written, read, indexed and replayed.
//
// # In a test
//
// A [Recorder] around a client's RoundTripper records once, and a [Replayer] answers from then on, without a network:
//
//	w, err := warc.Create("testdata/site.warc.gz", warc.WriterOptions{})
//	client := &http.Client{Transport: warc.NewRecorder(nil, w, warc.RecorderOptions{})}
//	… fetch …
//	err = w.Close()
//
//	replayer, err := warc.OpenReplayer("testdata/site.warc.gz")
//	client := &http.Client{Transport: replayer}
//
// What wasn't recorded is a [*NotRecordedError], which names the recorded URLs that are nearest.
//
// # What is written
//
// A file begins with a warcinfo record. An exchange is a request record, a metadata record with what HTTP can't say (times, and why there is no
// answer, or not all of it), and a response record, next to each other, so that who reads a stream knows of an answer before it comes. A payload
// that is in the archive already is a revisit record. A [Writer] writes records as a whole or not at all; what a killed process leaves is cut
// with WriterOptions.Resume. Compressed, each record is a gzip member.
//
// # What is read
//
// A [Reader] goes through any archive record by record, in constant memory: WARC 0.17 to 1.1, plain or gzip, ours or not. What is wrong with it
// has a [Class], and each class an [Action]: to repair it, to leave the record out, or to stop; the [Problem] says what, where and what was done.
// An [Archive] finds records by URL, through an index in CDXJ beside each file.
//
//	recorder.go   replayer.go            the RoundTrippers
//	exchange.go   encode.go   head.go    an exchange, and its records; redact.go, payloads.go
//	writer.go     segments.go            the files
//	reader.go     problem.go             records, and what may be wrong; member.go, resync.go, digests.go and others, each a part of it
//	httpmessage.go                       the HTTP answer in a record
//	archive.go    capture.go             random access, revisits
//	index.go      indexer.go             the index; surt.go, urlform.go: its keys; extsort.go: sorting it
//
// # Goroutines
//
// The package starts none and has no channel. Encoder, Writer, Recorder, Archive and Replayer may be used by several at once; a Reader, a Record and
// a Capture by one.
package warc
