// Package bundled carries the files of trawl's bundled site, so that they travel inside the binary.
//
// The site is Tjeldhavn, a small harbour that does not exist, and its bookshop Lamp & Ledger. All of it was written for trawl.
// www holds the bodies, byte for byte as they are served; site.json says under which path, status and headers; expected.jsonl says
// what a crawl must make of each URL. Package internal/site serves the site and documents both files.
//
// Go's ./... patterns pass over directories named testdata, so name this package when vetting it: go vet ./... ./testdata/site.
package bundled

import "embed"

// Files holds www/, site.json and expected.jsonl.
//
//go:embed www site.json expected.jsonl
var Files embed.FS
