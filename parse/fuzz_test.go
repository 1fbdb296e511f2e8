package parse

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-5a061891/trawl/parse/weburl"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte("<meta charset=shift_jis>\x8D\x60"), "")
	f.Add([]byte("\xFF\xFE<\x00\xD8"), "utf-8")
	f.Add([]byte("caf\xC3\xA9"), "iso-8859-1")
	f.Add([]byte("<?xml encoding='koi8-r'?>\xF0"), "utf-16")
	f.Add([]byte("\x1B$B9A\x1B(B\x1B"), "iso-2022-jp")
	f.Add([]byte("\xA4\xB3\xA4\xEC\xA4\xCF\xC6\xFC\xCB\xDC\xB8\xEC\xA4\xC7\xA4\xB9\xA1\xA3\xA4\xB3"), "")
	f.Add([]byte("\x81\x30\x81\x30\x84"), "gb18030")
	f.Fuzz(func(t *testing.T, body []byte, label string) {
		text, enc := Decode(body, label)
		if !utf8.Valid(text) {
			t.Fatalf("%+v: %q isn't UTF-8", enc, text)
		}
		if lookup(enc.Name) != enc.Name {
			t.Fatalf("no name of an encoding: %+v", enc)
		}
		again, sameEnc := Decode(body, label)
		if string(again) != string(text) || sameEnc != enc {
			t.Fatalf("first %+v, then %+v", enc, sameEnc)
		}
	})
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte(shopPage), "", "")
	f.Add([]byte("<base href=//x><a href='?q=é' rel=NOFOLLOW>a<a href=#b><h1>c<h2>"), "windows-1252", "none")
	f.Add([]byte("<table><a href=x><tr><td><svg><a xlink:href=y><title><h1>z</table></a>"), "utf-8", "trawl: noindex, b: x")
	f.Add([]byte("<head><noscript><noscript><meta http-equiv=refresh content='1;url=x'><p>"), "", "")
	f.Add([]byte("<ul><li><a href=x>X<li><a href=y>Y<template shadowrootmode><a href=z><frameset><frame src=a>"), "", "")
	f.Add([]byte("<?xml?><a href='x'/><script/><![CDATA[<a>]]><a/ href=y>"), "xhtml", "")
	f.Add([]byte(strings.Repeat("<div><b a=1><p>", 200)+"<a href=x>X"), "", "")
	f.Fuzz(func(t *testing.T, body []byte, label, tag string) {
		opts := Options{
			URL: "https://example.com/dir/page?x", Charset: label, Agent: "trawl", RobotsTag: []string{tag}, XHTML: label == "xhtml",
		}
		doc := mustHTML(t, string(body), opts)
		checkDocument(t, doc)
		if diff := cmp.Diff(doc, mustHTML(t, string(body), opts), cmpopts.IgnoreFields(Document{}, "Root")); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
		text, _ := Decode(body, label)
		flat, _ := flatten(text, opts.XHTML)
		checkDocument(t, documentOf(t, flat, len(text)))
		if depth := treeDepth(flat); depth > flatTextDepth+2 {
			t.Fatalf("flattened to %d deep", depth)
		}
	})
}

// checkDocument holds a document to what is true of every one.
func checkDocument(t *testing.T, doc *Document) {
	t.Helper()
	texts := []string{doc.Title, doc.Description}
	web := []string{doc.URL}
	for _, h := range doc.Headings {
		if h.Text == "" || h.Level < 1 || h.Level > 6 {
			t.Fatalf("heading %+v", h)
		}
		texts = append(texts, h.Text)
	}
	for _, l := range doc.Links {
		texts = append(texts, l.Text, l.Rel)
		web = append(web, l.URL)
	}
	if doc.Refresh != nil {
		web = append(web, doc.Refresh.URL)
	}
	for _, optional := range []string{doc.Base, doc.Canonical} {
		if optional != "" {
			web = append(web, optional)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			t.Fatalf("%q isn't UTF-8", text)
		}
		if collapse(text) != text {
			t.Fatalf("%q has white space to collapse", text)
		}
	}
	if !utf8.ValidString(doc.Language) {
		t.Fatalf("%q isn't UTF-8", doc.Language)
	}
	for _, url := range web {
		if canonical, err := weburl.Parse(url); err != nil || canonical != url {
			t.Fatalf("%q isn't canonical: %q, %v", url, canonical, err)
		}
	}
}
