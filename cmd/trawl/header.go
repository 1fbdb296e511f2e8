package main

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// ownHeaders are those that --header can't set, with what does.
var ownHeaders = map[string]string{
	"User-Agent":        "--user-agent sets it, and the name that robots.txt is asked for with it",
	"Host":              "it follows from the URL",
	"Accept-Encoding":   "trawl asks for the codings that it can undo",
	"Connection":        "trawl looks after its connections itself",
	"Content-Length":    "trawl sends no body",
	"Transfer-Encoding": "trawl sends no body",
	"Range":             "a line of the dataset is a whole page",
}

// parseHeaders reads headers in curl's form: "Name: value", and "Name;" for one without a value. Several of a name are all sent.
func parseHeaders(lines []string) (http.Header, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	header := make(http.Header)
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !found && strings.HasSuffix(line, ";") {
			name, found = strings.TrimSuffix(line, ";"), true
		} else if found && value == "" {
			return nil, fmt.Errorf("%q has no value; write %q to send it empty", line, name+";")
		}
		if !found || !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("%q is not a header; write it like \"Name: value\"", line)
		}
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, fmt.Errorf("the value of %s has a control character in it", name)
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		if why := ownHeaders[name]; why != "" {
			return nil, fmt.Errorf("%s can't be set: %s", name, why)
		}
		header.Add(name, value)
	}
	return header, nil
}
