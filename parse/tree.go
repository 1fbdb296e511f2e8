package parse

import (
	"bytes"

	"golang.org/x/net/html"
)

// buildTree parses text, which is UTF-8, as the HTML standard has it. Pages that html.Parse refuses (more than 512 elements open at
// once), or would take minutes and gigabytes over, are flattened. XHTML is no HTML, and needs less of a parser.
func buildTree(text []byte, xhtml bool) (root *html.Node, flattened bool) {
	if xhtml {
		return flatten(text, true)
	}
	if !runsWild(text) {
		// Without scripting, what stands in a <noscript> is elements: links that a crawler sees.
		root, err := html.ParseWithOptions(bytes.NewReader(text), html.ParseOptionEnableScripting(false))
		if err == nil {
			return root, false
		}
	}
	root, _ = flatten(text, false)
	return root, true
}
