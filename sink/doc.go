// Package sink is the dataset: what a line of it is, and the writer that lines go through.
//
// # The line
//
// A [Record] is one line of JSON in UTF-8. Every key is always there, in the same order, null when there is nothing to say, so that
// pandas, DuckDB and jq see one shape from the first line to the last. Characters stand for themselves, and only what JSON or a reader
// of lines would stumble over is escaped: quotation marks, backslashes, control characters, and the line separators U+0085, U+2028
// and U+2029. Bytes that are not UTF-8 become U+FFFD. [Schema] describes and validates a line; [SchemaVersion] is its version. Within a
// version no key is added, removed or changes its meaning. [Decode] reads lines back.
//
//	batch := sink.Batch{}
//	batch.Add(sink.Record{URL: "https://example.org/", Status: new(200), FetchedAt: time.Now(), Attempt: 1})
//
// # The writer
//
// A [Writer] takes batches of whole lines to a file, plain or compressed, to standard output, or to a pipe:
//
//	w, err := sink.Open("pages.jsonl.zst", sink.Options{})
//	...
//	checkpoint, err := w.Write(ctx, batch) // commit it with what the batch stands for
//	...
//	err = w.Close()
//
// What was committed is what the output holds: start again with Options{Mode: Resume, Checkpoint: checkpoint}, and what lies beyond,
// whole batches and torn ones, is cut off. Checkpoints are borders of lines, and of gzip members and zstd frames. The decompressed lines depend on
// the records alone; where the members begin depends on the batches.
//
// # Who owns what
//
// Open starts one goroutine and Close ends it. It alone touches the file, and it owns the count of what is whole in it. The channel
// of requests belongs to the Writer and is never closed; what Close closes is a channel that tells the goroutine to end, and the
// goroutine closes one in turn when it has. Lines are encoded by the goroutine that calls Write, before they are handed over.
package sink
