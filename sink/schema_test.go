package sink

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("record.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("record.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, line []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return schema.Validate(value)
}

func TestSchemaIsTheCallersOwn(t *testing.T) {
	Schema()[0] = 'x'
	if !json.Valid(Schema()) {
		t.Error("a caller changed the schema for others")
	}
}

func TestSchemaAcceptsRecords(t *testing.T) {
	schema := compileSchema(t)
	records := map[string]func(*Record){
		"everything":     func(*Record) {},
		"fetched":        func(r *Record) { r.Error = nil },
		"seed":           func(r *Record) { r.Parent, r.Depth, r.Redirects = nil, 0, nil },
		"never answered": func(r *Record) { r.Status, r.ContentType, r.SHA256, r.Bytes = nil, nil, nil, 0 },
		"bare page": func(r *Record) {
			r.Title, r.Description, r.Language, r.Canonical, r.Headings, r.Links = nil, nil, nil, nil, nil, nil
		},
		"empty texts":         func(r *Record) { r.Title, r.Language, r.Canonical, r.Links[0].Text = new(""), new(""), new(""), "" },
		"not text":            func(r *Record) { r.ContentType, r.Charset, r.CharsetFrom = new("application/pdf"), nil, nil },
		"seed as given":       func(r *Record) { r.RequestedURL = "Bookshop.example/a b" },
		"status of no book":   func(r *Record) { r.Status = new(999) },
		"phase not known":     func(r *Record) { r.Error.Phase = nil },
		"every link with rel": func(r *Record) { r.Links = []Link{{"https://a.example/", "", new("")}} },
	}
	for _, from := range []string{CharsetBOM, CharsetHeader, CharsetMeta, CharsetUTF8, CharsetDetector, CharsetDefault} {
		records["charset from "+from] = func(r *Record) { r.CharsetFrom = &from }
	}
	for name, change := range records {
		t.Run(name, func(t *testing.T) {
			r := pageRecord(1, 3, 6)
			change(&r)
			if err := validate(t, schema, r.AppendJSON(nil)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSchemaAcceptsWhateverBytesPagesHold(t *testing.T) {
	schema := compileSchema(t)
	random := rand.New(rand.NewPCG(1, 2))
	junk := func() string {
		b := make([]byte, 1+random.IntN(40))
		for i := range b {
			b[i] = byte(random.UintN(256))
		}
		return string(b)
	}
	for range 300 {
		r := pageRecord(1, random.IntN(4), random.IntN(4))
		r.URL, r.RequestedURL, r.Title, r.Description, r.Language, r.Canonical = junk(), junk(), new(junk()), new(junk()), new(junk()), new(junk())
		for i := range r.Links {
			r.Links[i] = Link{junk(), junk(), new(junk())}
		}
		for i := range r.Headings {
			r.Headings[i].Text = junk()
		}
		r.Error.Message = junk()
		if err := validate(t, schema, r.AppendJSON(nil)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSchemaRejectsWrongLines(t *testing.T) {
	schema := compileSchema(t)
	for name, set := range map[string]map[string]any{
		"a key too many":                  {"colour": "blue"},
		"url null":                        {"url": nil},
		"url empty":                       {"url": ""},
		"requested_url a number":          {"requested_url": 7},
		"status text":                     {"status": "200"},
		"status of four digits":           {"status": 1000},
		"status negative":                 {"status": -1},
		"status not whole":                {"status": 200.5},
		"no answer and no error":          {"status": nil, "error": nil},
		"redirects null":                  {"redirects": nil},
		"redirects of texts":              {"redirects": []any{"https://a.example/"}},
		"redirect without status":         {"redirects": []any{map[string]any{"url": "https://a.example/"}}},
		"redirect with status null":       {"redirects": []any{map[string]any{"url": "https://a.example/", "status": nil}}},
		"redirect with a key too many":    {"redirects": []any{map[string]any{"url": "https://a.example/", "status": 301, "to": ""}}},
		"fetched_at null":                 {"fetched_at": nil},
		"fetched_at without milliseconds": {"fetched_at": "2026-11-22T11:30:00Z"},
		"fetched_at with an offset":       {"fetched_at": "2026-11-22T11:30:00.123+01:00"},
		"fetched_at in month 13":          {"fetched_at": "2026-13-22T11:30:00.123Z"},
		"duration negative":               {"duration_ms": -1},
		"duration not whole":              {"duration_ms": 1.5},
		"depth negative":                  {"depth": -1},
		"depth null":                      {"depth": nil},
		"parent empty":                    {"parent": ""},
		"attempt 0":                       {"attempt": 0},
		"content type with parameters":    {"content_type": "text/html; charset=utf-8"},
		"content type in capitals":        {"content_type": "Text/HTML"},
		"content type empty":              {"content_type": ""},
		"charset in capitals":             {"charset": "UTF-8"},
		"charset from nowhere":            {"charset_from": "guess"},
		"bytes negative":                  {"bytes": -1},
		"bytes null":                      {"bytes": nil},
		"sha256 in capitals":              {"sha256": strings.Repeat("AB", 32)},
		"sha256 cut":                      {"sha256": strings.Repeat("ab", 31)},
		"truncated null":                  {"truncated": nil},
		"title a number":                  {"title": 7},
		"description a list":              {"description": []any{}},
		"language a number":               {"language": 7},
		"canonical a boolean":             {"canonical": true},
		"headings null":                   {"headings": nil},
		"heading of level 7":              {"headings": []any{map[string]any{"level": 7, "text": ""}}},
		"heading without text":            {"headings": []any{map[string]any{"level": 1}}},
		"links null":                      {"links": nil},
		"link without rel":                {"links": []any{map[string]any{"url": "https://a.example/", "text": ""}}},
		"link with text null":             {"links": []any{map[string]any{"url": "https://a.example/", "text": nil, "rel": nil}}},
		"link without a place":            {"links": []any{map[string]any{"url": "", "text": "", "rel": nil}}},
		"error a text":                    {"error": "timeout"},
		"error without phase":             {"error": map[string]any{"kind": "timeout", "message": "", "attempts": 1}},
		"error without a kind":            {"error": map[string]any{"kind": "", "phase": nil, "message": "", "attempts": 1}},
		"error after no attempts":         {"error": map[string]any{"kind": "timeout", "phase": nil, "message": "", "attempts": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			line := asMap(t, pageRecord(1, 3, 6))
			for key, value := range set {
				line[key] = value
			}
			if validate(t, schema, mustMarshal(t, line)) == nil {
				t.Error("accepted")
			}
		})
	}
	for key := range asMap(t, Record{}) {
		t.Run("without "+key, func(t *testing.T) {
			line := asMap(t, pageRecord(1, 3, 6))
			delete(line, key)
			if validate(t, schema, mustMarshal(t, line)) == nil {
				t.Error("accepted")
			}
		})
	}
}

func asMap(t *testing.T, r Record) map[string]any {
	t.Helper()
	m := map[string]any{}
	if err := json.Unmarshal(r.AppendJSON(nil), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func mustMarshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// property is what the test needs of a schema for an object.
type property struct {
	Description string
	Required    []string
	Properties  json.RawMessage
}

// TestStructLineAndSchemaHaveTheSameKeysInTheSameOrder holds together what is written three times: the tags, AppendJSON, the schema.
func TestStructLineAndSchemaHaveTheSameKeysInTheSameOrder(t *testing.T) {
	var schema struct {
		property
		Version int    `json:"x-schema-version"`
		ID      string `json:"$id"`
		Title   string
		Defs    map[string]property `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if schema.Version != SchemaVersion || schema.ID == "" || schema.Title == "" || schema.Description == "" {
		t.Errorf("x-schema-version %d, $id %q, title %q, description %q", schema.Version, schema.ID, schema.Title, schema.Description)
	}
	line := pageRecord(1, 1, 1).AppendJSON(nil)
	members := asMapOfRaw(t, line)
	for _, object := range []struct {
		name   string
		goType any
		line   []byte
		schema property
	}{
		{"record", Record{}, line, schema.property},
		{"hop", Hop{}, firstOf(t, members["redirects"]), schema.Defs["hop"]},
		{"heading", Heading{}, firstOf(t, members["headings"]), schema.Defs["heading"]},
		{"link", Link{}, firstOf(t, members["links"]), schema.Defs["link"]},
		{"error", PageError{}, members["error"], schema.Defs["error"]},
	} {
		t.Run(object.name, func(t *testing.T) {
			want := tagsOf(object.goType)
			for place, got := range map[string][]string{
				"AppendJSON": keysOf(t, object.line), "properties": keysOf(t, object.schema.Properties), "required": object.schema.Required,
			} {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-struct +%s)\n%s", place, place, diff)
				}
			}
			var properties map[string]property
			if err := json.Unmarshal(object.schema.Properties, &properties); err != nil {
				t.Fatal(err)
			}
			for key, p := range properties {
				if p.Description == "" {
					t.Errorf("%s has no description", key)
				}
			}
		})
	}
}

func tagsOf(v any) []string {
	var tags []string
	for field := range reflect.TypeOf(v).Fields() {
		tags = append(tags, field.Tag.Get("json"))
	}
	return tags
}

// keysOf is the keys of a JSON object in the order they are written.
func keysOf(t *testing.T, object []byte) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		t.Fatalf("%v, %v: %s", open, err, object)
	}
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func asMapOfRaw(t *testing.T, object []byte) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(object, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func firstOf(t *testing.T, array []byte) json.RawMessage {
	t.Helper()
	var items []json.RawMessage
	if err := json.Unmarshal(array, &items); err != nil || len(items) == 0 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	return items[0]
}
