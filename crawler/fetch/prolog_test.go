package fetch

import "testing"

func TestPrologOf(t *testing.T) {
	for text, want := range map[string]prolog{
		"":                                   {},
		"words":                              {},
		"<":                                  {},
		"<!":                                 {root: "!"},
		"<HTML lang=en>":                     {root: "html"},
		"<html":                              {root: "html"},
		"<h1/>":                              {root: "h1"},
		" \r\n\t<!DocType  HTML><body>":      {doctype: "html", root: "body"},
		"<!doctype html":                     {doctype: "html"},
		"<!doctype svg PUBLIC 'x'><svg:svg>": {doctype: "svg", root: "svg:svg"},
		"<!doctype a[<!ENTITY b 'c'>]><a>":   {doctype: "a"}, // the first > ends it, as in HTML; what follows is no tag
		"<?xml version='1.0'?><rss>":         {isXML: true, root: "rss"},
		"<?xml?><?php ?><a>":                 {isXML: true, root: "a"},
		"<?XML?><a>":                         {isXML: true, root: "a"},
		"<?php echo 1 ?><a>":                 {root: "a"},
		"<?xml":                              {isXML: true},
		"<!-- a --><!-- <b> --><c>":          {root: "c"},
		"<!-- never closed <html>":           {},
		"\xef\xbb\xbf<html>":                 {root: "html"},
		"\xff\xfe<\x00h\x00t\x00m\x00l\x00>": {root: "html"},
		"\xfe\xff\x00<\x00a\x00>":            {root: "a"},
	} {
		if got := prologOf([]byte(text)); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestIsXHTML(t *testing.T) {
	for p, want := range map[prolog]bool{
		{root: "html"}: true, {root: "h:html"}: true, {doctype: "html"}: true, {doctype: "html", root: "svg"}: false, {root: "xhtml"}: false, {}: false,
	} {
		if p.isXHTML() != want {
			t.Errorf("%+v: %v", p, !want)
		}
	}
}
