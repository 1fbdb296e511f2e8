package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/seed-5a061891/trawl/sink"
)

// jsonl FILE [N] checks that every line is whole and valid by the schema, that no URL is there twice and, if N is given, that there are N.
func checkJSONL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: jsonl FILE [N]")
	}
	data := dataset(ts, args[0])
	if data != "" && !strings.HasSuffix(data, "\n") {
		ts.Fatalf("%s: the last line is torn", args[0])
	}
	schema := recordSchema(ts)
	seen := make(map[string]bool)
	for line := range strings.Lines(data) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			ts.Fatalf("%s: %v: %s", args[0], err, line)
		}
		if err := schema.Validate(value); err != nil {
			ts.Fatalf("%s: %v: %s", args[0], err, line)
		}
		url := value.(map[string]any)["url"].(string)
		if seen[url] {
			ts.Fatalf("%s: %s is there twice", args[0], url)
		}
		seen[url] = true
	}
	if len(args) == 2 && len(seen) != parseInt(ts, args[1]) {
		ts.Fatalf("%s: %d lines, want %s", args[0], len(seen), args[1])
	}
}

func recordSchema(ts *testscript.TestScript) *jsonschema.Schema {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(sink.Schema()))
	ts.Check(err)
	compiler := jsonschema.NewCompiler()
	ts.Check(compiler.AddResource("record", document))
	schema, err := compiler.Compile("record")
	ts.Check(err)
	return schema
}

// dataset reads a file of the script, stdout included, decompressed by the ending of its name.
func dataset(ts *testscript.TestScript, name string) string {
	raw := ts.ReadFile(name)
	var in io.Reader = strings.NewReader(raw)
	switch {
	case strings.HasSuffix(name, ".gz"):
		z, err := gzip.NewReader(in)
		ts.Check(err)
		in = z
	case strings.HasSuffix(name, ".zst"):
		z, err := zstd.NewReader(in)
		ts.Check(err)
		defer z.Close()
		in = z
	}
	data, err := io.ReadAll(in)
	ts.Check(err)
	return string(data)
}

// sameurls FILE FILE checks that two datasets have the same URLs in the same order; with ! that they are the same set in another order.
func sameURLs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: sameurls FILE FILE")
	}
	a, b := urlsOf(ts, args[0]), urlsOf(ts, args[1])
	same := slices.Equal(a, b)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		ts.Fatalf("%s and %s are different sets of URLs, of %d and %d", args[0], args[1], len(a), len(b))
	}
	if same == neg {
		ts.Fatalf("%s and %s are in the same order: %v", args[0], args[1], same)
	}
}

// urlsOf lists the URLs of a dataset without their hosts.
func urlsOf(ts *testscript.TestScript, name string) []string {
	var urls []string
	for line := range strings.Lines(dataset(ts, name)) {
		r, err := sink.Decode([]byte(line))
		ts.Check(err)
		urls = append(urls, r.URL)
	}
	return urls
}

var balanceLine = regexp.MustCompile(`(?m)^discovered (\d+) = fetched (\d+) \+ failed (\d+) \+ skipped (\d+)(?: \(([a-z0-9_, ]+)\))? \+ queued (\d+)$`)

// balance checks that the balance on stderr is there and closes.
func checkBalance(ts *testscript.TestScript, neg bool, args []string) {
	m := balanceLine.FindStringSubmatch(ts.ReadFile("stderr"))
	if m == nil {
		ts.Fatalf("no balance on stderr")
	}
	n := func(s string) int { return parseInt(ts, s) }
	if n(m[1]) != n(m[2])+n(m[3])+n(m[4])+n(m[6]) || n(m[1]) == 0 {
		ts.Fatalf("the balance does not close: %s", m[0])
	}
	reasons := 0
	for part := range strings.SplitSeq(m[5], ", ") {
		if _, count, ok := strings.Cut(part, " "); ok {
			reasons += n(count)
		}
	}
	if reasons != n(m[4]) {
		ts.Fatalf("the reasons of skips do not add up: %s", m[0])
	}
}

// jsonlog EVENT... checks that stderr is lines of JSON, the last of them the end of a crawl whose figures are those given as KEY=VALUE.
func checkJSONLog(ts *testscript.TestScript, neg bool, args []string) {
	var last map[string]any
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		last = nil
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			ts.Fatalf("%v: %s", err, line)
		}
	}
	for _, arg := range args {
		key, want, _ := strings.Cut(arg, "=")
		got := last[key]
		if number, ok := got.(float64); ok {
			got = strconv.FormatFloat(number, 'f', -1, 64)
		}
		if got != want {
			ts.Fatalf("%s is %v at the end, want %s", key, got, want)
		}
	}
}
