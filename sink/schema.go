package sink

import _ "embed"

// SchemaVersion is the version of the dataset's lines. It grows when a key is added, removed, renamed or changes its meaning.
const SchemaVersion = 1

//go:embed record.schema.json
var recordSchema string

// Schema is the JSON Schema (draft 2020-12) of one line of the dataset, with every key described. "x-schema-version" in it is
// [SchemaVersion]. The bytes are the caller's own.
func Schema() []byte { return []byte(recordSchema) }
